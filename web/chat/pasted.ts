// What a clipboard or a drag brings → the text as its reader saw it, or its files. Office programs offer a copy in many forms at
// once: text, HTML, RTF and a picture of it. The text counts; a picture alone is a file. A link alone is its address.
import { msg, str } from '@lit/localize';
import { isVisible, plainText } from '../../runtime/contract/text.ts';
import { formatCount } from '../state/locale.ts';
import { textOfHtml } from './text-of-html.ts';

/** Characters beyond which a browser needs seconds to lay out a field: a copied data URL of a megabyte took 12 s in Chromium. */
const most = 50_000;

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
 * longer than the field's `maxlength`, which browsers cut. Refuses, with a message, what a field would take seconds to show.
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
  if (text.length > most) return refuse(field, text.length);
  // As an edit of the user, so that it can be undone.
  if (isShort && document.execCommand('insertText', false, text)) return true;
  field.setRangeText(text, selectionStart, selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

/** Nothing is lost: the clipboard still has the text. */
function refuse(field: HTMLTextAreaElement, length: number): true {
  field.setCustomValidity(
    msg(str`This text is too long to paste (${formatCount(length)} characters). Paste it in parts.`),
  );
  field.reportValidity();
  const forget = () => field.setCustomValidity('');
  for (const type of ['input', 'keydown', 'blur']) field.addEventListener(type, forget, { once: true });
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
