// A received mail → an answer to a chat, a bounce, or a reason to ignore it. Who wrote is told by the token in the address
// that the mail was sent to; what the mail says about its sender is not used.
import { createHash } from 'node:crypto';
import type { ParsedMail } from 'mailparser';
import { maxMessageLength, typedText } from '../../contract/text.ts';
import { tokenOf } from './mail-address.ts';
import { markers } from './mail-words.ts';

export type ReadMail =
  | {
      readonly kind: 'answer';
      readonly token: string;
      readonly body: string;
      /** The same for every copy of this mail. */
      readonly clientMessageId: string;
    }
  | { readonly kind: 'bounce'; readonly token: string }
  | { readonly kind: 'ignored'; readonly why: string };

/** Cuts quotes and signatures from plain text. */
export type CutQuotes = (text: string) => string;

/** Marks mails of the chat, so that one that comes back is recognized. */
export const loopHeader = 'x-couture-chat';

const addressHeaders = ['delivered-to', 'x-original-to', 'envelope-to', 'to', 'cc', 'x-forwarded-to'];

/**
 * @param pattern the address for answers, with `{token}`
 * @param mail parsed by mailparser
 */
export function readMail(mail: ParsedMail, pattern: string, cutQuotes: CutQuotes): ReadMail {
  const token = tokenIn(mail, pattern);
  if (token === undefined) return { kind: 'ignored', why: 'no reply address' };
  if (isBounce(mail)) return { kind: 'bounce', token };
  const automatic = automaticHeader(mail);
  if (automatic) return { kind: 'ignored', why: automatic };
  const body = answerOf(mail.text ?? '', cutQuotes);
  if (body === '') return { kind: 'ignored', why: 'no text' };
  return { kind: 'answer', token, body, clientMessageId: idOf(token, mail, body) };
}

function tokenIn(mail: ParsedMail, pattern: string): string | undefined {
  for (const name of addressHeaders) {
    for (const address of addressesOf(mail, name)) {
      const token = tokenOf(pattern, address);
      if (token !== undefined) return token;
    }
  }
  return undefined;
}

/** Every address in the lines of a header, as they arrived. */
function addressesOf(mail: ParsedMail, name: string): string[] {
  return mail.headerLines
    .filter(({ key }) => key === name)
    .flatMap(({ line }) => line.slice(line.indexOf(':') + 1).match(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g) ?? []);
}

/** A delivery status report, or a mail of a mail server: these have no sender to return to. */
function isBounce(mail: ParsedMail): boolean {
  const type = rawHeader(mail, 'content-type');
  return (
    (/multipart\/report/.test(type) && /delivery-status/.test(type)) ||
    rawHeader(mail, 'return-path').replaceAll(/\s/g, '') === '<>' ||
    /^\W*(?:mailer-daemon|postmaster)@/.test(addressesOf(mail, 'from')[0]?.toLowerCase() ?? '')
  );
}

/** The header that says that no person wrote this mail, or that it is one of ours. */
function automaticHeader(mail: ParsedMail): string | undefined {
  const auto = rawHeader(mail, 'auto-submitted');
  if (auto !== '' && !/^no\b/.test(auto)) return 'auto-submitted';
  if (/^(?:bulk|junk|list|auto_reply)\b/.test(rawHeader(mail, 'precedence'))) return 'precedence';
  for (const name of [
    loopHeader,
    'x-autoreply',
    'x-autorespond',
    'x-auto-response-suppress-reply',
    'list-id',
    'feedback-id',
  ])
    if (rawHeader(mail, name) !== '') return name;
  return undefined;
}

/** The value of a header's first line, in lower case; '' if it is missing. */
function rawHeader(mail: ParsedMail, name: string): string {
  const line = mail.headerLines.find(({ key }) => key === name)?.line ?? '';
  return line
    .slice(line.indexOf(':') + 1)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

function answerOf(text: string, cutQuotes: CutQuotes): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const marked = lines.findIndex((line) => markers.some((marker) => line.includes(marker)));
  const above = (marked < 0 ? lines : lines.slice(0, marked)).join('\n');
  return [...typedText(cutQuotes(above))].slice(0, maxMessageLength).join('');
}

/** A UUID from the Message-ID; a mail without one is recognized by its date and text. */
function idOf(token: string, mail: ParsedMail, body: string): string {
  const own = mail.messageId ?? `${mail.date?.toISOString() ?? ''} ${body}`;
  const hex = createHash('sha256').update(`${token} ${own}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
