// <couture-chat-answers>: questions that the shop's data answers before a chat starts: orders, returns, sizes in stock, opening
// hours. Each can go on to a chat.
import { localized, msg } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ProductCard } from '../../runtime/contract/product.ts';
import type { AnswerTopic, AskedAnswer, ShopAnswer } from '../../runtime/contract/shop-answer.ts';
import { typedCode } from '../../runtime/contract/text.ts';
import { ApiError } from '../api/api-error.ts';
import { plainAddress } from '../elements/plain-address.ts';
import { absolute } from '../elements/product-card.element.ts';
import { getLocale, type Locale } from '../state/locale.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import { noAnswerWords, topicWords } from './answer-words.ts';
import type { ChatApi, OfferedAnswers } from './chat-api.ts';
import { FormDraft, type Sent } from './form-draft.ts';
import { selfServiceStyles } from './self-service.styles.ts';

/** A question that goes on to a chat. */
export interface Question {
  readonly subject: string;
  /** First message, for the shopper to complete. */
  readonly body: string;
}

declare global {
  interface HTMLElementEventMap {
    'couture-chat-answers-shown': CustomEvent<boolean>;
    'couture-chat-question': CustomEvent<Question>;
  }
}

/** The topics in the menu; similar products are offered with an answer about stock. */
const menu: readonly AnswerTopic[] = ['order', 'return', 'stock', 'hours'];

@localized()
@customElement('couture-chat-answers')
export class ChatAnswers extends LitElement {
  static override styles = [reset, buttons, fields, selfServiceStyles];

  @property({ attribute: false }) api!: ChatApi;
  /** The page that the shopper is on. */
  @property() page = '';
  /** Whether a customer is signed in. */
  @property({ type: Boolean }) customer = false;
  @state() private offered: OfferedAnswers | undefined;
  @state() private topic: AnswerTopic | undefined;
  @state() private answer: ShopAnswer | undefined;
  /** Products to choose from, where the page is not one's. */
  @state() private found: readonly ProductCard[] | undefined;
  @state() private asking = false;
  @state() private trouble = '';
  /** What was asked last, in words, for the chat. */
  #about = '';
  readonly #draft = new FormDraft(this, () => (this.topic === 'stock' ? 'answers-stock' : 'answers-order'));

  protected override firstUpdated(): void {
    this.api.answers().then(
      (offered) => (this.offered = offered),
      () => {},
    );
  }

