import type { Key, Monitor, StatusPage } from './account.ts';
import { scopes } from './account.ts';

/** The key that opens everything, so that the emulator can be tried without setting anything up. */
export const sampleKey = 'spk_emulator';

/** The status pages that exist from the start: two on a subdomain, and one on a domain of its own. */
export const samplePages: StatusPage[] = [
  {
    id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01',
    name: 'Acme',
    slug: 'acme',
    components: ['0b6a3c52-8a43-4a1e-8f0a-5f5b7c9f1101', '0b6a3c52-8a43-4a1e-8f0a-5f5b7c9f1102'],
  },
  {
    id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a02',
    name: 'Beta',
    slug: 'beta',
    components: ['0b6a3c52-8a43-4a1e-8f0a-5f5b7c9f1201'],
  },
  {
    id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a03',
    name: 'Gamma',
    slug: 'gamma',
    url: 'https://status.gamma.example',
    components: [],
  },
];

/** A key with full access, because an empty list of scopes grants everything (the overview page), and one for each scope. */
export const sampleKeys: Key[] = [
  { key: sampleKey, name: 'sample key', scopes: [] },
  // Without a word in it, because parts of a key are masked in everything that is printed.
  ...scopes.map((scope, index) => ({ key: `spk_emulator_${index + 1}`, name: scope, scopes: [scope] })),
];

const acme = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01';
const beta = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a02';

/** Monitors of the four types that the monitors page names, one of them disabled, one too young to have an uptime. */
export const sampleMonitors: Monitor[] = [
  monitor(1, 'Website', 'site', 'https://www.acme.example', acme, 99.98),
  monitor(2, 'API', 'api', 'https://api.acme.example/health', acme, 99.91),
  monitor(3, 'Name servers', 'dns', 'acme.example', acme, 100),
  { ...monitor(4, 'Old website', 'site', 'https://old.acme.example', acme, 98.2), enabled: false },
  monitor(5, 'Nightly job', 'heartbeat', 'nightly', beta, null),
];

function monitor(
  id: number,
  name: string,
  type: string,
  target: string,
  statusPageId: string,
  uptimePercentage: number | null,
): Monitor {
  return { id, name, type, target, intervalSeconds: 60, enabled: true, statusPageId, uptimePercentage };
}
