// The chat of the shopper on this page: starts it, and finds it again after a reload. Only its id is stored on this device.
import type { WireMessage } from '../../runtime/contract/chat-message.ts';
import type { WholeSession } from '../../runtime/contract/chat-session.ts';
import { ApiError } from '../api/api-error.ts';
import { getLocale } from '../state/locale.ts';
import { newId } from '../state/new-id.ts';
import { saved } from '../state/saved.ts';
import { isLeaving } from '../state/session.ts';
import { Store } from '../state/store.ts';
import { type Availability, ChatApi, type ShopperContext } from './chat-api.ts';
import { Conversation } from './conversation.ts';
import { forgetDrafts, keepForNextChat, moveStartDraft, startDraft } from './drafts.ts';
import { linkedChat } from './linked-chat.ts';
import { forgetGuest, type StartDetail } from './start-form.element.ts';
import { UnsentMessages } from './unsent.ts';

/** Whether the server would take it: a page may name anything. */
const isTeam = (id: string) => /^[a-z0-9][a-z0-9_-]{0,39}$/.test(id);

interface Known {
  readonly id: string;
  /** The secret of a guest on a page of another origin. */
  readonly secret?: string;
}

/** Milliseconds between two attempts to find a known chat. */
const findPause = 4_000;
/** Milliseconds between two questions whether an agent is there. */
const followPause = 30_000;
/** Milliseconds before a retry when the server is at its limit. */
const secondTry = 1_500;

export class ShopperChat extends Store {
  readonly api: ChatApi;
  availability: Availability | undefined;
  conversation: Conversation | undefined;
  beginning = false;
  /** Why the chat could not be started. */
  failure: unknown;
  readonly #unsent: UnsentMessages;
  readonly #known;
  readonly #onNewMessages: (messages: readonly WireMessage[]) => void;
  #context: ShopperContext = {};
  #again: ReturnType<typeof setTimeout> | undefined;
  #following: ReturnType<typeof setInterval> | undefined;
  /** Idempotency key of the request that starts a chat. The message has a different id, since others may see a key. */
  #key = newId();
  #firstMessage = newId();
  #customer: string | undefined;
  /** The chat that a link in a mail opens, until it is found. */
  #linked: string | undefined;
  /** Aborted once the element has left the page. */
  readonly #leaving = new AbortController();

