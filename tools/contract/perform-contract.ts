import { type Clock, secondMs } from '../../src/domain/time.ts';
import { createConnection, isLoopback } from '../../src/statuspage/network.ts';
import { type ContractOptions, contractHelp, parseContractOptions } from './contract-options.ts';
import { CannotRun, type Report, runContract } from './run-contract.ts';
import { drawTable, writeJson } from './table.ts';

/** Where the contract is tried from. */
export interface Performance {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes the table. */
  readonly print: (text: string) => void;
  /** Takes everything else. */
  readonly say: (line: string) => void;
  readonly clock: Clock;
  readonly interruption: AbortSignal;
}

const requestTimeoutMs = 10 * secondMs;
/** A live service may block a key that asks too fast. */
const livePaceMs = 0.2 * secondMs;

/** Tries the contract as the command line says. Gives the exit code. */
export async function performContract(performance: Performance): Promise<number> {
  const { args, environment, print, say, clock, interruption } = performance;
  let options: ContractOptions | undefined;
  try {
    options = parseContractOptions(args, environment);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }
  if (options === undefined) {
    print(contractHelp);
    return 0;
  }
  const { json, ...asked } = options;
  const { send, close } = createConnection(environment);
  const paceMs = isLoopback(asked.apiUrl) ? 0 : livePaceMs;
  try {
    const random = Math.random;
    const report = await runContract({ ...asked, send, clock, random, interruption, requestTimeoutMs, paceMs, say });
    print(json ? writeJson(report) : drawTable(report));
    return exitCodeOf(report);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    say(error.message);
    return 3;
  } finally {
    await close();
  }
}

function exitCodeOf({ interrupted, rows, left }: Report): number {
  if (left.length > 0) return 3;
  if (interrupted) return 130;
  return rows.some(({ result }) => result === 'differs') ? 1 : 0;
}
