// The replies that a shopper has not seen → a mail: the new messages, the transcript so far, and two signed links.
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import { quotedLine, quotedText } from '../../contract/text.ts';
import { escapeHtml } from '../../escape-html.ts';
import type { MailWords } from './mail-words.ts';

export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailInput {
  readonly session: Pick<SessionRow, 'name'>;
  /** All messages of the chat, in order. */
  readonly messages: readonly MessageRow[];
  /** Messages after this one, up to `toSeq`, are new in this mail. */
  readonly afterSeq: number;
  readonly toSeq: number;
  readonly shop: string;
  readonly words: MailWords;
  readonly openUrl: string;
  readonly unsubscribeUrl: string;
  /** The link that opens a file. */
  readonly fileUrl: (attachmentId: string) => string;
  /** Whether the mail can be answered. */
  readonly answerable: boolean;
}

/** Messages of the transcript; a mail that is too long is cut by its reader. */
const maxEarlier = 30;

export function composeMail(input: MailInput): MailContent {
  const { session, messages, afterSeq, toSeq, shop, words, openUrl, unsubscribeUrl, fileUrl, answerable } =
    input;
  const said = messages.filter((message) => message.kind !== 'event' && message.seq <= toSeq);
  const fresh = said.filter((message) => message.side === 'staff' && message.seq > afterSeq);
  const earlier = said.filter((message) => !fresh.includes(message)).slice(-maxEarlier);
  const greeting = words.greeting(session.name === null ? null : quotedLine(session.name));
  const answer = answerable ? words.answerHere : words.answerThere;
  const text = [
    ...(answerable ? [words.marker, ''] : []),
    greeting,
    '',
    words.answered(shop),
    '',
    ...fresh.map((message) => lineOf(message, words, fileUrl)),
    '',
    answer,
    openUrl,
    ...(earlier.length > 0
      ? ['', '--', words.earlier, '', ...earlier.map((message) => lineOf(message, words, fileUrl))]
      : []),
    '',
    words.unsubscribe,
    unsubscribeUrl,
    '',
  ].join('\n');
  // Every line that somebody typed is beside a bar, and no name is: a message can't look like two. It has the direction of its
  // own language, so that a question mark ends it.
  const bar = words.dir === 'rtl' ? 'right' : 'left';
  const block = (message: MessageRow) =>
    `<p style="margin:0"><strong>${escapeHtml(nameOf(message, words))}</strong></p><div dir="auto" style="margin:0 0 12px;text-align:${bar};padding-${bar}:12px;border-${bar}:2px solid #999;white-space:pre-wrap">${linked(message, words, fileUrl)}</div>`;
  const html = `<!doctype html><html lang="${words.lang}" dir="${words.dir}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
<body style="font:16px/1.5 sans-serif;max-width:640px;margin:0 auto;padding:16px">
${answerable ? `<p style="color:#777">${escapeHtml(words.marker)}</p>` : ''}<p>${escapeHtml(greeting)}</p><p>${escapeHtml(words.answered(shop))}</p>
${fresh.map(block).join('\n')}
<p>${escapeHtml(answer)}</p><p><a href="${escapeHtml(openUrl)}" style="display:inline-block;padding:12px 20px;border:1px solid;border-radius:8px">${escapeHtml(words.open)}</a></p>
${earlier.length > 0 ? `<hr><p><strong>${escapeHtml(words.earlier)}</strong></p>${earlier.map(block).join('\n')}` : ''}
<p style="font-size:13px">${escapeHtml(words.unsubscribe)} <a href="${escapeHtml(unsubscribeUrl)}">${escapeHtml(new URL(unsubscribeUrl).host)}</a></p>
</body></html>
`;
  return { subject: words.subject(shop), text, html };
}

type FileUrl = MailInput['fileUrl'];

function lineOf(message: MessageRow, words: MailWords, fileUrl: FileUrl): string {
  const link = message.attachment_id === null ? '' : `\n    ${fileUrl(message.attachment_id)}`;
  return `${nameOf(message, words)}: ${bodyOf(message, words).replaceAll('\n', '\n    ')}${link}`;
}

/** The message's HTML, with a link on the name of its file. */
function linked(message: MessageRow, words: MailWords, fileUrl: FileUrl): string {
  if (message.attachment_id === null) return escapeHtml(bodyOf(message, words));
  const name = escapeHtml(quotedLine(message.body));
  return `${escapeHtml(words.sentFile)} <a href="${escapeHtml(fileUrl(message.attachment_id))}" rel="noreferrer">${name}</a>`;
}

function nameOf(message: MessageRow, words: MailWords): string {
  return message.side === 'shopper' ? words.you : quotedLine(message.sender_name ?? words.agent);
}

function bodyOf({ kind, body }: MessageRow, words: MailWords): string {
  const text = quotedText(body);
  if (kind === 'attachment') return `${words.sentFile} ${text}`;
  return kind === 'product' ? `${words.sentProduct} ${text}` : text;
}
