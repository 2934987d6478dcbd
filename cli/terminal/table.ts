// Tables for people: cli-table3 with minimal rules, right-aligned numbers, and cells clipped or wrapped to the terminal's width.
import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import { printableLine } from './printable.ts';
import { wrappedLines } from './wrapped-text.ts';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Whether the column may be clipped when the table is wider than the terminal. */
  readonly shrink?: boolean;
  /** Whether its cells may break over several lines when the table is wider than the terminal. */
  readonly wrap?: boolean;
  /** Whether the column may be dropped when the table is wider than the terminal; leftmost first. */
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
    row.map((cell) => (cell === null || cell === undefined ? '–' : printableLine(String(cell)))),
  );
  const natural = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((row) => [...(row[index] ?? '')].length)),
  );
  const dropped = columns.findIndex((column) => column.optional);
  if (tooWide(natural, style.width) && dropped >= 0) {
    return renderTable(
      columns.toSpliced(dropped, 1),
      cells.map((row) => row.toSpliced(dropped, 1)),
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
  for (const row of cells)
    table.push(
      row.map((cell, index) => {
        const width = widths[index] ?? cell.length;
        return columns[index]?.wrap ? wrappedLines(cell, width).join('\n') : clip(cell, width);
      }),
    );
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  // A plain table needs only a rule below its header.
  const rule = '─'.repeat(Math.max(...lines.map((line) => stripVTControlCharacters(line).length)));
  return [lines[0], style.colour ? `\u001b[90m${rule}\u001b[39m` : rule, ...lines.slice(1)].join('\n');
}

function tooWide(natural: readonly number[], width: number | undefined): width is number {
  return width !== undefined && natural.reduce((sum, each) => sum + each + 2, 0) > width;
}

/** Narrows the widest column that may be clipped or wrapped, one character at a time, until the table fits. */
function fit(natural: readonly number[], columns: readonly TableColumn[], width?: number): readonly number[] {
  if (!tooWide(natural, width)) return natural;
  const widths = [...natural];
  while (tooWide(widths, width)) {
    const room = widths.map((each, index) => (columns[index]?.shrink || columns[index]?.wrap ? each : 0));
    const widest = room.indexOf(Math.max(...room));
    if (room[widest]! <= minWidth) break;
    widths[widest]!--;
  }
  return widths;
}

const minWidth = 8;

function clip(cell: string, width: number): string {
  const letters = [...cell];
  return letters.length <= width ? cell : `${letters.slice(0, width - 1).join('')}…`;
}
