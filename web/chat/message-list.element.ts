// <couture-message-list>: the messages of a chat as bubbles, for the shopper's widget and the agents' console.
import { localized, msg, str } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { join } from 'lit/directives/join.js';
import { repeat } from 'lit/directives/repeat.js';
import { until } from 'lit/directives/until.js';
import type { WireNote } from '../../runtime/contract/chat-console.ts';
import type { WireAttachment, WireMessage } from '../../runtime/contract/chat-message.ts';
import type { ProductCard } from '../../runtime/contract/product.ts';
import { below } from '../api/own-base.ts';
import { icon } from '../elements/icon.ts';
import { priceOf, priceStyles } from '../elements/price.ts';
import { absolute } from '../elements/product-card.element.ts';
import { formatCount, formatDate, formatTime } from '../state/locale.ts';
import { reset } from '../styles/shared.styles.ts';
import { eventWords, refusalWords } from './chat-words.ts';
import { messageListStyles } from './message-list.styles.ts';
import { directionOfText } from './text-direction.ts';
import type { Unsent } from './unsent.ts';

declare global {
  interface HTMLElementEventMap {
    'couture-chat-retry': CustomEvent<Unsent>;
    'couture-chat-drop': CustomEvent<Unsent>;
  }
}

@localized()
@customElement('couture-message-list')
export class MessageList extends LitElement {
  static override styles = [reset, priceStyles, messageListStyles];

  @property({ attribute: false }) messages: readonly WireMessage[] = [];
  @property({ attribute: false }) unsent: readonly Unsent[] = [];
  /** Whether unsent messages outlive the page. */
  @property({ attribute: false }) kept = true;
  /** Private notes, shown among the messages by time; in the console only. */
  @property({ attribute: false }) notes: readonly WireNote[] = [];
  /** The viewer's side. */
  @property() side: 'shopper' | 'staff' = 'shopper';
  /** Seq up to which the other side has read. */
  @property({ type: Number }) seen = 0;
  /** Origin of the runtime. */
  @property() base = '';
  /** Currency of prices, if it is not the page's own. */
  @property() currency: string | undefined;
  /** Attachment → the URL where the browser gets it. */
  @property({ attribute: false }) fileOf: ((file: WireAttachment) => Promise<string>) | undefined;

