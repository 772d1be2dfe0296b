import { sampleKey } from '../../src/emulator/sample.ts';
import type { Inputs } from '../support/test-host.ts';
import { acme } from '../support/world.ts';

/** What a step gives that opens a shared notice, and what `resolve` gives to find one by its key or by its id. */
export const shared = { 'deployment-key': 'production', 'auto-resolve': 'false' } as const;
export const key = { 'api-key': sampleKey, operation: 'resolve' } as const;
export const byKey = { ...key, 'status-page': acme, 'deployment-key': 'production' } as const;
export const byIds = (id: string, kind: string, more: Inputs = {}): Inputs => ({ ...key, id, kind, ...more });
