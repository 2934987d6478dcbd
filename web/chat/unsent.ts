// Messages that the server has not acknowledged: in memory first, and in localStorage so that they outlive the page. They
// are resent with the same id until the server answers, so each is stored once. Messages that the server refuses are kept
// apart, to be shown, and are never resent under their old id.
import type { WireAttachment } from '../../runtime/contract/chat-message.ts';
import {
  codePoints,
  isStorable,
  isVisible,
  maxMessageLength,
  typedText,
} from '../../runtime/contract/text.ts';
import { newId } from '../state/new-id.ts';
import { type Saved, saved } from '../state/saved.ts';
import type { Content, Sendable } from './chat-api.ts';

export interface Unsent {
  readonly session_id: string;
  readonly client_message_id: string;
  readonly content: Content;
  /** Text of the bubble, if it differs from the content. */
  readonly shown: string;
  readonly attachment?: WireAttachment;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Why the server refuses it; absent while it is in flight. */
  readonly refused?: string;
}

/** Maximum number of waiting messages per chat. */
const maxOfChat = 50;
/** Maximum number of messages of other chats: those of deleted chats will never be sent. */
const maxOfOthers = 150;

export class UnsentMessages {
  readonly #waiting: Saved<readonly Unsent[]>;
  readonly #refused: Saved<readonly Unsent[]>;
  /** This page's own: neither a concurrent write of another tab nor full storage can lose them. */
  readonly #own = new Map<string, Unsent>();
  readonly #gone = new Set<string>();
  #isKept = true;

  constructor(key: string) {
    this.#waiting = saved<readonly Unsent[]>(key, [], unsentOf);
    this.#refused = saved<readonly Unsent[]>(`${key}-refused`, [], unsentOf);
    // Older versions stored both in one list.
    const refused = this.#waiting.read().filter((each) => each.refused);
    if (refused.length === 0) return;
    this.#refused.write([...this.#refused.read(), ...refused]);
    this.#waiting.write(this.#waiting.read().filter((each) => !each.refused));
  }

  /** Whether the waiting messages outlive the page. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Those of all chats that the server has neither stored nor refused, as they were written. */
  get waiting(): readonly Unsent[] {
    return [...this.#all()].filter((each) => !each.refused).sort((a, b) => a.at - b.at);
  }

  of(sessionId: string): readonly Unsent[] {
    const refused = this.#refused.read().filter((each) => !this.#own.has(each.client_message_id));
    return [...refused, ...this.#all()]
      .filter((each) => each.session_id === sessionId)
      .sort((a, b) => a.at - b.at);
  }

  /** @returns false if too many messages wait already */
  add(unsent: Unsent): boolean {
    if (this.#all().filter((each) => each.session_id === unsent.session_id).length >= maxOfChat) return false;
    // A device may correct its clock when the network is back; what was written later is still sent later.
    const latest = this.of(unsent.session_id).at(-1)?.at ?? 0;
    this.#own.set(unsent.client_message_id, { ...unsent, at: Math.max(unsent.at, latest) });
    this.#write();
    return true;
  }

  remove(clientMessageId: string): void {
    if (this.#all().some((each) => each.client_message_id === clientMessageId)) {
      this.#forget(clientMessageId);
      this.#write();
    }
    const refused = this.#refused.read();
    const others = refused.filter((each) => each.client_message_id !== clientMessageId);
    if (others.length < refused.length) this.#refused.write(others);
  }

  /** Moves a message that the server refused out of the queue. */
  refuse(clientMessageId: string, code: string): void {
    const unsent = this.#all().find((each) => each.client_message_id === clientMessageId);
    if (!unsent) return;
    this.#forget(clientMessageId);
    this.#write();
    this.#refused.write([...this.#refused.read(), { ...unsent, refused: code }].slice(-maxOfChat));
  }

  /** Retries a refused message under a new id, since the old one was answered. */
  retry({ refused: _, ...unsent }: Unsent): void {
    if (this.add({ ...unsent, client_message_id: newId(), at: Date.now() }))
      this.remove(unsent.client_message_id);
  }

  clear(): void {
    this.#own.clear();
    this.#waiting.clear();
    this.#refused.clear();
    this.#isKept = true;
    removeEventListener('beforeunload', holdPage);
  }

  /** Calls back when another tab has written or sent. */
  watch(listener: () => void, until?: AbortSignal): void {
    this.#waiting.watch(listener, until);
    this.#refused.watch(listener, until);
  }

  /** All waiting messages: those in storage, and this page's own. */
  #all(): readonly Unsent[] {
    const stored = this.#waiting.read().filter((each) => !this.#own.has(each.client_message_id));
    return [...stored, ...this.#own.values()].filter((each) => !this.#gone.has(each.client_message_id));
  }

  #forget(clientMessageId: string): void {
    this.#own.delete(clientMessageId);
    // Storage may refuse to remove it, and another tab may write it back.
    this.#gone.add(clientMessageId);
  }

  #write(): void {
    const all = this.#all();
    const chat = [...this.#own.values()].at(-1)?.session_id;
    const others = all.filter((each) => each.session_id !== chat).slice(-maxOfOthers);
    const kept = this.#waiting.write([...others, ...all.filter((each) => each.session_id === chat)]);
    this.#isKept = kept || all.length === 0;
    // They are lost with the page.
    if (this.#isKept) removeEventListener('beforeunload', holdPage);
    else addEventListener('beforeunload', holdPage);
  }
}

export function sendableOf({ client_message_id, content }: Unsent): Sendable {
  return { client_message_id, ...content };
}

/** Whether the server accepts the text; uses the same definition of text. */
export function canBeSent({ content }: Unsent): boolean {
  if (!('body' in content)) return true;
  const { body } = content;
  return codePoints(body) <= maxMessageLength && isVisible(body) && isStorable(body);
}

function holdPage(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/**
 * Content of storage → messages. Older versions stored text that no server accepts; it is cleaned here. A message without
 * a usable id gets no answer from any server, so it counts as refused: a retry gives it a new id.
 */
function unsentOf(value: unknown): readonly Unsent[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const ids = new Set<unknown>();
  return value.flatMap((each, at): readonly Unsent[] => {
    if (!isRecord(each) || typeof each.session_id !== 'string') return [];
    const content = contentOf(each.content);
    if (!content) return [];
    const { session_id, shown, attachment, refused } = each;
    const id = typeof each.client_message_id === 'string' ? each.client_message_id : `unusable ${at}`;
    if (ids.has(id) || ('attachment_id' in content && !isAttachment(attachment))) return [];
    ids.add(id);
    const reason = isUuid(id) ? refused : (refused ?? 'invalid');
    return [
      {
        session_id,
        client_message_id: id,
        content,
        shown: 'body' in content ? content.body : String(shown ?? ''),
        at: typeof each.at === 'number' ? each.at : 0,
        ...(isAttachment(attachment) ? { attachment } : {}),
        ...(typeof reason === 'string' ? { refused: reason } : {}),
      },
    ];
  });
}

function contentOf(value: unknown): Content | undefined {
  if (!isRecord(value)) return undefined;
  const { body, attachment_id, product_id } = value;
  const text = typeof body === 'string' ? typedText(body) : '';
  if (text !== '') return { body: text };
  if (isUuid(attachment_id)) return { attachment_id };
  return typeof product_id === 'string' && product_id !== '' ? { product_id } : undefined;
}

function isAttachment(value: unknown): value is WireAttachment {
  return (
    isRecord(value) &&
    ['id', 'type', 'name', 'url'].every((name) => typeof value[name] === 'string') &&
    typeof value.bytes === 'number'
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}