  protected override render() {
    const topics = menu.filter((topic) => this.offered?.topics.includes(topic));
    if (topics.length === 0) return nothing;
    if (!this.topic)
      return html`<div class="menu" role="group" aria-label=${msg('Quick answers')}>
        ${topics.map((topic) => html`<button class="chip" @click=${() => this.#choose(topic)}>${topicWords(topic)}</button>`)}
      </div>`;
    return html`<div class="answer">
      <h3 tabindex="-1">${topicWords(this.topic)}</h3>
      ${this.#form()}
      <div role="status">${this.#said()}</div>
      <div class="choices">
        <button class="button" @click=${() => this.#goOn()}>${msg('Ask us in a chat')}</button>
        <button class="button quiet" @click=${() => this.#back()}>${msg('Back')}</button>
      </div>
    </div>`;
  }

  #said(): TemplateResult | typeof nothing {
    if (this.asking) return html`<p class="muted">${msg('One moment …')}</p>`;
    if (this.trouble) return html`<p class="trouble">${this.trouble}</p>`;
    const { answer } = this;
    if (!answer) return nothing;
    const sentences = answer.text.split('\n');
    return html`${sentences.map((each) => html`<p dir="auto">${linked(each)}</p>`)}
      ${answer.topic === 'stock' ? html`<button class="text-button" @click=${() => void this.#ask({ topic: 'similar', product_id: String(answer.product.id) })}>${topicWords('similar')}</button>` : nothing}
      ${answer.topic === 'similar' ? html`<ul>${answer.products.map((product) => html`<li><a href=${absolute(product.url, this.api.base) ?? '#'} dir="auto">${product.name}</a></li>`)}</ul>` : nothing}`;
  }

  #form(): TemplateResult | typeof nothing {
    if (this.answer || this.asking) return nothing;
    if ((this.topic === 'order' || this.topic === 'return') && !this.customer) {
      if (!this.offered?.guest_orders)
        return this.topic === 'order'
          ? html`<p>${msg('Sign in to see your orders, or ask us in a chat.')}</p>`
          : nothing;
      return html`<form @submit=${this.#lookUp}>
        <label class="field">${msg('Order number')}<input name="number" dir="auto" required maxlength="60" autocomplete="off" /></label>
        <label class="field">${msg('Email address of the order')}<input name="email" type="email" required maxlength="254" autocomplete="email" inputmode="email" @change=${plainAddress} /></label>
        <button class="button quiet">${msg('Look up')}</button>
      </form>`;
    }
    if (this.topic !== 'stock') return nothing;
    return html`<form @submit=${this.#search}>
        <label class="field">${msg('Which product?')}<input name="q" dir="auto" required maxlength="100" autocomplete="off" enterkeyhint="search" /></label>
        <button class="button quiet">${msg('Find')}</button>
      </form>
      ${this.found ? this.#products(this.found) : nothing}`;
  }

  #products(found: readonly ProductCard[]): TemplateResult {
    if (found.length === 0) return html`<p role="status">${msg('No products found.')}</p>`;
    return html`<ul>${found.map((product) => html`<li><button class="text-button" dir="auto" @click=${() => this.#stockOf(product)}>${product.name}</button></li>`)}</ul>`;
  }

  #choose(topic: AnswerTopic): void {
    this.topic = topic;
    this.#clear();
    this.#tell(true);
    this.#about = '';
    if (topic === 'hours') void this.#ask({ topic });
    if (topic === 'order' && this.customer) void this.#ask({ topic });
    if (topic === 'return' && (this.customer || !this.offered?.guest_orders)) void this.#ask({ topic });
    if (topic === 'stock') void this.#ask({ topic, page: this.page });
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('input, h3')?.focus());
  }

  readonly #lookUp = (event: Event) => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const [number, email] = ['number', 'email'].map((name) => typedCode(String(given.get(name) ?? '')));
    const { topic } = this;
    if (!number || !email || (topic !== 'order' && topic !== 'return')) return;
    this.#about = number;
    void this.#ask({ topic, order_number: number, email }, this.#draft.sent());
  };

  readonly #search = (event: Event) => {
    event.preventDefault();
    const words = String(new FormData(event.target as HTMLFormElement).get('q') ?? '').trim();
    if (!words) return;
    this.api.products(words).then(
      (found) => (this.found = found),
      (error) => (this.trouble = noAnswerWords(error)),
    );
  };

  #stockOf(product: ProductCard): void {
    this.#about = product.name;
    void this.#ask({ topic: 'stock', product_id: String(product.id) });
  }

  async #ask(asked: AskedAnswer, sent?: Sent): Promise<void> {
    const { topic } = this;
    this.#clear();
    this.asking = true;
    try {
      const answer = await this.api.ask({ ...asked, language: getLocale() as Locale });
      if (topic !== this.topic) return;
      this.answer = answer;
      if (sent) this.#draft.done(sent);
      if ('product' in answer) this.#about = answer.product.name;
    } catch (error) {
      if (topic !== this.topic) return;
      // The page is no product's: the shopper says which one.
      const isPage = error instanceof ApiError && error.code === 'product_unknown' && 'page' in asked;
      this.trouble = isPage ? '' : noAnswerWords(error);
    } finally {
      this.asking = false;
    }
    await this.updateComplete;
    if (!this.answer) this.renderRoot.querySelector<HTMLElement>('input')?.focus();
  }

  #clear(): void {
    this.answer = undefined;
    this.found = undefined;
    this.trouble = '';
  }

  #back(): void {
    this.topic = undefined;
    this.#clear();
    this.#tell(false);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.chip')?.focus());
  }

  #goOn(): void {
    const subject = [topicWords(this.topic!), this.#about].filter(Boolean).join(' ');
    this.#back();
    this.dispatchEvent(new CustomEvent('couture-chat-question', { detail: { subject, body: subject } }));
  }

  #tell(shown: boolean): void {
    this.dispatchEvent(new CustomEvent('couture-chat-answers-shown', { detail: shown }));
  }
}

/** A sentence whose address, if it ends with one, is a link. */
function linked(sentence: string): TemplateResult | string {
  const [, before, url] = /^(.*?)(https?:\/\/\S+?)\.?$/s.exec(sentence) ?? [];
  return url ? html`${before}<a href=${url} target="_blank" rel="noopener">${url}</a>` : sentence;
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-chat-answers': ChatAnswers;
  }
}
