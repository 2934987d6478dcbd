// A text that is longer than a message → parts that fit, broken where a reader would break it.
import { firstPart, isVisible, maxMessageLength } from '../../contract/text.ts';

/** Where a text may be broken, the best first. */
const breaks = ['\n\n', '\n', '. ', ' '];

/** Counts UTF-16 units, of which a message has room for at least as many. */
export function splitText(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  while (text.length - from > maxMessageLength) {
    const part = partOf(text.slice(from, from + maxMessageLength));
    parts.push(part);
    from += part.length;
  }
  return [...parts, text.slice(from)].map((part) => part.replace(/^\n+/, '').trimEnd()).filter(isVisible);
}

function partOf(start: string): string {
  for (const each of breaks) {
    const at = start.lastIndexOf(each);
    // A part that is too short would leave its reader with a fragment.
    if (at > start.length / 2) return start.slice(0, at + each.length);
  }
  return firstPart(start, start.length);
}
