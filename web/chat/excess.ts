// How far a typed text exceeds its limit, as the server counts.
import { codePoints, typedText } from '../../runtime/contract/text.ts';

/** Number of characters beyond the limit. */
export function excess(text: string, most: number): number {
  return Math.max(0, codePoints(typedText(text)) - most);
}
