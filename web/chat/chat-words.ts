// The chat's texts for events, refusals and failures.
import { msg, str } from '@lit/localize';
import type { WireMessage } from '../../runtime/contract/chat-message.ts';
import { attachmentBytes } from '../../runtime/contract/chat-values.ts';
import { type LongMail, readLongMail } from '../../runtime/contract/long-mail.ts';
import { readRefusedFiles } from '../../runtime/contract/refused-file.ts';
import { ApiError, OfflineError } from '../api/api-error.ts';
import { formatCount } from '../state/locale.ts';
import { FileRefused } from './prepare-file.ts';

/** Text of an event message, whose body names the event. */
export function eventWords(
  { body, sender_name }: Pick<WireMessage, 'body' | 'sender_name'>,
  reader: 'shopper' | 'staff' = 'shopper',
): string {
  const name = sender_name ?? msg('An agent');
  switch (body) {
    case 'assigned':
      return msg(str`${name} has joined the chat`);
    case 'transferred':
      return msg(str`${name} has taken over the chat`);
    case 'unanswered':
      if (reader === 'staff') return msg(str`${name} didn’t answer in time. Back in the queue`);
      return msg('Waiting for the next available agent');
    case 'returned':
      return msg('Waiting for the next available agent');
    case 'resolved':
      return msg('The chat was marked as resolved');
    case 'closed':
      return msg('The chat has ended');
    case 'reopened':
      return msg('Chat reopened');
    default: {
      const refused = readRefusedFiles(body);
      if (refused) return refusedFileWords(refused);
      const long = readLongMail(body);
      return long ? longMailWords(long) : body;
    }
  }
}

/** How a text that is longer than a message arrived. */
function longMailWords({ characters, messages }: LongMail): string {
  return messages === undefined
    ? msg(str`An email of ${formatCount(characters)} characters: the file has all of its text`)
    : msg(
        str`An email of ${formatCount(characters)} characters: its text is in ${formatCount(messages)} messages`,
      );
}

/** Which files of an e-mail are not in the chat. */
function refusedFileWords({ why, names }: NonNullable<ReturnType<typeof readRefusedFiles>>): string {
  switch (why) {
    case 'too_large':
      return msg(
        str`Not received by email (larger than ${formatCount(attachmentBytes / 1_048_576)} MB): ${names}`,
      );
    case 'unsupported':
      return msg(str`Not received by email (not an image in PNG, JPEG, GIF or WebP, nor a PDF): ${names}`);
    case 'empty':
      return msg(str`Not received by email (empty file): ${names}`);
    case 'too_many':
      return msg(str`Not received by email (too many files): ${names}`);
    case 'encrypted':
      return msg(str`Not received by email (encrypted): ${names}`);
    case 'outlook':
      return msg(str`Not received by email (sent in Outlook’s own format): ${names}`);
    case 'no_space':
      return msg(str`Not received by email (no storage space left): ${names}`);
  }
}

/** Text of a refusal, by the protocol's code. */
export function refusalWords(code: string): string {
  switch (code) {
    case 'closed':
      return msg('Not sent: the chat has ended.');
    case 'not_assigned':
      return msg('Not sent: this chat isn’t assigned to you. Take it over first.');
    case 'no_product':
      return msg('Not sent: product not found.');
    case 'invalid':
      return msg('Not sent: the text is too long or contains unsupported characters.');
    default:
      return msg('Not sent.');
  }
}

/** Why a message stays in the composer. */
export function tooManyWait(): string {
  return msg('Too many unsent messages. Your message stays here until you’re back online.');
}

/** Why a text cannot be sent yet. @param excess number of characters beyond the limit */
export function tooLongWords(excess: number, most: number): string {
  return msg(
    str`Too long by ${formatCount(excess)} characters (at most ${formatCount(most)}). Nothing was cut: shorten it, or send it in parts.`,
  );
}

/** Why a comment, note or label cannot be saved yet. @param excess number of characters beyond the limit */
export function shortenWords(excess: number, most: number): string {
  return msg(
    str`Too long by ${formatCount(excess)} characters (at most ${formatCount(most)}). Nothing was cut: please shorten it.`,
  );
}

/** Why an upload failed. */
export function uploadWords(error: unknown): string {
  if (error instanceof FileRefused) return fileWords(error.kind);
  if (!(error instanceof ApiError)) return msg('Upload failed. Check your connection.');
  if (error.status === 413)
    return error.code === 'body_too_large'
      ? fileWords('too large')
      : msg('The shop’s server doesn’t accept files of this size. Send a smaller one.');
  if (error.status === 415) return fileWords((error.problem as { kind?: unknown }).kind);
  if (error.status === 429) return msg('Too many files at once. Wait a moment and try again.');
  return msg('The file couldn’t be sent.');
}

function fileWords(kind: unknown): string {
  switch (kind) {
    case 'too large':
      return msg(str`The file is larger than ${formatCount(attachmentBytes / 1_048_576)} MB.`);
    case 'empty':
      return msg('The file is empty. Choose another one.');
    case 'unreadable':
      return msg('The file can’t be read. It may be a folder, or may have been moved or deleted.');
    case 'heic':
      return msg('HEIC photos can’t be sent from this browser. Send the photo as JPEG, PNG, WebP or GIF.');
    case 'avif':
      return msg('AVIF images can’t be sent from this browser. Send the image as JPEG, PNG, WebP or GIF.');
    case 'svg':
      return msg('SVG drawings can’t be sent. Send the drawing as PNG, JPEG or PDF.');
    default:
      return msg('Only images (PNG, JPEG, GIF, WebP) and PDF files can be sent.');
  }
}

/** A short waiting time, such as "4 min". @param ms milliseconds */
export function waitingWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return msg('just now');
  if (minutes < 60) return msg(str`${formatCount(minutes)} min`);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? msg(str`${formatCount(hours)} h`) : msg(str`${formatCount(Math.floor(hours / 24))} d`);
}

/** Why a chat could not be started or ended; '' if nothing failed. */
export function failureWords(error: unknown): string {
  if (!error) return '';
  if (error instanceof OfflineError)
    return msg('You’re offline, so nothing was sent. Your message stays here.');
  if (!(error instanceof ApiError)) return msg('Something went wrong. Try again.');
  if (error.status === 429) return msg('Too many new chats. Wait a moment and try again.');
  if (error.code === 'chat_offline')
    return msg('We’re offline right now. Add your email address so we can reply.');
  if (isAbout(error, 'email')) return msg('Check your email address: we can’t send to this one.');
  if (error.status === 400) return msg('Please check what you entered.');
  return msg('Something went wrong. Try again.');
}

/** Whether the runtime rejected this member of the body. */
function isAbout({ problem }: ApiError, member: string): boolean {
  const { errors } = problem as { errors?: ReadonlyArray<{ path?: unknown }> };
  return Array.isArray(errors) && errors.some(({ path }) => String(path).split('.').at(-1) === member);
}