  /** URLs of files, requested once. */
  readonly #files = new Map<string, Promise<string>>();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => {
      // Moved by the page, and connected again.
      if (this.isConnected) return;
      for (const file of this.#files.values())
        void file.then((url) => url.startsWith('blob:') && URL.revokeObjectURL(url)).catch(() => {});
      this.#files.clear();
    });
  }

  protected override render() {
    const lastOwn = this.messages.findLast(({ side }) => side === this.side)?.seq;
    // Once per render: called per row, a long chat took quadratic time.
    const lines = this.#lines();
    return html`<ol part="list">
      ${repeat(
        lines,
        (line) => line.key,
        (line, at) => this.#line(line, lines[at - 1], lastOwn),
      )}
      ${repeat(
        this.unsent,
        (unsent) => unsent.client_message_id,
        (unsent) => this.#unsent(unsent),
      )}
    </ol>`;
  }

  #lines(): Line[] {
    const messages = this.messages.map(
      (message): Line => ({ key: message.client_message_id, at: message.created_at, message }),
    );
    if (this.notes.length === 0) return messages;
    const notes = this.notes.map((note): Line => ({ key: `note ${note.id}`, at: note.created_at, note }));
    return [...messages, ...notes].sort((a, b) => a.at.localeCompare(b.at));
  }

  #line(line: Line, before: Line | undefined, lastOwn: number | undefined): TemplateResult {
    const day = before && isSameDay(before.at, line.at) ? nothing : this.#day(line.at);
    if (line.note) return html`${day}${this.#note(line.note)}`;
    const message = line.message!;
    if (message.kind === 'event')
      return html`${day}<li class="event">${eventWords(message, this.side)}<span class="visually-hidden">, ${formatTime(message.created_at)}</span></li>`;
    const own = message.side === this.side;
    const first = !before?.message || before.message.kind === 'event' || before.message.side !== message.side;
    return html`${day}
      <li class="${own ? 'own' : ''} ${first ? 'first' : ''}" data-seq=${message.seq}>
        ${first ? this.#who(message, own) : nothing} ${this.#bubble(message)}
        ${message.seq === lastOwn ? this.#state(message) : nothing}
      </li>`;
  }

  #who(message: WireMessage, own: boolean): TemplateResult {
    const other = message.side === 'staff' ? msg('The shop') : msg('Guest');
    const name = own ? msg('You') : (message.sender_name ?? other);
    return html`<span class=${own ? 'visually-hidden' : 'who'}
      ><bdi>${name}</bdi>, <time datetime=${message.created_at}>${formatTime(message.created_at)}</time></span
    >`;
  }

  #state({ seq, created_at }: WireMessage): TemplateResult {
    return html`<span class="state">
      ${seq <= this.seen ? msg('Seen') : msg('Sent')} · ${formatTime(created_at)}
    </span>`;
  }

  #bubble(message: WireMessage): TemplateResult {
    if (message.attachment) return html`<div class="bubble file">${this.#file(message.attachment)}</div>`;
    if (message.product) return html`<div class="bubble product">${this.#card(message.product)}</div>`;
    return html`<div class="bubble">${linesOf(message.body)}</div>`;
  }

  #note(note: WireNote): TemplateResult {
    return html`<li class="note own first">
      <span class="who">${msg(str`Private note by ${note.author_name ?? msg('an agent')}`)}, ${formatTime(note.created_at)}</span>
      <div class="bubble">${linesOf(note.body)}</div>
    </li>`;
  }

  #unsent(unsent: Unsent): TemplateResult {
    const { refused, attachment, shown } = unsent;
    return html`<li class="own first ${refused ? 'refused' : 'waiting'}">
      ${
        attachment
          ? html`<div class="bubble file">${this.#file(attachment)}</div>`
          : html`<div class="bubble">${linesOf(shown)}</div>`
      }
      ${
        refused
          ? html`<span class="state trouble">
              ${refusalWords(refused)}
              <button @click=${() => this.#tell('couture-chat-retry', unsent)}>${msg('Try again')}</button>
              <button @click=${() => this.#tell('couture-chat-drop', unsent)}>${msg('Remove')}</button>
            </span>`
          : html`<span class="state">${this.kept ? msg('Sending …') : msg('Sending … Keep this page open until your message is sent: your browser can’t save it.')}</span>`
      }
    </li>`;
  }

  #file(file: WireAttachment): TemplateResult {
    const size = msg(str`${formatCount(Math.max(1, Math.round(file.bytes / 1_024)))} KB`);
    const url = this.#urlOf(file);
    if (file.type.startsWith('image/')) {
      return html`<a class="picture" href=${until(url, '#')} target="_blank" rel="noopener"
        ><img src=${until(url, nothing)} alt=${file.name} width="240" height="180"
      /></a>`;
    }
    return html`<a class="document" href=${until(url, '#')} target="_blank" rel="noopener" download=${file.name}
      >${icon('clip', 18)}<span>${file.name} (${size})</span></a
    >`;
  }

  #urlOf(file: WireAttachment): Promise<string> {
    let url = this.#files.get(file.id);
    if (!url) {
      url = this.fileOf ? this.fileOf(file) : Promise.resolve(below(this.base, file.url));
      url.catch(() => this.#files.delete(file.id));
      this.#files.set(file.id, url);
    }
    return url.catch(() => '#');
  }

  #card(product: ProductCard): TemplateResult {
    return html`<a class="card" href=${absolute(product.url, this.base) ?? '#'}>
      <couture-product-picture .src=${absolute(product.image_url, this.base)}></couture-product-picture>
      <span><strong>${product.name}</strong>${priceOf(product, this.currency)}${product.in_stock ? nothing : html` · ${msg('Sold out')}`}</span>
    </a>`;
  }

  #day(at: string): TemplateResult {
    return html`<li class="day">${formatDate(at)}</li>`;
  }

  #tell(type: 'couture-chat-retry' | 'couture-chat-drop', detail: Unsent): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

interface Line {
  readonly key: string;
  readonly at: string;
  readonly message?: WireMessage;
  readonly note?: WireNote;
}

/**
 * Each line in its own direction, with line feeds between them for what reads the page's text. Text stays text: nothing in it becomes
 * a link or a tag.
 */
function linesOf(text: string): unknown {
  const lines = text
    .split('\n')
    .map((line) => html`<span class="text" dir=${directionOfText(line)}>${line || html`<br />`}</span>`);
  return join(lines, '\n');
}

function isSameDay(one: string, other: string): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-message-list': MessageList;
  }
}
