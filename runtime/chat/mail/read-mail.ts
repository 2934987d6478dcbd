// A received mail → an answer to a chat, a bounce, or a reason to ignore it. The token in the address says who wrote
// that the mail was sent to; what the mail says about its sender is not used.
import { createHash } from 'node:crypto';
import type { ParsedMail } from 'mailparser';
import { tokenOf } from './mail-address.ts';
import { type MailFiles, mailFiles } from './mail-files.ts';
import { type CutQuotes, ownText } from './own-text.ts';

export interface Answer extends MailFiles {
  readonly kind: 'answer';
  readonly token: string;
  /** '' if there are only files. */
  readonly body: string;
  /** The same for every copy of this mail. */
  readonly key: string;
}

export type ReadMail =
  | Answer
  | { readonly kind: 'bounce'; readonly token: string }
  | { readonly kind: 'ignored'; readonly why: string };

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
  const report = reportOf(mail);
  if (report === 'failed') return { kind: 'bounce', token };
  const automatic = report ?? automaticHeader(mail);
  if (automatic) return { kind: 'ignored', why: automatic };
  const body = ownText(mail.text ?? '', cutQuotes);
  const files = mailFiles(mail);
  if (body === '' && files.files.length + files.refused.length === 0)
    return { kind: 'ignored', why: 'no text' };
  return { kind: 'answer', token, body, ...files, key: keyOf(token, mail, body) };
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

/** Every address in the lines of a header, as they arrived. Split, since a search for `…@…` takes a minute for 100 KB of `a`. */
function addressesOf(mail: ParsedMail, name: string): string[] {
  return mail.headerLines
    .filter(({ key }) => key === name)
    .flatMap(({ line }) => line.slice(line.indexOf(':') + 1).split(/[\s<>,;:"()]+/))
    .filter((word) => word.slice(1, -1).includes('@'));
}

/**
 * What a mail server says about one of our mails; undefined for any other mail. Only a failure ends the mails of the chat:
 * a delay, a read receipt and a vacation reply may come without a return path, too.
 */
function reportOf(mail: ParsedMail): 'failed' | 'delivery report' | 'receipt' | undefined {
  const type = rawHeader(mail, 'content-type');
  if (/multipart\/report/.test(type)) return /delivery-status/.test(type) ? deliveryOf(mail) : 'receipt';
  if (/^\W*(?:mailer-daemon|postmaster)@/.test(addressesOf(mail, 'from')[0]?.toLowerCase() ?? ''))
    return 'failed';
  const hasReturnPath = rawHeader(mail, 'return-path').replaceAll(/\s/g, '') !== '<>';
  return hasReturnPath || automaticHeader(mail) ? undefined : 'failed';
}

/** A report whose machine-readable part is missing counts as a failure. */
function deliveryOf(mail: ParsedMail): 'failed' | 'delivery report' {
  // mailparser appends that part to the text.
  const actions = mail.text?.match(/^action:\s*\w+/gim) ?? [];
  const isFailure = actions.length === 0 || actions.some((action) => /failed/i.test(action));
  return isFailure ? 'failed' : 'delivery report';
}

/** Headers that people's mail programs don't set: of automatic replies, mailing lists, newsletters and mails of ours. */
const automaticHeaders = [
  loopHeader,
  'x-autoreply',
  'x-autorespond',
  'x-auto-response-suppress-reply',
  'x-mail-autoreply',
  'x-vacation',
  'x-ms-exchange-inbox-rules-loop',
  'x-loop',
  'list-id',
  'list-post',
  'list-unsubscribe',
  'feedback-id',
];

/** How subjects of automatic replies begin, where a program sets no header. */
const automaticSubject =
  /^(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|automatische (?:antwort|abwesenheit)|abwesen(?:d\b|heit)|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord|رد تلقائي)/i;

/** The header that says that no person wrote this mail, or that it is one of ours. */
function automaticHeader(mail: ParsedMail): string | undefined {
  const auto = rawHeader(mail, 'auto-submitted');
  if (auto !== '' && !/^no\b/.test(auto)) return 'auto-submitted';
  if (/^(?:bulk|junk|list|auto[_-]reply)\b/.test(rawHeader(mail, 'precedence'))) return 'precedence';
  return (
    automaticHeaders.find((name) => rawHeader(mail, name) !== '') ??
    (automaticSubject.test(mail.subject?.trim() ?? '') ? 'automatic subject' : undefined)
  );
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

/** From the Message-ID; a mail without one is recognized by its date and text. */
function keyOf(token: string, mail: ParsedMail, body: string): string {
  return `${token} ${mail.messageId ?? `${mail.date?.toISOString() ?? ''} ${body}`}`;
}

/** A UUID for a part of the answer, the same for every copy of the mail. */
export function idOfPart({ key }: Pick<Answer, 'key'>, part: string): string {
  const hex = createHash('sha256')
    .update(part === 'text' ? key : `${key} ${part}`)
    .digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
