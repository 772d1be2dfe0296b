import { sentenceOf } from '../../src/statuspage/failed-call.ts';
import type { Report, Row } from './run-contract.ts';

const results: readonly Row['result'][] = ['as assumed', 'differs', 'could not tell'];
const resultWidth = 16;

/** The report as a table that can be pasted into an issue. */
export function renderTable({ apiUrl, pageId, at, interrupted, rows, left }: Report): string {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.flatMap((row) => renderRow(row, nameWidth));
  const counts = results.map((result) => `${rows.filter((row) => row.result === result).length} ${result}`);
  return [
    `The contract with ${apiUrl}`,
    `page ${pageId}, ${at.toISOString().slice(0, 10)}, Node ${process.versions.node}`,
    '',
    `${'result'.padEnd(resultWidth)}${'assumption'.padEnd(nameWidth)}seen`,
    ...lines,
    '',
    `${counts.join(', ')}.`,
    ...(interrupted ? ['The run was interrupted, so the rest could not be checked.'] : []),
    ...left.map((line) => `LEFT ON THE PAGE: ${line}`),
    '',
  ].join('\n');
}

function renderRow({ name, assumption, result, seen, breaks }: Row, nameWidth: number): readonly string[] {
  const line = `${result.padEnd(resultWidth)}${name.padEnd(nameWidth)}${sentenceOf(seen)}`;
  const indent = ' '.repeat(resultWidth);
  if (result === 'as assumed') return [line];
  const assumed = `${indent}assumed: ${assumption}`;
  return result === 'differs' ? [line, assumed, `${indent}breaks:  ${breaks}`] : [line, assumed];
}

/** The report as JSON. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
