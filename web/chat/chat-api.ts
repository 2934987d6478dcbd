// The REST side of a shopper's chat. A cookie identifies a guest of this origin, a secret one on another site's page.
import type { WireAttachment, WireMessage } from '../../runtime/contract/chat-message.ts';
import type { WireRating } from '../../runtime/contract/chat-rating.ts';
import type { WholeSession, WireSession } from '../../runtime/contract/chat-session.ts';
import { noCookies } from '../../runtime/contract/chat-values.ts';
import type { ProductCard } from '../../runtime/contract/product.ts';
import type { AnswerTopic, AskedAnswer, ShopAnswer } from '../../runtime/contract/shop-answer.ts';
import { typedLine } from '../../runtime/contract/text.ts';
import { ApiError } from '../api/api-error.ts';
import { below } from '../api/own-base.ts';
import { type RequestOptions, request } from '../api/request.ts';
import { tokenSource } from '../api/token-source.ts';
import { preparedFile } from './prepare-file.ts';

export interface Availability {
  readonly open: boolean;
  readonly opens_at: string | null;
  readonly agents_online: boolean;
  /** Whether replies are mailed; undefined from a server of an earlier version. */
  readonly by_email?: boolean;
  /** Undefined from a server of an earlier version. */
  readonly teams?: ReadonlyArray<{ readonly id: string; readonly name: string }>;
}

/** Which questions the shop's data answers. */
export interface OfferedAnswers {
  readonly topics: readonly AnswerTopic[];
  readonly guest_orders: boolean;
}

/** The shopper's page and cart, shown to the agent. */
export interface ShopperContext {
  readonly page?: string;
  readonly cart?: ReadonlyArray<{ readonly product_id: string; readonly quantity: number }>;
}

/** The content of a request that starts a chat. */
export interface Beginning extends ShopperContext {
  readonly name?: string;
  readonly email?: string;
  readonly team?: string;
  readonly subject?: string;
  /** Language of the page, in which the shopper gets mails. */
  readonly locale?: string;
  readonly message?: { readonly client_message_id: string; readonly body: string };
}

/** The content of a message, without its id. */
export type Content =
  | { readonly body: string }
  | { readonly attachment_id: string }
  | { readonly product_id: string };
export type Sendable = { readonly client_message_id: string } & Content;

/** Maximum number of characters of a file's name that are sent, counted from its end. */
const maxFileName = 120;
/** Time limit for uploads in milliseconds: long enough for a slow connection. */
const patienceForFiles = 120_000;

export class ChatApi {
  readonly base: string;
  /** The secret of a guest without a cookie; undefined where a cookie identifies the shopper. */
  secret: string | undefined;

  /** @param base origin of the runtime; '' is the page's own */
  constructor(base = '') {
    this.base = base.replace(/\/+$/, '');
  }

  /** Whether this page identifies its customer by a token, of which it may get a new one. */
  get hasToken(): boolean {
    return (tokenSource()?.person ?? 0) > 0;
  }

  availability(): Promise<Availability> {
    return this.#ask('/api/chat-availability');
  }

  answers(): Promise<OfferedAnswers> {
    return this.#ask('/api/chat-answers');
  }

  ask(asked: AskedAnswer): Promise<ShopAnswer> {
    return this.#ask('/api/chat-answers', { method: 'POST', body: asked });
  }

  async products(words: string): Promise<readonly ProductCard[]> {
    const query = new URLSearchParams({ q: words, limit: '5' });
    return (await this.#ask<{ products: ProductCard[] }>(`/api/products?${query}`)).products;
  }

  /** Starts a chat, or returns the open one. @param key idempotency key: the same key returns the same chat */
  async begin(beginning: Beginning, key: string): Promise<WholeSession> {
    const begun = await this.#begin(beginning, key);
    // A browser that blocks cookies has dropped the one that came with the chat: ask for the secret itself.
    if (this.secret !== undefined || (await this.#isMine(begun.id))) return begun;
    return this.#begin(beginning, key, { 'Chat-Secret': noCookies });
  }

  async #begin(beginning: Beginning, key: string, more: Record<string, string> = {}): Promise<WholeSession> {
    const { guest_secret, ...session } = await this.#ask<WholeSession & { guest_secret?: string }>(
      '/api/chat-sessions',
      { method: 'POST', body: beginning, headers: { 'Idempotency-Key': key, ...more } },
    );
    if (guest_secret) this.secret = guest_secret;
    return session;
  }

  async #isMine(id: string): Promise<boolean> {
    return this.one(id).then(
      () => true,
      (error) => !(error instanceof ApiError && error.status === 404),
    );
  }

