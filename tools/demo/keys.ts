import type { Key } from '../../src/emulator/account.ts';

/** The key of a team that deploys: it may write what a deployment writes, and nothing else. */
export const deployKey: Key = {
  key: 'spk_demo_deploy',
  name: 'deploy key',
  scopes: ['maintenances:write', 'incidents:write'],
};

/** A key that somebody made for a dashboard: it may look, and nothing else. */
export const readingKey: Key = {
  key: 'spk_demo_reading',
  name: 'reading key',
  scopes: ['maintenances:read', 'incidents:read'],
};
