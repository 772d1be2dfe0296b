import { type Clock, secondMs } from '../../src/domain/time.ts';
import { createConnection, isLoopback } from '../../src/statuspage/network.ts';
import { type ContractOptions, contractHelp, parseContractOptions } from './contract-options.ts';
import { CannotRun, type Report, runContract } from './run-contract.ts';
import { renderJson, renderTable } from './table.ts';

/** What the command needs from its process. */
export interface CommandContext {
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
/** A live service may block a key that sends requests too fast. */
const livePaceMs = 0.2 * secondMs;

/** Runs the contract as the command line asks. Gives the exit code. */
export async function runCommand(context: CommandContext): Promise<number> {
  const { args, environment, print, say, clock, interruption } = context;
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
    print(json ? renderJson(report) : renderTable(report));
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