  async active(): Promise<WholeSession | undefined> {
    const { session } = await this.#ask<{ session: WholeSession | null }>('/api/chat-sessions/active');
    return session ?? undefined;
  }

  one(id: string): Promise<WholeSession> {
    return this.#ask(`/api/chat-sessions/${id}`);
  }

  close(id: string): Promise<WireSession> {
    return this.#ask(`/api/chat-sessions/${id}/close`, { method: 'POST' });
  }

  async rating(id: string): Promise<WireRating | undefined> {
    const { rating } = await this.#ask<{ rating: WireRating | null }>(`/api/chat-sessions/${id}/rating`);
    return rating ?? undefined;
  }

  rate(id: string, score: number, comment: string): Promise<WireRating> {
    const body = { score, ...(comment ? { comment } : {}) };
    return this.#ask(`/api/chat-sessions/${id}/rating`, { method: 'POST', body });
  }

  tell(id: string, context: ShopperContext): Promise<void> {
    return this.#ask(`/api/chat-sessions/${id}/context`, { method: 'POST', body: context });
  }

  send(id: string, message: Sendable): Promise<WireMessage> {
    return this.#ask('/api/chat-messages', { method: 'POST', body: { session_id: id, message } });
  }

  after(id: string, seq: number): Promise<{ messages: WireMessage[]; more: boolean }> {
    return this.#ask(`/api/chat-messages?session_id=${id}&after=${seq}&limit=100`);
  }

  /** Marks all messages up to `seq` as read, without a socket. */
  markRead(id: string, seq: number): Promise<void> {
    return this.#ask(`/api/chat-messages/${id}-${seq}/mark_read`, { method: 'POST' });
  }

  /** @throws FileRefused for a file that the server would not take, ApiError, OfflineError */
  async upload(id: string, chosen: File): Promise<WireAttachment> {
    const file = await preparedFile(chosen);
    return this.#ask(`/api/chat-sessions/${id}/attachments`, {
      method: 'POST',
      body: file,
      headers: {
        'Content-Type': file.type || 'application/octet-stream',
        'File-Name': encodeURIComponent(typedLine(file.name.slice(-maxFileName))),
      },
      within: patienceForFiles,
    });
  }

  /** URL of an attachment; where no cookie identifies the shopper, a blob URL of the fetched file. */
  async fileOf({ url }: WireAttachment): Promise<string> {
    const token = await tokenSource()?.current(this.base);
    if (this.secret === undefined && token === undefined) return below(this.base, url);
    const headers = {
      ...this.#rights(),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    };
    const response = await fetch(below(this.base, url), { headers, credentials: 'omit' });
    if (!response.ok) throw new Error(`Answer ${response.status}`);
    return URL.createObjectURL(await response.blob());
  }

  /** URL and subprotocols of the socket; a page without a cookie gets a ticket first. */
  async socket(id: string): Promise<{ url: string; protocols: string[] }> {
    const url = socketUrl(this.base, `/ws/chat/${id}`);
    if (this.base === '' && this.secret === undefined) return { url, protocols: [subprotocol] };
    const { ticket } = await this.#ask<{ ticket: string }>(`/api/chat-sessions/${id}/ticket`, {
      method: 'POST',
    });
    return { url, protocols: [subprotocol, `ticket.${ticket}`] };
  }

  async #ask<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const headers = { ...options.headers, ...this.#rights() };
    return (await request<T>(this.base, path, { ...options, headers })).body;
  }

  #rights(): Record<string, string> {
    return this.secret === undefined ? {} : { 'Chat-Secret': this.secret };
  }
}

export const subprotocol = 'couture.chat.v1';

export function socketUrl(base: string, path: string): string {
  const url = new URL(below(base, path), location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
