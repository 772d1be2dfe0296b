import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';

const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ name: z.string(), severity: z.string(), range: z.string() })),
});
const troubleSchema = z.object({ message: z.string() });

/** What npm knows against our dependencies: lines for people, none where there is nothing; or why it could not be asked. */
export type Audit = { readonly found: readonly string[] } | { readonly unanswered: string };

/** Reads what `npm audit --json` prints. Throws where it is neither a report nor the failure of a request. */
export function readAudit(printed: string): Audit {
  const answer: unknown = printed.trim() === '' ? { message: 'npm printed nothing' } : JSON.parse(printed);
  const report = reportSchema.safeParse(answer);
  if (!report.success) return { unanswered: troubleSchema.parse(answer).message };
  const vulnerable = Object.values(report.data.vulnerabilities);
  return { found: vulnerable.map(({ name, severity, range }) => `${severity}: ${name} ${range}`) };
}

if (import.meta.main) {
  const audit = readAudit(await text(process.stdin));
  if ('unanswered' in audit) {
    console.log(
      `Not checked, because npm could not ask (${audit.unanswered}). The nightly workflow does not let that pass.`,
    );
  } else {
    console.log(audit.found.length === 0 ? 'Nothing is known against any dependency.' : audit.found.join('\n'));
    process.exitCode = audit.found.length === 0 ? 0 : 1;
  }
}
