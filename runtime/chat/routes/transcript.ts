// A chat as readable text: who said what and when, in order.
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import { plainText } from '../../contract/text.ts';

/** One line per message, with UTC time and name; continuation lines are indented. */
export function transcriptOf(session: SessionRow, messages: readonly MessageRow[]): string {
  const shopper = session.name ?? 'Shopper';
  const head = [
    `Chat ${session.session_id}`,
    `Started ${timeOf(session.created_at)}, ${session.state}`,
    `With ${oneLine([shopper, session.email].filter(Boolean).join(', '))}`,
    ...(session.subject ? [`About ${oneLine(session.subject)}`] : []),
  ];
  return `${[...head, '', ...messages.map((message) => lineOf(message, shopper))].join('\n')}\n`;
}

function lineOf(message: MessageRow, shopper: string): string {
  const name = oneLine(message.sender_name ?? (message.side === 'shopper' ? shopper : 'Agent'));
  const words = plainText(message.body).replaceAll('\n', '\n    ');
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
  const name = sender_name === null ? 'an agent' : oneLine(sender_name);
  const words: Record<string, string> = {
    assigned: `The chat was assigned to ${name}`,
    transferred: `The chat was transferred to ${name}`,
    returned: 'The chat was returned to the queue',
    resolved: 'The chat was resolved',
    closed: 'The chat was closed',
    reopened: 'The chat was reopened',
  };
  return words[body] ?? body;
}

function timeOf(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

function oneLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, ' ');
}
