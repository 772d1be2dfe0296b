import { kinds } from '../domain/record.ts';
import type { LeftOut } from '../operations/targets.ts';
import { describeKind } from './describe-record.ts';
import { info, type Message, warning } from './message.ts';

/** A kind that was not looked at, or not to its end. */
export function describeLeftOut({ kind, why }: LeftOut): Message {
  const name = describeKind(kind);
  if (why === 'forbidden') return info(`The key may not read ${name}s; they were not looked at.`);
  const others = kinds.filter((other) => other !== kind).join();
  return warning(
    `Looking for the ${name} of this \`deployment-key\` — the API does not show all ${name}s of the page, so there may be one besides — ` +
      `Look at the page, or give \`kind: ${others}\` where the key is for nothing else.`,
  );
}
