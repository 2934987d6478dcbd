// Stores an answer by e-mail: its text, its files, and an event that names the files that were refused. Each message has an id
// that follows from the mail, so that a mail that is read again after a crash stores what is missing, and nothing twice.
import type { Pool } from '../../../sql/pool.ts';
import type { Appended, NewMessage } from '../../../sql/store/chat/messages.ts';
import { attachmentBytes } from '../../contract/chat-values.ts';
import { longMailEvent } from '../../contract/long-mail.ts';
import { type FileRefusal, fileRefusals, refusedFilesEvent } from '../../contract/refused-file.ts';
import { codePoints, firstPart, quotedLine, typedLine } from '../../contract/text.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { storeFile } from '../files/store-file.ts';
import type { MailFile } from './mail-files.ts';
import { type Answer, idOfPart } from './read-mail.ts';
import { splitText } from './split-text.ts';

export interface AnswerParts {
  readonly pool: Pool;
  readonly log: Log;
  /** Stores a message and delivers it to those who have the chat open. */
  readonly add: (message: NewMessage) => Promise<Appended>;
  /** Seconds to wait until this chat may store so many bytes; 0: now. */
  readonly limitUpload: (sessionId: string, bytes: number) => number;
}

export interface AnsweredChat {
  readonly session_id: string;
  readonly name: string | null;
}

/** Files of one mail; more are refused. */
const maxFiles = 20;
/** Messages of one mail; a text that needs more becomes a file, behind its beginning. */
const maxMessages = 5;
/** Characters of the names in one event. */
const maxNames = 400;

/** @returns the outcome of the first message; what follows a message that is not stored is not stored either */
export async function storeAnswer(parts: AnswerParts, chat: AnsweredChat, answer: Answer): Promise<Outcome> {
  const refused = new Map<FileRefusal, string[]>();
  const refuse = (name: string, why: FileRefusal) =>
    refused.set(why, [...(refused.get(why) ?? []), shownName(name)]);
  for (const { name, why } of answer.refused) refuse(name, why);
  const sayText = (body: string, at = 0) =>
    say(parts, chat, answer, { part: at === 0 ? 'text' : `text ${at}`, kind: 'text', body });
  let first: Outcome | undefined;
  const texts = splitText(answer.body);
  const isFile = texts.length > maxMessages;
  for (const [at, text] of texts.slice(0, isFile ? 1 : maxMessages).entries()) {
    const outcome = await sayText(text, at);
    if (!isThere(outcome)) return outcome;
    first ??= outcome;
  }
  if (isFile) {
    const outcome = await sendText(parts, chat, answer);
    if (isRefusal(outcome)) refuse(textFile, outcome);
    else if (!isThere(outcome)) return outcome;
  }
  if (texts.length > 1) {
    const characters = codePoints(answer.body);
    const body = longMailEvent({ characters, messages: isFile ? undefined : texts.length });
    await say(parts, chat, answer, { part: 'long', kind: 'event', body });
  }
  for (const [at, file] of answer.files.entries()) {
    const outcome = at < maxFiles ? await sendFile(parts, chat, answer, file, `file ${at}`) : 'too_many';
    if (isRefusal(outcome)) refuse(file.name, outcome);
    else if (isThere(outcome)) first ??= outcome;
    else return outcome;
  }
  if (first === undefined) {
    // Without any message of the shopper, no agent would be notified.
    first = await sayText(namesOf([...refused.values()].flat()));
    if (!isThere(first)) return first;
  }
  for (const [why, names] of refused) {
    const body = refusedFilesEvent(why, namesOf(names));
    await say(parts, chat, answer, { part: `refused ${why}`, kind: 'event', body });
  }
  return first;
}

type Outcome = Appended['outcome'];
type Said = { readonly part: string; readonly body: string } & (
  | { readonly kind: 'text' | 'event' }
  | { readonly kind: 'attachment'; readonly attachmentId: string }
);

async function say({ add }: AnswerParts, chat: AnsweredChat, answer: Answer, said: Said): Promise<Outcome> {
  const { outcome } = await add({
    sessionId: chat.session_id,
    clientMessageId: idOfPart(answer, said.part),
    side: said.kind === 'event' ? 'system' : 'shopper',
    sender: null,
    senderName: said.kind === 'event' ? null : chat.name,
    kind: said.kind,
    body: said.body,
    productId: null,
    attachmentId: said.kind === 'attachment' ? said.attachmentId : null,
  });
  return outcome;
}

/** Name of the file that has the text of a long mail. */
const textFile = 'email.txt';

/** Stores the whole text as a file. */
function sendText(parts: AnswerParts, chat: AnsweredChat, answer: Answer): Promise<Outcome | FileRefusal> {
  const file = { name: textFile, content: Buffer.from(answer.body), type: 'text/plain' } as const;
  return sendFile(parts, chat, answer, file, 'text file');
}

/** Postgres has no room: the text of the mail may still fit. */
const noSpace = new Set(['53100', '53200', '53400']);

async function sendFile(
  parts: AnswerParts,
  chat: AnsweredChat,
  answer: Answer,
  { name, content, type }: MailFile & { readonly type?: 'text/plain' },
  part: string,
): Promise<Outcome | FileRefusal> {
  if (content.length > attachmentBytes) return 'too_large';
  if (parts.limitUpload(chat.session_id, content.length) > 0) return 'too_many';
  const sessionId = chat.session_id;
  try {
    const received = {
      id: idOfPart(answer, part),
      sessionId,
      side: 'shopper',
      uploader: `mail:${sessionId}`,
      name: encodeURIComponent(typedLine(name)),
      content,
      ...(type ? { type } : {}),
    } as const;
    const file = await storeFile(parts.pool, received);
    if (!file) return 'too_many';
    return await say(parts, chat, answer, {
      part,
      kind: 'attachment',
      body: file.name,
      attachmentId: file.attachment_id,
    });
  } catch (error) {
    if (error instanceof CoutureError && error.code === 'attachment_refused')
      return content.length === 0 ? 'empty' : 'unsupported';
    if (!noSpace.has((error as { code?: string }).code ?? '')) throw error;
    parts.log.warn({ err: error, chat: sessionId }, 'Postgres has no space for a file of a mail');
    return 'no_space';
  }
}

function isThere(outcome: Outcome): boolean {
  return outcome === 'stored' || outcome === 'repeated';
}

function isRefusal(outcome: Outcome | FileRefusal): outcome is FileRefusal {
  return (fileRefusals as readonly string[]).includes(outcome);
}

function shownName(name: string): string {
  return firstPart(quotedLine(typedLine(name)), 80) || 'file';
}

/** As many names as fit, and the number of the others. */
function namesOf(names: readonly string[]): string {
  let shown = names.length;
  while (shown > 1 && names.slice(0, shown).join(', ').length > maxNames) shown -= 1;
  const more = names.length - shown;
  return names.slice(0, shown).join(', ') + (more > 0 ? ` +${more}` : '');
}
