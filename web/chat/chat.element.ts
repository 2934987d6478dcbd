// <couture-chat>: the button at the edge of the page and the chat panel that it opens. Its state is in shopper-chat.ts.
import { consume } from '@lit/context';
import { localized, msg, str } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { WireAttachment, WireMessage } from '../../runtime/contract/chat-message.ts';
import { hostPage } from '../elements/host-page.ts';
import { icon } from '../elements/icon.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { pressedKey } from '../elements/pressed-key.ts';
import type { Cart } from '../state/cart.ts';
import { cartContext, sessionContext } from '../state/contexts.ts';
import { saved } from '../state/saved.ts';
import type { Session } from '../state/session.ts';
import { Follow } from '../state/store.ts';
import { buttons, reset } from '../styles/shared.styles.ts';
import { chatStyles } from './chat.styles.ts';
import { isAskedFor } from './chat-events.ts';
import { chatOver, confirmEnd, isRateable } from './chat-over.ts';
import { failureWords, tooManyWait } from './chat-words.ts';
import './composer.element.ts';
import type { Conversation } from './conversation.ts';
import { askInStartForm } from './drafts.ts';
import { FileUploads } from './file-uploads.ts';
import { FullScreen, mayOpenAgain } from './full-screen.ts';
import { GiveWay } from './give-way.ts';
import { invitationStyles } from './invitation.styles.ts';
import { Invitation } from './invitation.ts';
import { KeepClear } from './keep-clear.ts';
import { launcher } from './launcher.ts';
import { logStyles } from './log.styles.ts';
import { LogEnd, newMessages } from './log-end.ts';
import './message-list.element.ts';
import { reportedCart } from '../state/reported-cart.ts';
import { headWords, loadingWords } from './head-words.ts';
import { reportedPage } from './reported-page.ts';
import './rating-form.element.ts';
import './self-service.element.ts';
import { ShopperChat } from './shopper-chat.ts';
import './start-form.element.ts';
import { TokenCustomer } from './token-customer.ts';

const wasOpen = saved('couture-chat-open', false, (value) => Boolean(value), 'sessionStorage');
/** Debounce of cart changes in milliseconds. */
const cartSettles = 800;
/** Those of the page, in the order in which they came. */
const chats = new Set<ChatElement>();
/** Milliseconds for which a failure is shown above the messages. */
const noticeStands = 8_000;

/**
 * @summary A button at the edge of the page that opens the chat with the shop.
 * @event {CustomEvent<boolean>} couture-chat-toggled - the panel was opened (true) or minimised (false)
 * @cssproperty --couture-chat-lift - how far to raise the button above something at the page's edge
 * @csspart launcher - the button at the edge of the page
 * @csspart panel - the chat panel
 * @csspart invitation - the box beside the button in which the shop offers its help
 */
@localized()
@customElement('couture-chat')
export class ChatElement extends LitElement {
  static override styles = [reset, buttons, logStyles, chatStyles, invitationStyles];

  /** Origin of the couture runtime; default: the page's own. */
  @property() api = '';
  /** Heading of the chat. */
  @property() heading: string | undefined;
  /** Id of the team that answers on this page; default: the shopper chooses, if the shop has teams to choose from. */
  @property() team = '';
  /** Value of the page's own cart in the shop's currency, for invitations. */
  @property({ type: Number, attribute: 'cart-value' }) cartValue: number | undefined;
  /** Invites nobody, such as until the visitor has consented. */
  @property({ type: Boolean, attribute: 'no-invites' }) noInvites = false;
  /** Whether the panel is open. */
  @property({ type: Boolean, reflect: true }) open = false;
  /** Token of the signed-in customer, on pages of other origins; it counts for all couture elements of the page. */
  @property({ attribute: false }) token: string | null | undefined;
  @consume({ context: cartContext, subscribe: true }) @property({ attribute: false }) cart: Cart | undefined;
  @consume({ context: sessionContext, subscribe: true })
  @property({ attribute: false })
  session: Session | undefined;

