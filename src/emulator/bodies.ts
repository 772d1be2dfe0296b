import * as z from 'zod/mini';
import type { EpochMs } from './clock.ts';
import type { Options } from './options.ts';
import { incidentStates } from './records.ts';

/*
 * The fields of the incidents page and the maintenances page, and no others. If the pages are silent, the stricter
 * reading holds: null is not absence, blank texts are refused, and a PATCH that names no field changes nothing.
 */

const text = z.string('must be a string').check(z.refine((value) => value.trim() !== '', 'must not be empty'));
const pageId = z.uuid('must be a UUID');
const flag = z.boolean('must be true or false');

const state = z.pipe(
  z.literal(['1', '2', '3', '4'], 'must be the id of a state, a string from "1" to "4"'),
  z.transform((id: keyof typeof incidentStates) => incidentStates[id]),
);

const namesSomething = (fields: object) => Object.keys(fields).length > 0;

/** The fields of `POST /incidents`. An empty `component_id` beside a page counts as absent (an example shows it). */
export const newIncident = z
  .strictObject(
    {
      title: text,
      status_page_id: z.exactOptional(pageId),
      component_id: z.exactOptional(z.string('must be a string')),
      message: z.exactOptional(text),
      incident_state_id: z.exactOptional(state),
      notify_subscribers: z.exactOptional(flag),
    },
    { error: expectObject },
  )
  .check(
    z.refine(
      ({ status_page_id, component_id }) => status_page_id !== undefined || Boolean(component_id),
      'status_page_id or component_id is required',
    ),
  );

/** The fields of `PATCH /incidents/:id`, each optional. */
export const changedIncident = z
  .strictObject(
    {
      title: z.exactOptional(text),
      message: z.exactOptional(text),
      incident_state_id: z.exactOptional(state),
    },
    { error: expectObject },
  )
  .check(z.refine(namesSomething, 'at least one field to change is required'));

/** The fields of `POST /incidents/:id/updates`: at least one of the two. */
export const newUpdate = z
  .strictObject({ message: z.exactOptional(text), incident_state_id: z.exactOptional(state) }, { error: expectObject })
  .check(z.refine(namesSomething, 'at least one of message and incident_state_id is required'));

/** The fields of `POST /maintenances`. */
export function newWindow(options: Options) {
  return z.strictObject(windowFields(options), { error: expectObject });
}

/** The fields of `PATCH /maintenances/:id`: every field of POST, each optional. */
export function changedWindow(options: Options) {
  const { title, status_page_id, start_at, end_at, message, notify_subscribers } = windowFields(options);
  return z
    .strictObject(
      {
        title: z.exactOptional(title),
        status_page_id: z.exactOptional(status_page_id),
        start_at: z.exactOptional(start_at),
        end_at: z.exactOptional(end_at),
        message,
        notify_subscribers,
      },
      { error: expectObject },
    )
    .check(z.refine(namesSomething, 'at least one field to change is required'));
}

function windowFields({ timeForm }: Options) {
  const time = timeForm === 'utc-seconds' ? utcSeconds : rfc3339;
  return {
    title: text,
    status_page_id: pageId,
    start_at: time,
    end_at: time,
    message: z.exactOptional(text),
    notify_subscribers: z.exactOptional(flag),
  };
}

const parseTime = z.transform((time: string): EpochMs => Date.parse(time));
const utcSeconds = z.pipe(
  z.iso.datetime({ precision: 0, error: 'must be an RFC 3339 time in UTC with whole seconds' }),
  parseTime,
);
const rfc3339 = z.pipe(z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time' }), parseTime);

function expectObject(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type' ? 'the body must be a JSON object' : undefined;
}
