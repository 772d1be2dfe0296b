import type { OpenRecord } from '../../src/deployment/deployment.ts';
import type { Plan, WindowPlan } from '../../src/deployment/plan.ts';
import type { Page } from '../../src/domain/page.ts';
import type { Run } from '../../src/domain/run.ts';
import { StatusPageError } from '../../src/statuspage/errors.ts';
import type { ErrorCode, FailedCall } from '../../src/statuspage/failed-call.ts';

export const acme: Page = { id: 'p1', slug: 'acme', name: 'Acme', url: 'https://acme.statuspage.me' };
export const beta: Page = { id: 'p2', slug: 'beta', name: 'Beta' };

/** Some minute of the day on which everything here happens. */
export const at = (time: string): Date => new Date(`2026-03-14T${time}:00Z`);
export const now = at('14:09');
export const apiUrl = 'https://statuspage.me/user/api/v1';

export const window: OpenRecord = {
  kind: 'maintenance',
  page: acme,
  reference: 'r1-01234567',
  stage: 'open',
  id: '42',
  title: 'Maintenance in progress',
  startAt: at('14:02'),
  endAt: at('14:32'),
  created: true,
  mailed: false,
};

export const incident: OpenRecord = {
  kind: 'incident',
  page: acme,
  reference: 'r1-01234567',
  stage: 'open',
  id: '7',
  title: 'We look into it',
  startAt: at('14:02'),
  state: '1',
  created: true,
  mailed: false,
};

export const windowPlan: WindowPlan = {
  kind: 'maintenance',
  pages: [acme],
  title: 'Maintenance in progress',
  message: 'We are installing an update.',
  notifySubscribers: false,
  own: true,
  hasKey: false,
  identity: undefined,
  reference: undefined,
  mayBeRepeated: false,
  remembered: [],
  tag: undefined,
  startAt: undefined,
  durationMs: 1_800_000,
  mayOpenIncident: false,
};

export const incidentPlan: Plan = { ...windowPlan, kind: 'incident', state: '1', componentId: undefined };

export const run: Run = {
  server: 'https://github.com',
  repository: 'acme/shop',
  workflow: 'acme/shop/.github/workflows/deploy.yml',
  id: '9876543210',
  attempt: 2,
  job: 'deploy',
  leg: '',
  step: '__acme',
  tag: undefined,
  url: 'https://github.com/acme/shop/actions/runs/9876543210',
};

/** A call to the list of windows that failed so. */
export function apiError(kind: ErrorCode, more: Partial<FailedCall> = {}): StatusPageError {
  const call = {
    method: 'POST',
    path: '/maintenances',
    scope: 'maintenances:write',
    body: { status_page_id: 'p1', title: 'T' },
  } as const;
  return new StatusPageError({ code: kind, call, host: 'statuspage.me', ...more });
}
