// <couture-search-panel>: search as you type. A combobox (ARIA APG): arrows select, Enter opens, Escape closes.
import { consume } from '@lit/context';
import { localized, msg, str } from '@lit/localize';
import { Task, TaskStatus } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Category } from '../../../runtime/contract/catalogue.ts';
import type { ProductCard } from '../../../runtime/contract/product.ts';
import { OfflineError } from '../../api/api-error.ts';
import type { Client } from '../../api/client.ts';
import { own } from '../../api/own-base.ts';
import { icon } from '../../elements/icon.ts';
import { pressedKey } from '../../elements/pressed-key.ts';
import { listPriceOf } from '../../elements/price.ts';
import '../../elements/product-picture.element.ts';
import { clientContext } from '../../state/contexts.ts';
import { recentSearches, rememberSearch } from '../../state/recent-searches.ts';
import { searchUrl } from '../search-url.ts';
import { searchPanelStyles } from './search-panel.styles.ts';

/** Debounce of the search request in milliseconds. */
const pause = 160;
const shown = 6;
const popular = 4;

@localized()
@customElement('couture-search-panel')
export class SearchPanel extends LitElement {
  static override styles = searchPanelStyles;

  @consume({ context: clientContext }) client!: Client;
  @property({ attribute: false }) categories: readonly Category[] = [];
  @state() private words = '';
  /** Index of the suggestion selected with the arrows; -1: none. */
  @state() private at = -1;
  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('input') private readonly field!: HTMLInputElement;

  readonly #found = new Task(this, {
    args: () => [this.words.trim()] as const,
    task: async ([words], { signal }): Promise<readonly ProductCard[]> => {
      if (words.length < 2) return [];
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (signal.aborted) throw signal.reason;
      return (await this.client.products({ q: words, limit: shown }, signal)).products;
    },
  });

  #leaving = new AbortController();

  /** What others buy now, shown before anything is typed. */
  readonly #popular = new Task(this, {
    autoRun: false,
    task: async (_: readonly [], { signal }) =>
      (await this.client.trending(popular, undefined, signal)).products,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    // What the person before has searched for.
    const forget = () => {
      this.words = '';
      this.requestUpdate();
    };
    for (const event of ['couture-purged', 'couture-put-aside']) addEventListener(event, forget, { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
  }

  open(): void {
    this.dialog.showModal();
    if (!this.#popular.value) void this.#popular.run();
    this.field.focus();
    this.field.select();
  }

  close(): void {
    if (this.dialog.open) this.dialog.close();
  }

  protected override render() {
    const options = this.#options();
    const chosen = options[this.at];
    return html`<dialog aria-label=${msg('Search')} @click=${this.#outside}>
      <form role="search" action=${own('/search')} @submit=${this.#submit}>
        ${icon('search')}
        <input
          type="search"
          name="q"
          role="combobox"
          autocomplete="off"
          enterkeyhint="search"
          maxlength="200"
          placeholder=${msg('Dress, silk, navy …')}
          aria-label=${msg('Search the shop')}
          aria-expanded=${options.length > 0}
          aria-controls="found"
          aria-autocomplete="list"
          aria-activedescendant=${chosen ? `option-${this.at}` : nothing}
          .value=${this.words}
          @input=${this.#typed}
          @keydown=${this.#key}
        />
        <button type="button" class="tool" aria-label=${msg('Close')} @click=${() => this.close()}>${icon('close')}</button>
      </form>
      <ul id="found" role="listbox" aria-label=${msg('Suggestions')}>
        ${options.map((product, at) => this.#option(product, at))}
      </ul>
      ${this.#below(options.length)}
    </dialog>`;
  }

  #options(): readonly ProductCard[] {
    return this.words.trim().length < 2 ? [] : (this.#found.value ?? []);
  }

  #option(product: ProductCard, at: number): TemplateResult {
    return html`<li role="option" id="option-${at}" aria-selected=${at === this.at} @click=${() => this.#choose(product)}>
      <couture-product-picture .src=${product.image_url}></couture-product-picture>
      <span>${product.name}</span>
      ${listPriceOf(product)}
    </li>`;
  }

  #below(count: number): TemplateResult | typeof nothing {
    const words = this.words.trim();
    if (words.length < 2) return this.#before();
    if (this.#found.error instanceof OfflineError)
      return html`<p class="note" role="status">${msg('You’re offline, so search isn’t available.')}</p>`;
    const all = html`<a class="all" href=${searchUrl(words)}>${msg(str`All results for “${words}”`)} ${icon('arrow', 18)}</a>`;
    return this.#found.status === TaskStatus.COMPLETE && count === 0
      ? html`<p class="note" role="status">${msg('No matches yet. Try “dress” or “coat”.')}</p>`
      : all;
  }

  /** Before anything is typed. */
  #before(): TemplateResult {
    const recent = recentSearches();
    return html`<div class="before" @click=${() => this.close()}>
      ${
        recent.length > 0
          ? this.#ways(
              msg('Recent searches'),
              recent.map((words) => [words, searchUrl(words)]),
            )
          : nothing
      }
      ${this.#ways(
        msg('Popular now'),
        (this.#popular.value ?? []).map(({ name, url }) => [name, url]),
      )}
      ${this.#ways(
        msg('Categories'),
        this.categories.map(({ name }) => [name, own(`/category/${encodeURIComponent(name)}`)]),
      )}
    </div>`;
  }

  #ways(
    heading: string,
    links: ReadonlyArray<readonly [words: string, href: string]>,
  ): TemplateResult | typeof nothing {
    if (links.length === 0) return nothing;
    return html`<section aria-label=${heading}>
      <h2>${heading}</h2>
      <ul>
        ${links.map(([words, href]) => html`<li><a href=${href}>${words}</a></li>`)}
      </ul>
    </section>`;
  }

  #typed(event: InputEvent): void {
    this.words = (event.target as HTMLInputElement).value;
    this.at = -1;
  }

  #key(event: KeyboardEvent): void {
    // By default Escape first empties a search field, and the panel would stay open.
    const key = pressedKey(event);
    if (key === 'Escape') {
      event.preventDefault();
      this.close();
      return;
    }
    const { length } = this.#options();
    if (length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (!step) return;
    event.preventDefault();
    // After the last suggestion comes none: the typed words.
    this.at = ((this.at + 1 + step + length + 1) % (length + 1)) - 1;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const chosen = this.#options()[this.at];
    const words = this.words.trim();
    if (words) rememberSearch(words);
    if (chosen) this.#go(chosen.url);
    else if (words) this.#go(searchUrl(words));
  }

  #choose(product: ProductCard): void {
    rememberSearch(this.words.trim());
    this.#go(product.url);
  }

  #go(url: string): void {
    this.close();
    this.dispatchEvent(new CustomEvent('couture-go', { detail: { url }, bubbles: true, composed: true }));
  }

  #outside(event: Event): void {
    if (event.target === this.dialog) this.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-search-panel': SearchPanel;
  }
}
