/** Cells from left to right. */
export type Row = readonly string[];

/** Rows as lines of a log, their columns below one another; the first row is the head. */
export function alignColumns(rows: readonly Row[]): readonly string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => (row[column] ?? '').length));
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widthOf(column)));
    return cells.join('  ').trimEnd();
  });
}

/** Rows as a table of Markdown, whose cells are Markdown already; the first row is the head. */
export function drawTable([head, ...rows]: readonly [Row, ...Row[]]): string {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
