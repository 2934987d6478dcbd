// What text is, for the server and for what people type into: one definition, with no library, so that the web bundles
// take it too. People paste from everywhere: PowerPoint brings U+000B, Word U+0007, PDFs U+000C and half characters.

/** UTF-16 units of one message, and of a private note. */
export const longestMessage = 4_000;
export const longestNote = 2_000;

/**
 * The text with the control characters that Postgres could store made harmless: what breaks a line is a line feed, what
 * is no text at all a space. Directional overrides go: they show letters in another order than they have.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/\r\n|[\r\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll(/(?!\0)[^\P{Cc}\t\n]/gu, ' ')
    .replaceAll(/[\u202d\u202e]/g, '');
}

/** Whether Postgres can store it: no U+0000, and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !/\0|\p{Cs}/u.test(text);
}

/** Whether there is anything to see in it. */
export function isVisible(text: string): boolean {
  return /[^\s\0\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u.test(plainText(text));
}

/** Text as it is sent: as above, without blanks around it, with what cannot be stored replaced. '' if nothing is to see. */
export function typedText(text: string): string {
  const typed = plainText(text)
    .replaceAll('\0', ' ')
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .trim();
  return isVisible(typed) ? typed : '';
}

/** The same in one line. */
export function typedLine(text: string): string {
  return typedText(text).replaceAll(/\s+/g, ' ');
}

/** The first part of the text, at most so many UTF-16 units, without half a character at its end. */
export function firstPart(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
