// What a clipboard or a drag brings → the text as its reader saw it, or its files. Office programs offer a copy in many forms at
// once: text, HTML, RTF and a picture of it. The text counts; a picture alone is a file. A link alone is its address.
import { isVisible, plainText } from '../../runtime/contract/text.ts';

/** Letters of symbol fonts, as Word and LibreOffice copy their bullets and arrows, and what they look like. */
const symbols: Readonly<Record<string, string>> = {
  '\uf0b7': '•',
  '\uf0a7': '▪',
  '\uf0a8': '◦',
  '\uf0d8': '➢',
  '\uf0e0': '→',
  '\uf0fc': '✓',
  '\uf04a': '☺',
};

/** Files that the user means: all of them, unless there is text besides their names. */
export function pastedFiles(data: DataTransfer | null): readonly File[] {
  if (!data || data.files.length === 0) return [];
  const files = [...data.files];
  const names = new Set(files.map(({ name }) => name));
  const lines = textOf(data).split('\n').filter(isVisible);
  return lines.every((line) => names.has(fileName(line))) ? files : [];
}

/**
 * Inserts what the browser would not insert as it was seen: text with control characters, text in HTML alone, and text that is
 * longer than the field's `maxlength`, which browsers cut.
 * @returns whether it did; otherwise the browser pastes
 */
export function pasteWhole(event: ClipboardEvent | DragEvent): boolean {
  const field = event.target as HTMLTextAreaElement;
  const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
  const text = data ? textOf(data) : '';
  const { selectionStart, selectionEnd, value, maxLength } = field;
  const isShort = value.length - (selectionEnd - selectionStart) + text.length <= maxLength;
  if (!text || (isShort && text === data!.getData('text/plain').replaceAll(/\r\n?/g, '\n'))) return false;
  event.preventDefault();
  field.focus();
  // As an edit of the user, so that it can be undone.
  if (isShort && document.execCommand('insertText', false, text)) return true;
  field.setRangeText(text, selectionStart, selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

function textOf(data: DataTransfer): string {
  const plain = data.getData('text/plain');
  const text = isVisible(plain)
    ? plain
    : addressesIn(data.getData('text/uri-list')) || textOfHtml(data.getData('text/html'));
  const seen = plainText(text).replaceAll('\0', ' ');
  // U+FFFC stands for a picture within the text.
  return isVisible(seen)
    ? seen.replaceAll('\ufffc', '').replaceAll(/[\uf000-\uf0ff]/g, (letter) => symbols[letter] ?? letter)
    : '';
}

/** RFC 2483: one address per line; lines that begin with # are comments. */
function addressesIn(list: string): string {
  return list
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .join('\n');
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Without a parser: pages with Trusted Types forbid it to strings. */
function textOfHtml(html: string): string {
  return html
    .replaceAll(/<!--[\s\S]*?-->|<(style|script|head|title)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s*<(?:br\b[^>]*|\/(?:p|div|li|tr|h[1-6]|blockquote|pre))>\s*/gi, '\n')
    .replaceAll(/ *<\/t[dh]> */gi, '\t')
    .replaceAll('\t\n', '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#x([\da-f]{1,6});/gi, (_, code) => letterOf(Number.parseInt(code, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_, code) => letterOf(Number(code)))
    .replaceAll(/&(\w+);/g, (entity, name) => entities[name] ?? entity)
    .replaceAll(/ *\n */g, '\n')
    .trim();
}

function letterOf(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

/** Last part of a name, a path or a `file:` URL, as file managers offer them. */
function fileName(line: string): string {
  const path = line.trim();
  const name = path.slice(path.search(/[^/\\]*$/));
  try {
    return path.startsWith('file:') ? decodeURIComponent(name) : name;
  } catch {
    return name;
  }
}
