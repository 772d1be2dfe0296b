import { withReference } from '../domain/deployment-reference.ts';
import type { Page } from '../domain/page.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { KnownFields } from './deployment.ts';
import type { AnyRecord } from './find.ts';
import type { Plan } from './plan.ts';
import { planTimes, timesOnServerClock } from './times.ts';
import type { WindowTexts } from './window-change.ts';

/** A creation ready to be sent, and what it has announced once it is done. */
export interface Creatable {
  readonly texts: WindowTexts;
  readonly announce: () => KnownFields;
  readonly make: () => Promise<AnyRecord>;
}

/** The creation of a record as planned. A window for now that the server's clock refuses is sent once more with the server's times. */
export function prepare(statusPage: StatusPage, plan: Plan, page: Page): Creatable {
  const { title, notifySubscribers } = plan;
  const message = withReference(plan.message, plan.reference);
  const common = { pageId: page.id, title, message, notifySubscribers };
  if (plan.kind === 'maintenance') {
    let times = planTimes(plan, statusPage.serverNow());
    const send = () => statusPage.createWindow({ ...common, ...times });
    const make = async () => {
      try {
        return await send();
      } catch (error) {
        // By the server's own clock such a window may lie in the past, which it may refuse.
        const moved = isInvalid(error) && timesOnServerClock(plan, times.startAt, statusPage.serverNow());
        if (!moved) throw error;
        times = moved;
        return send();
      }
    };
    return { texts: { title, message }, announce: () => times, make };
  }
  const { componentId, state } = plan;
  return {
    texts: { title, message },
    announce: () => ({ state, startAt: statusPage.serverNow() }),
    make: () => statusPage.createIncident({ ...common, componentId, state }),
  };
}

function isInvalid(error: unknown): error is StatusPageError {
  return error instanceof StatusPageError && error.code === 'invalid';
}
