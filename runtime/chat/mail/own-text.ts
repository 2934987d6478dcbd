// The text of a mail → what its sender wrote: without quotes and signature, within a bounded time whatever the text is.
import vm from 'node:vm';
import { typedText } from '../../contract/text.ts';
import { markers } from './mail-words.ts';

/** Cuts quotes and signatures from plain text. */
export type CutQuotes = (text: string) => string;

/** Characters of a text in which quotes are looked for; in a longer one, only lines that are marked as quotes go. */
const maxText = 20_000;
/** Characters of a line that may introduce a quote. */
const maxHeader = 200;
/** Milliseconds for the patterns that find quotes: one line of 4,000 characters that is made for it takes them minutes. */
const maxTime = 500;
/** Stands for a long line, with its number. */
const mark = '\ue000';

export function ownText(text: string, cutQuotes: CutQuotes): string {
  const lines = text.replaceAll('\r\n', '\n').replaceAll(mark, '').split('\n');
  const marked = lines.findIndex((line) => markers.some((marker) => line.includes(marker)));
  // Who writes below or between the lines of a quote marks each of them; who writes above it may mark none.
  const isMarked = marked >= 0 && [marked, marked + 1].every((at) => /^\s*>/.test(lines[at] ?? ''));
  return written(marked < 0 || isMarked ? lines : lines.slice(0, marked), cutQuotes);
}

function written(lines: readonly string[], cutQuotes: CutQuotes): string {
  if (lines.reduce((sum, line) => sum + line.length + 1, 0) > maxText) return typedText(unquoted(lines));
  const long: string[] = [];
  const short = lines.map((line) => {
    if (line.length <= maxHeader || /^\s*>/.test(line)) return line.slice(0, maxHeader);
    return `${mark}${long.push(line) - 1}${mark}`;
  });
  const cut = withinTime(short, cutQuotes);
  return typedText(
    cut.replaceAll(new RegExp(`${mark}(\\d+)${mark}`, 'g'), (_, at) => long[Number(at)] ?? ''),
  );
}

/** Without the patterns, only lines that are marked as quotes go. */
function withinTime(lines: readonly string[], cutQuotes: CutQuotes): string {
  try {
    const call = { cut: () => cutQuotes(lines.join('\n')) };
    return String(vm.runInNewContext('cut()', call, { timeout: maxTime }));
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return unquoted(lines);
  }
}

function unquoted(lines: readonly string[]): string {
  return lines.filter((line) => !/^\s*>/.test(line)).join('\n');
}
