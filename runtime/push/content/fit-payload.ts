// Shortens a message until its payload fits: message → payload of at most 3,993 bytes.
import { maxMessageBytes, type PayloadOptions, type PushMessage, payloadOf } from '../message.ts';

/** Maximum lengths in UTF-16 units; browsers show less. */
export const maxTitle = 120;
export const maxBody = 500;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The payload, without the picture and the buttons or with shorter texts if need be; undefined if its addresses alone are too long. */
export function fitPayload(message: PushMessage, options: PayloadOptions): string | undefined {
  let fitted = { ...message, title: cutText(message.title, maxTitle), body: cutText(message.body, maxBody) };
  for (;;) {
    const payload = payloadOf(fitted, options);
    const excess = Buffer.byteLength(payload) - maxMessageBytes;
    if (excess <= 0) return payload;
    const shorter = shortened(fitted, excess);
    if (!shorter) return undefined;
    fitted = shorter;
  }
}

/** The text if it has at most `max` UTF-16 units, else its first graphemes and an ellipsis. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = 0;
  for (const { index, segment } of graphemes.segment(text)) {
    if (index + segment.length > max - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/** First the picture goes, then the buttons, then the end of the body, then that of the title. */
function shortened(message: PushMessage, excess: number): PushMessage | undefined {
  const { image, ...bare } = message;
  if (image !== undefined) return bare;
  const { actions, ...plain } = message;
  if (actions !== undefined) return plain;
  // A UTF-16 unit takes at most three bytes, or six if JSON escapes it.
  const units = Math.ceil(excess / 6) + 2;
  for (const part of ['body', 'title'] as const) {
    const max = message[part].length - units;
    if (max >= 2) return { ...message, [part]: cutText(message[part], max) };
  }
  return undefined;
}