  @state() private said = '';
  /** Progress of a file, or why something failed. */
  @state() private notice = '';
  @state() private confirming = false;
  /** Whether a question is being answered in place of the form that starts a chat. */
  @state() private answering = false;
  #subject = '';
  readonly #customer = new TokenCustomer(this, ({ sub }, isOther) => {
    if (isOther) this.#forget();
    this.#chat?.become(sub);
  });
  #chat: ShopperChat | undefined;
  #cartTimer: ReturnType<typeof setTimeout> | undefined;
  #reportedCart: string | undefined;
  readonly #end = new LogEnd(this, () => this.#conversation?.messages.at(-1)?.seq);
  readonly #files = new FileUploads(this, (words) => this.#notify(words));
  readonly #invitation = new Invitation(
    this,
    () => this.#chat?.isNew ?? false,
    (words) => (this.said = words),
  );
  #leaving = new AbortController();
  /** The field that had the focus when the element was moved; browsers then send no blur. */
  #focused: HTMLElement | undefined;

  constructor() {
    super();
    hostPage()?.join(this);
    this.addEventListener('focusin', (event) => (this.#focused = event.composedPath()[0] as HTMLElement));
    this.addEventListener('focusout', () => (this.#focused = undefined));
    new GiveWay(this, () => Boolean(this.#conversation?.unread));
    new KeepClear(this);
    new KeepFocus(
      this,
      'couture-chat-composer',
      '.below .button',
      'couture-chat-start',
      '.log',
      '.tool',
      '.launcher',
    );
    new FullScreen(this);
    new Follow(this, () => this.cart);
    new Follow(this, () => this.session);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    chats.add(this);
    this.requestUpdate();
    this.#focused?.focus();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener('couture-page-shown', () => this.#shown(), { signal });
    addEventListener('couture-chat-asked', () => this.toggle(true), { signal });
    addEventListener('couture-purged', () => this.#forget(), { signal });
    const back = () => void (this.open ? this.#chat?.look() : this.#chat?.find());
    addEventListener('online', back, { signal });
    addEventListener('pageshow', ({ persisted }) => persisted && back(), { signal });
    document.addEventListener('visibilitychange', () => this.#seen(), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
    // A theme that moves the element connects it again at once; the chat goes on.
    queueMicrotask(() => {
      if (this.isConnected) return;
      chats.delete(this);
      for (const other of chats) other.requestUpdate();
      this.#chat?.leave();
      this.#chat = undefined;
    });
  }

  override willUpdate(): void {
    if (this.#isSecond) return;
    if (!this.#chat && this.isConnected) this.#start();
    this.#chat?.follow(this.open);
    if (this.session && this.session.state !== 'unknown') this.#chat?.become(this.session.sub);
    this.#followCart();
  }

  /** A page that has the element twice, in its header and its footer, shows the first. */
  get #isSecond(): boolean {
    return chats.values().next().value !== this;
  }

  protected override render() {
    if (this.#isSecond) return nothing;
    return html`
      ${this.open ? this.#panel() : [this.#invitation.box(), launcher(() => this.toggle(true), this.#conversation?.unread)]}
      <div class="visually-hidden" role="status" aria-live="polite">${this.said}</div>
    `;
  }

  protected override updated(): void {
    for (const box of this.renderRoot.querySelectorAll<HTMLElement>('.invitation, .launcher, section'))
      hostPage()?.lift(box);
    this.#seen();
  }

  get #conversation(): Conversation | undefined {
    return this.#chat?.conversation;
  }

  /** Opens or minimises the panel; the chat stays open. */
  toggle(open = !this.open): void {
    this.open = open;
    this.#end.follow();
    this.confirming = false;
    if (open) wasOpen.write(true);
    else wasOpen.clear();
    if (open) void this.#chat?.look();
    this.dispatchEvent(
      new CustomEvent('couture-chat-toggled', { detail: open, bubbles: true, composed: true }),
    );
    void this.updateComplete.then(() => {
      const to = open ? 'couture-chat-composer, couture-chat-start' : '.launcher';
      this.renderRoot.querySelector<HTMLElement>(to)?.focus();
    });
  }

  #start(): void {
    this.#chat = new ShopperChat(this.api, (messages) => this.#showNewMessages(messages));
    this.#chat.subscribe(() => this.requestUpdate());
    if (this.#customer.session) this.#chat.become(this.#customer.session.sub);
    this.#tell();
    if ((wasOpen.read() && mayOpenAgain()) || isAskedFor()) {
      this.open = true;
      void this.#chat.look();
    } else if (this.#chat.isKnown) void this.#chat.find();
  }

  #panel(): TemplateResult {
    const title = this.heading ?? msg('Chat with us');
    const conversation = this.#conversation;
    return html`<section part="panel" role="dialog" aria-label=${title} @keydown=${this.#key}>
      <div class="head">
        <div class="titles"><h2>${title}</h2><p class="sub">${headWords(conversation?.session, this.#chat?.availability)}</p></div>
        ${
          conversation && conversation.session.state !== 'closed' && !conversation.ending
            ? html`<button class="tool" @click=${() => (this.confirming = true)}>${msg('End')}</button>`
            : nothing
        }
        <button class="tool" aria-label=${msg('Minimise chat')} @click=${() => this.toggle(false)}>${icon('down')}</button>
      </div>
      ${this.#strip()}
      ${conversation ? this.#renderConversation(conversation) : this.#chat?.isKnown ? html`<p class="below" role="status">${loadingWords()}</p>` : this.#startForm()}
    </section>`;
  }

  #startForm(): TemplateResult {
    const session = this.session ?? this.#customer.session;
    const isCustomer = session?.state === 'customer';
    return html`<div class="start">
      ${this.#invitation.words()}
      <couture-chat-answers
        .api=${this.#chat!.api}
        .page=${reportedPage(this.api)}
        ?customer=${isCustomer}
        @couture-chat-answers-shown=${(event: CustomEvent<boolean>) => (this.answering = event.detail)}
        @couture-chat-question=${(event: HTMLElementEventMap['couture-chat-question']) => this.#goOn(event.detail)}
      ></couture-chat-answers>
      ${
        this.answering
          ? nothing
          : html`<couture-chat-start
              .availability=${this.#chat?.availability}
              .team=${this.team || (this.#invitation.accepted?.team ?? '')}
              .customer=${isCustomer ? (session.name ?? '') : undefined}
              ?busy=${this.#chat?.beginning ?? false}
              .trouble=${failureWords(this.#chat?.failure)}
              @couture-chat-start=${(event: HTMLElementEventMap['couture-chat-start']) => void this.#chat?.begin({ ...event.detail, subject: this.#subject || (this.#invitation.accepted?.text ?? '') })}
            ></couture-chat-start>`
      }
    </div>`;
  }

  /** A question goes on to a chat: its words are in the form, for the shopper to complete. */
  #goOn({ subject, body }: HTMLElementEventMap['couture-chat-question']['detail']): void {
    this.#subject = subject;
    askInStartForm(body);
    this.answering = false;
    void this.updateComplete.then(() => this.renderRoot.querySelector('couture-chat-start')?.focus());
  }

  #strip(): TemplateResult | typeof nothing {
    if (this.confirming) return confirmEnd(this.#endChat, () => (this.confirming = false));
    const { link, ending, polls } = this.#conversation ?? {};
    if (this.notice) return html`<p class="strip" role="status">${this.notice}</p>`;
    if (ending)
      return html`<p class="strip" role="status">${msg('You no longer have access to this chat.')}</p>`;
    const files = this.#files.strip();
    if (files !== nothing || link !== 'waiting' || polls) return files;
    return html`<p class="strip" role="status">
      ${navigator.onLine ? msg('Connection lost. Reconnecting … Your messages will be sent when you’re back online.') : msg('You’re offline. Your messages will be sent when you’re back online.')}
    </p>`;
  }

  #renderConversation(conversation: Conversation): TemplateResult {
    const { session, messages, unsent, typing } = conversation;
    return html`<div class="log" role="log" aria-live="off" aria-label=${msg('Messages')} tabindex="0">
        ${conversation.hasOlder ? html`<button class="text-button older" @click=${this.#older}>${msg('Show earlier messages')}</button>` : nothing}
        <couture-message-list
          .messages=${messages}
          .unsent=${unsent}
          .kept=${conversation.isKept}
          .seen=${session.staff_read}
          .base=${this.api}
          .fileOf=${(file: WireAttachment) => this.#chat!.api.fileOf(file)}
          @couture-chat-retry=${(event: HTMLElementEventMap['couture-chat-retry']) => conversation.retry(event.detail)}
          @couture-chat-drop=${(event: HTMLElementEventMap['couture-chat-drop']) => conversation.drop(event.detail)}
        ></couture-message-list>
        ${typing === undefined ? nothing : html`<p class="typing">${msg(str`${typing || msg('The shop')} is typing …`)}</p>`}
        ${newMessages(this.#end)}
      </div>
      ${isRateable(conversation) ? html`<couture-chat-rating .api=${this.#chat!.api} .chat=${session.id} .news=${session}></couture-chat-rating>` : nothing}
      ${session.state === 'closed' || conversation.ending ? chatOver(conversation.id, () => this.#chat?.another()) : this.#composer(conversation)}`;
  }

  #composer(conversation: Conversation): TemplateResult {
    const resolved = conversation.session.state === 'resolved';
    return html`<couture-chat-composer
      .placeholder=${resolved ? msg('Anything else? Just reply') : msg('Write a message')}
      .draft=${conversation.session.id}
      @couture-chat-send=${(event: CustomEvent<string>) => this.#send(event)}
      @couture-chat-file=${(event: CustomEvent<File>) => this.#upload(event.detail)}
      @couture-chat-typing=${(event: CustomEvent<boolean>) => conversation.type(event.detail)}
    ></couture-chat-composer>`;
  }

  #send(event: CustomEvent<string>): void {
    this.#end.follow();
    if (this.#conversation?.send({ body: event.detail }, event.detail)) return;
    event.preventDefault();
    this.#notify(tooManyWait());
  }

  #upload(file: File): void {
    const conversation = this.#conversation;
    if (!conversation) return;
    const { api } = this.#chat!;
    this.#files.add(file, {
      upload: (each) => api.upload(conversation.session.id, each),
      send: (attachment) => {
        this.#end.follow();
        return conversation.send({ attachment_id: attachment.id }, attachment.name, attachment);
      },
    });
  }

  readonly #older = () => this.#end.keepPlace(async () => this.#conversation?.older().catch(() => {}));

  readonly #endChat = async () => {
    this.confirming = false;
    await this.#conversation?.end().catch((error) => this.#notify(failureWords(error)));
  };

  #notify(words: string): void {
    this.notice = words;
    setTimeout(() => {
      if (this.notice === words) this.notice = '';
    }, noticeStands);
  }

  #showNewMessages(messages: readonly WireMessage[]): void {
    const last = messages.findLast(({ side }) => side === 'staff');
    if (!last) return;
    const name = last.sender_name ?? msg('The shop');
    this.said = msg(str`${name} writes: ${last.body}`);
  }

  /** Marks messages as read while the page is visible. */
  #seen(): void {
    if (this.open && document.visibilityState === 'visible') this.#conversation?.markRead();
  }

  readonly #key = (event: KeyboardEvent) => {
    if (pressedKey(event) !== 'Escape' || event.defaultPrevented) return;
    event.stopPropagation();
    this.toggle(false);
  };

  #forget(): void {
    this.#files.clear();
    this.#chat?.forget();
    this.#tell();
  }

  #followCart(): void {
    const current = JSON.stringify(reportedCart(this.cart));
    if (current === this.#reportedCart) return;
    this.#reportedCart = current;
    clearTimeout(this.#cartTimer);
    this.#cartTimer = setTimeout(() => this.#tell(), cartSettles);
  }

  #shown(): void {
    if (isAskedFor() && !this.open) this.toggle(true);
    this.#tell();
  }

  #tell(): void {
    this.#chat?.tell({
      page: reportedPage(this.api),
      ...(this.cart ? { cart: reportedCart(this.cart) } : {}),
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-chat': ChatElement;
  }
}
