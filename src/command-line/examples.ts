import type { OperationName } from '../domain/inputs.ts';

/** What people may type for each operation, each without the name of the program. */
export const examples: Readonly<Record<OperationName, readonly string[]>> = {
  'open-maintenance': [
    'open-maintenance --status-page acme --duration 1h',
    'open-maintenance --status-page acme --start 2030-01-31T22:00:00Z --deployment-key shop',
  ],
  'open-incident': ['open-incident --status-page acme --title "Slow search" --message "We are looking into it."'],
  update: [
    'update --id 12 --kind maintenance --duration 30m',
    'update --deployment-key shop --status-page acme --message "Half of it is done."',
  ],
  resolve: ['resolve --id 12 --kind maintenance', 'resolve --deployment-key shop --status-page acme --outcome success'],
  delete: ['delete --id 12 --kind maintenance'],
  check: ['check', 'check --require open-maintenance,resolve --status-page acme'],
  gate: ['gate --status-page acme --wait-for 15m', 'gate --status-page acme --min-uptime 99.9'],
  sweep: ['sweep --status-page acme'],
};
