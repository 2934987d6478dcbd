// Cleaning and validation of text that people type, shared by the server and the browser; without dependencies, so that
// the web bundles can include it. Pasted text is dirty: PowerPoint brings U+000B, Word U+0007, PDFs U+000C and lone surrogates.

/** Maximum length of a message and of a private note, in code points, as Postgres and JSON Schema count. */
export const maxMessageLength = 4_000;
export const maxNoteLength = 2_000;

/**
 * Replaces the control characters that Postgres can store: line breaks by a line feed, all others by a space. Removes
 * directional overrides, which display letters in another order than they have.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/\r\n|[\r\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll(/(?!\0)[^\P{Cc}\t\n]/gu, ' ')
    .replaceAll(/[\u202d\u202e]/g, '');
}

/** Text that cannot pass for text around it: without control characters and those that change the order of letters. */
export function quotedText(text: string): string {
  return plainText(text)
    .replaceAll('\0', ' ')
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '');
}

/** The same on one line. */
export function quotedLine(text: string): string {
  return quotedText(text).replaceAll(/\s+/g, ' ').trim();
}

/** Whether Postgres can store the text: it has no U+0000 and no lone surrogate. */
export function isStorable(text: string): boolean {
  return !/\0|\p{Cs}/u.test(text);
}

/** Whether the text has any visible character. */
export function isVisible(text: string): boolean {
  return /[^\s\0\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u.test(plainText(text));
}

/**
 * Text ready to send: cleaned, trimmed, with unstorable characters replaced; '' if nothing in it is visible. Tabs before the
 * first word stay: a pasted table may begin with empty cells, and its first row would move against the others.
 */
export function typedText(text: string): string {
  const typed = plainText(text)
    .replaceAll('\0', ' ')
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .trimEnd();
  const [start = ''] = /^\s*/.exec(typed)!;
  const tabs = start.slice(start.lastIndexOf('\n') + 1).replaceAll(/[^\t]/g, '');
  return isVisible(typed) ? tabs + typed.slice(start.length) : '';
}

/** Like `typedText`, on one line. */
export function typedLine(text: string): string {
  return typedText(text).replaceAll(/\s+/g, ' ').trim();
}

/** The length in code points: 1 for an emoji that takes two UTF-16 units. */
export function codePoints(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

/** The first `most` UTF-16 units of the text, without splitting a surrogate pair. */
export function firstPart(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}

/** Values of the digits that keyboards of other scripts type; full-width digits come from Japanese input methods. */
const otherDigits = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\uff10-\uff19]/g;

/**
 * An address, a number of an order or the like, as keyboards of other scripts type it: `ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ`, `٢٠٢٦-١٢`. The
 * dots of Japanese keyboards are those of addresses.
 */
export function typedCode(text: string): string {
  return typedLine(text)
    .normalize('NFKC')
    .replaceAll(otherDigits, (digit) => String(digitValue(digit)))
    .replaceAll(/[\u3002\uff61]/g, '.')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
}

/**
 * The number in a field of text, NaN if there is none: digits of any of these scripts, spaces of any kind around and between
 * them, and a comma or a point before the decimals, such as `４９`, `٤٩٫٩٥`, `49,95` or `1 049.95`.
 */
export function typedNumber(text: string): number {
  const plain = text
    .replaceAll(otherDigits, (digit) => String(digitValue(digit)))
    .replaceAll(/[\s\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[,\u066b\uff0c\uff0e]/, '.')
    .replace(/^[\u2212\uff0d]/, '-');
  return /^-?\d+(\.\d*)?$|^-?\.\d+$/.test(plain) ? Number(plain) : Number.NaN;
}

function digitValue(digit: string): number {
  const code = digit.charCodeAt(0);
  return code - [0xff10, 0x09e6, 0x0966, 0x06f0, 0x0660].find((zero) => zero <= code)!;
}

/** Whether the name of a shop is too long for large letters in the header on a phone. */
export function isLongName(name: string): boolean {
  return name.length > 24;
}
