// Tables for people: cli-table3 with plain rules, numbers to the right, long cells cut to the terminal's width.
import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** The column that gives way when the table is wider than the terminal. */
  readonly shrink?: boolean;
  /** Left out when the table is wider than the terminal, the first of them first. */
  readonly optional?: boolean;
}

export interface TableStyle {
  readonly colour: boolean;
  /** Columns of the terminal; undefined: no limit. */
  readonly width?: number | undefined;
}

/** Renders rows as a table; null and undefined become an en dash. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: ReadonlyArray<readonly unknown[]>,
  style: TableStyle,
): string {
  const cells = rows.map((row) =>
    row.map((cell) => (cell === null || cell === undefined ? '–' : String(cell))),
  );
  const natural = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((row) => [...(row[index] ?? '')].length)),
  );
  const leaving = columns.findIndex((column) => column.optional);
  if (tooWide(natural, style.width) && leaving >= 0) {
    return renderTable(
      columns.toSpliced(leaving, 1),
      cells.map((row) => row.toSpliced(leaving, 1)),
      style,
    );
  }
  const widths = fit(natural, columns, style.width);
  const table = new Table({
    head: columns.map((column) => column.title),
    colAligns: columns.map((column) => column.align ?? 'left'),
    colWidths: widths.map((width) => width + 2),
    style: { head: style.colour ? ['bold'] : [], border: style.colour ? ['grey'] : [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
      mid: '',
      'mid-mid': '',
    },
  });
  for (const row of cells) table.push(row.map((cell, index) => clip(cell, widths[index] ?? cell.length)));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  // A rule under the heading is all that a plain table needs.
  const rule = '─'.repeat(Math.max(...lines.map((line) => stripVTControlCharacters(line).length)));
  return [lines[0], style.colour ? `\u001b[90m${rule}\u001b[39m` : rule, ...lines.slice(1)].join('\n');
}

function tooWide(natural: readonly number[], width: number | undefined): width is number {
  return width !== undefined && natural.reduce((sum, each) => sum + each + 2, 0) > width;
}

/** Takes what is too much from the widest columns that may shrink, so that none is cut far below another. */
function fit(natural: readonly number[], columns: readonly TableColumn[], width?: number): readonly number[] {
  if (!tooWide(natural, width)) return natural;
  const widths = [...natural];
  while (tooWide(widths, width)) {
    const room = widths.map((each, index) => (columns[index]?.shrink ? each : 0));
    const widest = room.indexOf(Math.max(...room));
    if (room[widest]! <= narrowest) break;
    widths[widest]!--;
  }
  return widths;
}

const narrowest = 8;

function clip(cell: string, width: number): string {
  const letters = [...cell];
  return letters.length <= width ? cell : `${letters.slice(0, width - 1).join('')}…`;
}
