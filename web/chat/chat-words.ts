// What chats say in words: events, refusals, why a file was not taken.
import { msg, str } from '@lit/localize';
import type { WireMessage } from '../../runtime/contract/chat-message.ts';
import { ApiError, OfflineError } from '../api/api-error.ts';

/** A message that tells of a step: its body names it. */
export function eventWords({ body, sender_name }: Pick<WireMessage, 'body' | 'sender_name'>): string {
  const name = sender_name ?? msg('an agent');
  switch (body) {
    case 'assigned':
      return msg(str`${name} has joined the chat`);
    case 'transferred':
      return msg(str`${name} has taken over the chat`);
    case 'returned':
      return msg('The chat is waiting for the next free agent');
    case 'resolved':
      return msg('The chat was marked as resolved');
    case 'closed':
      return msg('The chat has ended');
    case 'reopened':
      return msg('The chat goes on');
    default:
      return body;
  }
}

/** Why a message will not be stored, by the code of the protocol. */
export function refusalWords(code: string): string {
  switch (code) {
    case 'closed':
      return msg('Not sent: the chat has ended.');
    case 'not_assigned':
      return msg('Not sent: the chat is not yours. Take it first.');
    case 'no_product':
      return msg('Not sent: the shop has no such product.');
    case 'invalid':
      return msg('Not sent: the text is too long, or has characters that cannot be stored.');
    default:
      return msg('Not sent.');
  }
}

/** Why words stay in the composer. */
export function tooManyWait(): string {
  return msg('Too many messages wait to be sent. Your words stay here until there is a connection.');
}

/** Why a file did not arrive. */
export function uploadWords(error: unknown): string {
  if (!(error instanceof ApiError)) return msg('The file did not arrive. Is there a network?');
  if (error.status === 413) return msg('The file is larger than 5 MB.');
  if (error.status === 415) return msg('Only pictures (PNG, JPEG, GIF, WebP) and PDF files can be sent.');
  if (error.status === 429) return msg('Too many files at once; wait a moment.');
  return msg('The file could not be sent.');
}

/** How long somebody has been waiting. @param ms milliseconds */
export function waitingWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return msg('now');
  if (minutes < 60) return msg(str`${minutes} min`);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? msg(str`${hours} h`) : msg(str`${Math.floor(hours / 24)} d`);
}

/** Why a chat could not be begun, or ended. '' where nothing failed. */
export function failureWords(error: unknown): string {
  if (!error) return '';
  if (error instanceof OfflineError)
    return msg('Nothing was sent: there is no network. Your words stay here.');
  if (!(error instanceof ApiError)) return msg('That did not work. Try again.');
  if (error.status === 429) return msg('Too many chats were begun; wait a moment.');
  if (error.code === 'chat_offline')
    return msg('Nobody is here just now: leave your e-mail address with the message.');
  if (isAbout(error, 'email')) return msg('Check the e-mail address: the shop cannot write to this one.');
  if (error.status === 400) return msg('Look at what you entered: something in it does not fit.');
  return msg('That did not work. Try again.');
}

/** Whether the runtime refused this member of the body. */
function isAbout({ problem }: ApiError, member: string): boolean {
  const { errors } = problem as { errors?: ReadonlyArray<{ path?: unknown }> };
  return Array.isArray(errors) && errors.some(({ path }) => String(path).split('.').at(-1) === member);
}