  /** @param onNewMessages called with messages that arrive while the page is open */
  constructor(base: string, onNewMessages: (messages: readonly WireMessage[]) => void) {
    super();
    this.#onNewMessages = onNewMessages;
    this.api = new ChatApi(base);
    this.#unsent = new UnsentMessages(`couture-chat-unsent${base}`);
    this.#known = saved<Known | undefined>(`couture-chat${base}`, undefined, (value) => {
      const { id, secret } = (value ?? {}) as Partial<Known>;
      if (typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)) return undefined;
      return typeof secret === 'string' ? { id, secret } : { id };
    });
    const linked = linkedChat();
    if (linked) this.#known.write(linked);
    this.#linked = linked?.id;
    this.api.secret = this.#known.read()?.secret;
    const { signal } = this.#leaving;
    this.#known.watch(() => void this.#elsewhere(), signal);
    this.#unsent.watch(() => this.changed(), signal);
  }

  /** Whether neither this device nor the server knows of a chat, as far as they were asked. */
  get isNew(): boolean {
    return !this.isKnown && !this.conversation;
  }

  /** Whether this device knows of a chat. */
  get isKnown(): boolean {
    return this.#known.read() !== undefined;
  }

  /** Sets who is signed in; undefined for a guest. A customer may have started a chat on another device. */
  become(customer: string | undefined): void {
    if (customer === this.#customer) return;
    this.#customer = customer;
    void this.find();
  }

  /**
   * Finds the open chat, or the one resolved since. Sends no request for a guest without a known chat: that would be one
   * per page for almost all visitors.
   */
  async find(): Promise<void> {
    if (this.isKnown || this.#customer) await this.#find();
  }

  async #find(): Promise<void> {
    clearTimeout(this.#again);
    if (this.conversation) return;
    const [customer, key] = [this.#customer, this.#key];
    const asked = this.#known.read()?.id;
    // Somebody else has come, a chat was started or forgotten, or the element has left the page.
    const isLate = () =>
      customer !== this.#customer || key !== this.#key || this.#leaving.signal.aborted || !!this.conversation;
    // Another tab may know of a newer chat by now.
    const giveUp = () => this.#known.read()?.id === asked && this.#known.clear();
    try {
      const byLink = this.#linked === undefined ? undefined : await this.#former();
      const session = byLink ?? (await this.api.active()) ?? (await this.#former());
      this.#linked = undefined;
      if (isLate()) return;
      if (session) this.#attach(session);
      else giveUp();
    } catch (error) {
      if (isLate()) return;
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) giveUp();
      // No network or no server: retry until the known chat is found.
      else if (this.isKnown) this.#again = setTimeout(() => void this.find(), findPause);
    }
    this.changed();
  }

  /**
   * Call when the panel opens. Also asks for the chat of a guest whose storage the browser has evicted while the cookie
   * lives, as Safari does after a week; not during a sign-out of which the server may not know yet.
   */
  async look(): Promise<void> {
    await Promise.all([isLeaving() ? this.find() : this.#find(), this.#readAvailability()]);
    this.changed();
  }

  /** Call with whether the panel is open: as long as nobody has answered, it says whether somebody is there. */
  follow(isOpen: boolean): void {
    if (!isOpen || this.#following !== undefined) {
      if (!isOpen) this.#unfollow();
      return;
    }
    this.#following = setInterval(() => {
      const state = this.conversation?.session.state ?? 'waiting';
      if (state === 'waiting' && document.visibilityState === 'visible')
        void this.#readAvailability().then(() => this.changed());
    }, followPause);
  }

  #unfollow(): void {
    clearInterval(this.#following);
    this.#following = undefined;
  }

  async #readAvailability(): Promise<void> {
    this.availability = await this.api.availability().catch(() => this.availability);
  }

  async begin({ name, email, subject, body, team }: StartDetail): Promise<void> {
    if (this.beginning) return;
    this.beginning = true;
    this.failure = undefined;
    this.changed();
    const key = this.#key;
    const asked = {
      ...(name ? { name } : {}),
      ...(email ? { email } : {}),
      ...(team && isTeam(team) ? { team } : {}),
      ...(subject ? { subject } : {}),
      ...this.#context,
      locale: getLocale(),
      message: { client_message_id: this.#firstMessage, body },
    };
    try {
      // The same key until a request succeeds, so a lost answer creates no second chat and no second message.
      const begun = await this.api.begin(asked, key).catch((error) => this.#once(error, asked));
      // The chat is the former customer's.
      if (key !== this.#key) return;
      startDraft.clear();
      this.#attach(begun);
      this.#renewKeys();
    } catch (error) {
      if (key !== this.#key) return;
      this.failure = error;
      // The shop may have closed meanwhile, and then needs an address.
      void this.#readAvailability().then(() => this.changed());
    }
    this.beginning = false;
    this.changed();
  }

  tell(context: ShopperContext): void {
    this.#context = context;
    this.conversation?.tell(context);
  }

  /** Dismisses the ended chat, so that the shopper can start a new one. */
  another(): void {
    if (this.conversation) keepForNextChat(this.conversation.id);
    this.#detach();
    this.#known.clear();
    this.changed();
    void this.look();
  }

  /** Call when the element has left the page. */
  leave(): void {
    this.#leaving.abort();
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#again);
    this.#unfollow();
    this.#detach();
  }

  /** Removes everything of the customer from this device. */
  forget(): void {
    this.#rest();
    this.beginning = false;
    this.#customer = undefined;
    this.#known.clear();
    this.#unsent.clear();
    this.api.secret = undefined;
    this.failure = undefined;
    this.#context = {};
    this.#renewKeys();
    forgetGuest();
    forgetDrafts();
    this.changed();
  }

  #renewKeys(): void {
    this.#key = newId();
    this.#firstMessage = newId();
  }

  async #once(error: unknown, asked: Parameters<ChatApi['begin']>[0]): Promise<WholeSession> {
    if (!(error instanceof ApiError) || error.status !== 503) throw error;
    await new Promise((resolve) => setTimeout(resolve, secondTry));
    return this.api.begin(asked, this.#key);
  }

  async #former(): Promise<WholeSession | undefined> {
    const known = this.#known.read();
    if (!known) return undefined;
    const session = await this.api.one(known.id).catch((error) => {
      if (error instanceof ApiError && error.status < 500) return undefined;
      throw error;
    });
    return session?.state === 'closed' ? undefined : session;
  }

  #attach(session: WholeSession): void {
    this.#detach();
    moveStartDraft(session.id);
    const { secret } = this.api;
    this.#known.write({ id: session.id, ...(secret === undefined ? {} : { secret }) });
    // The next page finds it.
    if (this.#leaving.signal.aborted) return;
    const conversation = new Conversation(this.api, this.#unsent, session, {
      onNewMessages: this.#onNewMessages,
    });
    conversation.subscribe(() => this.changed());
    conversation.tell(this.#context);
    this.conversation = conversation;
    this.changed();
  }

  #detach(): void {
    this.conversation?.leave();
    this.conversation = undefined;
  }

  /** Another tab has started a chat or dismissed it. */
  async #elsewhere(): Promise<void> {
    const known = this.#known.read();
    if (known?.id === this.conversation?.session.id) return;
    this.api.secret = known?.secret;
    this.#detach();
    if (known) await this.find();
    this.changed();
  }
}
