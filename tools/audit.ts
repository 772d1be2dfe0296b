import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';

const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ name: z.string(), severity: z.string(), range: z.string() })),
});
const errorSchema = z.object({ message: z.string() });

/** The known vulnerabilities of our dependencies, a line each, or why the registry did not answer. */
export type Audit = { readonly found: readonly string[] } | { readonly unanswered: string };

/** Reads what `npm audit --json` prints. Throws if it is neither a report nor the error of a request. */
export function readAudit(printed: string): Audit {
  const answer: unknown = printed.trim() === '' ? { message: 'npm printed nothing' } : JSON.parse(printed);
  const report = reportSchema.safeParse(answer);
  if (!report.success) return { unanswered: errorSchema.parse(answer).message };
  const vulnerable = Object.values(report.data.vulnerabilities);
  return { found: vulnerable.map(({ name, severity, range }) => `${severity}: ${name} ${range}`) };
}

if (import.meta.main) {
  const audit = readAudit(await text(process.stdin));
  if ('unanswered' in audit) {
    console.log(
      `Not checked, because the registry did not answer (${audit.unanswered}). The nightly workflow fails in this case.`,
    );
  } else {
    console.log(audit.found.length === 0 ? 'No known vulnerabilities.' : audit.found.join('\n'));
    process.exitCode = audit.found.length === 0 ? 0 : 1;
  }
}
