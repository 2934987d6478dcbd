// A chat as readable text: who said what and when, in order.
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import { readLongMail } from '../../contract/long-mail.ts';
import { type FileRefusal, readRefusedFiles } from '../../contract/refused-file.ts';
import { quotedLine, quotedText } from '../../contract/text.ts';

/**
 * One line per message, with UTC time, side and name; continuation lines are indented. Nothing that a person typed can look
 * like a line of somebody else: the side comes before the name, and there are no control and no directional characters.
 */
export function transcriptOf(session: SessionRow, messages: readonly MessageRow[]): string {
  const shopper = session.name;
  const head = [
    `Chat ${session.session_id}`,
    `Started ${timeOf(session.created_at)} UTC, ${session.state}`,
    `With ${quotedLine([shopper ?? 'a guest', session.email].filter(Boolean).join(', '))}`,
    ...(session.subject ? [`About ${quotedLine(session.subject)}`] : []),
  ];
  return `${[...head, '', ...messages.map((message) => lineOf(message, shopper))].join('\n')}\n`;
}

function lineOf(message: MessageRow, shopper: string | null): string {
  const name = whoWrote(message, shopper);
  const words = quotedText(message.body).replaceAll('\n', '\n    ');
  const time = timeOf(message.created_at);
  switch (message.kind) {
    case 'event':
      return `[${time}] ${eventWords(message)}`;
    case 'product':
      return `[${time}] ${name} sent the product ${words} (${message.product_id})`;
    case 'attachment':
      return `[${time}] ${name} sent the file ${words}`;
    case 'text':
      return `[${time}] ${name}: ${words}`;
  }
}

function eventWords({ body, sender_name }: MessageRow): string {
  const name = sender_name === null ? 'an agent' : quotedLine(sender_name);
  const words: Record<string, string> = {
    assigned: `The chat was assigned to ${name}`,
    transferred: `The chat was transferred to ${name}`,
    unanswered: `${name} did not answer in time, so the chat returned to the queue`,
    returned: 'The chat was returned to the queue',
    resolved: 'The chat was resolved',
    closed: 'The chat was closed',
    reopened: 'The chat was reopened',
  };
  const refused = readRefusedFiles(body);
  const long = readLongMail(body);
  if (long) {
    const place =
      long.messages === undefined
        ? 'the file has all of its text'
        : `its text is in ${long.messages} messages`;
    return `An email of ${long.characters} characters: ${place}`;
  }
  if (refused) return `Not received by email (${refusals[refused.why]}): ${quotedLine(refused.names)}`;
  return words[body] ?? quotedLine(body);
}

/** Why a file of a mail was refused. */
const refusals: Readonly<Record<FileRefusal, string>> = {
  too_large: 'too large',
  unsupported: 'unsupported type',
  empty: 'empty',
  too_many: 'too many files',
  encrypted: 'encrypted',
  outlook: 'winmail.dat',
  no_space: 'no space left',
};

function timeOf(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

/** `Shopper Ida`, `Agent Anna`: a shopper may enter the name of an agent. */
function whoWrote({ side, sender_name }: MessageRow, shopper: string | null): string {
  const name = quotedLine(sender_name ?? (side === 'shopper' ? (shopper ?? '') : ''));
  return `${side === 'shopper' ? 'Shopper' : 'Agent'} ${name}`.trim();
}
