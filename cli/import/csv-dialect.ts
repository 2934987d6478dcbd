// The start of a CSV file → its separator, its quotation mark, and where its header begins.
import { countColumnNames } from './known-names.ts';

export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  /** Marks inside quoted fields are escaped by backslashes. */
  readonly backslash: boolean;
  /** Characters before the header: a line `sep=;` of Excel's, title lines, blank lines. */
  readonly skip: number;
  /** The same in lines. */
  readonly skippedLines: number;
}

const delimiters = [',', ';', '\t', '|', '^'];

/** Number of lines sampled. */
const sampleLines = 20;

/** @param start the beginning of the file, decoded */
export function detectDialect(start: string, given?: string): Dialect {
  const said = /^sep=(.)(?:\r\n?|\n)/i.exec(start);
  const base = said ? said[0].length : 0;
  const lines = splitLines(start.slice(base, base + (1 << 16)));
  const quoted = /^\s*'[^']*'\s*[,;\t|^]\s*'/.test(lines.find((line) => line.trim()) ?? '');
  const delimiter = given ?? said?.[1] ?? likeliest(lines);
  const counts = lines.map((line) => marks(line, delimiter));
  const usual = mode(counts);
  // A title has few of the separators that the table below it has.
  const wide = counts.findIndex((count, at) => lines[at]!.trim() !== '' && 2 * count >= usual);
  const first = Math.max(wide, 0);
  const skipped = first + lineOfNames(lines.slice(first), delimiter);
  return {
    delimiter,
    quote: quoted ? "'" : '"',
    backslash: escapedMark.test(lines.join('')),
    skip: base + lines.slice(0, skipped).reduce((sum, line) => sum + line.length, 0),
    skippedLines: (said ? 1 : 0) + skipped,
  };
}

/** A mark behind a backslash that does not end its field. */
const escapedMark = /[^\\]\\"(?!\s*(?:[,;\t|^]|\r|\n|$))/;

/** Lines below the first in which the names of columns may stand, where the first has those of groups: "Order,,,Item,,". */
const maxGroupLines = 2;

function lineOfNames(lines: readonly string[], delimiter: string): number {
  const names = lines.slice(0, maxGroupLines + 1).map((line) => countColumnNames(line.split(delimiter)));
  const most = Math.max(...names);
  return most >= 3 && most > 2 * names[0]! ? names.indexOf(most) : 0;
}

/** The first lines, each with its end. */
function splitLines(text: string): string[] {
  const lines = text.match(/[^\r\n]*(?:\r\n|\r|\n|$)/g) ?? [];
  return lines.slice(0, sampleLines).filter((line) => line !== '');
}

/** The separator that occurs the same number of times in the most lines; then the one that occurs most. */
function likeliest(lines: readonly string[]): string {
  let best = { mark: ',', share: 0, usual: 0 };
  for (const mark of delimiters) {
    const counts = lines.filter((line) => line.trim()).map((line) => marks(line, mark));
    const usual = mode(counts);
    const share = usual > 0 ? counts.filter((count) => count === usual).length / counts.length : 0;
    if (share > best.share || (share === best.share && usual > best.usual)) best = { mark, share, usual };
  }
  return best.mark;
}

/** The most frequent number above 0; the largest of several. */
function mode(counts: readonly number[]): number {
  const times = new Map<number, number>();
  for (const count of counts) if (count > 0) times.set(count, (times.get(count) ?? 0) + 1);
  return [...times].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}

/** Occurrences outside double quotation marks. */
function marks(line: string, mark: string): number {
  let count = 0;
  let inside = false;
  for (const letter of line) {
    if (letter === '"') inside = !inside;
    else if (!inside && letter === mark) count++;
  }
  return count;
}

const edge = '[,;\\t|^\\r\\n]';
const opening = new RegExp(`(?<=^|${edge}\\s*)[“”„«](?=[^,;\\t|^])`, 'g');
const closing = new RegExp(`[“”»](?=\\s*(?:${edge}|$))`, 'g');

/** Whether most of the first lines have fields in typographic marks, as word processors write them, and none in plain ones. */
export function hasTypographicMarks(start: string): boolean {
  const lines = splitLines(start.slice(0, 1 << 16)).filter((line) => line.trim() !== '');
  const marked = lines.filter((line) => line.search(opening) >= 0 && line.search(closing) >= 0);
  return marked.length * 2 > lines.length && !lines.some((line) => line.includes('"'));
}

/** `“Mug, blue”` → `"Mug, blue"`, at the ends of fields only. */
export function plainMarks(text: string): string {
  return text.replaceAll(opening, '"').replaceAll(closing, '"');
}
