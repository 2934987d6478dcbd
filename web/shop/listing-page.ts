// The base of the category and the search page: products page by page, sort order and filters in the URL, and all loaded
// pages restored when the shopper comes back.
import { msg, str } from '@lit/localize';
import { initialState, Task, TaskStatus } from '@lit/task';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ProductPage } from '../../runtime/contract/catalogue.ts';
import type { ProductCard } from '../../runtime/contract/product.ts';
import { typedNumber } from '../../runtime/contract/text.ts';
import { OfflineError } from '../api/api-error.ts';
import type { CatalogueQuery } from '../api/client.ts';
import { own } from '../api/own-base.ts';
import { anyRated } from '../elements/any-rated.ts';
import { icon } from '../elements/icon.ts';
import '../elements/product-card.element.ts';
import { formatCount } from '../state/locale.ts';
import { centsOf, unitsOf } from '../state/money.ts';
import { Renewed } from '../state/renewed.ts';
import { chipStyles, filterChips } from './listing-chips.ts';
import { type FacetName, facetFields, facetNames, facetStyles } from './listing-facets.ts';
import { listingStyles } from './listing-page.styles.ts';
import { PageElement } from './page-element.ts';
import { searchUrl } from './search-url.ts';

const pageSize = 24;
/** Number of pictures that load eagerly. */
const eager = 4;

export const filterNames = ['on_sale', 'in_stock', 'min_price', 'max_price'] as const;

interface Listing {
  readonly products: readonly ProductCard[];
  readonly next: string | null;
  readonly loosened: boolean;
  readonly corrected: string | null;
}

export abstract class ListingPage extends PageElement {
  static override styles = [PageElement.styles, listingStyles, facetStyles, chipStyles];

  /** Number of pages shown; coming back requests as many. */
  @state() private pages = 1;
  @state() private filtering = false;

  /** The query without sort order and filters; undefined: nothing to list yet. */
  protected abstract scope(): CatalogueQuery | undefined;
  protected abstract headline(): string;
  protected abstract sorts(): ReadonlyArray<readonly [value: string, words: string]>;
  protected abstract nothingFound(): TemplateResult;

  protected readonly listing = new Task(this, {
    args: () => [JSON.stringify(this.#query()), this.pages] as const,
    task: async ([, pages], { signal }): Promise<Listing | typeof initialState> => {
      const query = this.#query();
      if (!query) return initialState;
      const found: ProductPage[] = [];
      for (let cursor: string | null | undefined; found.length < pages && cursor !== null; ) {
        const page: ProductPage = await this.client.products({ ...query, cursor }, signal);
        found.push(page);
        cursor = page.next_cursor;
      }
      return merged(found);
    },
    onComplete: () => {
      this.ready();
      void this.updateComplete.then(() => this.isEmpty && this.titled(this.headline()));
    },
    onError: () => this.ready(),
  });

  /** Colours, sizes and options, once the filters are open. */
  readonly #facets = new Task(this, {
    args: () => [this.filtering && JSON.stringify(this.#query())] as const,
    task: async ([open], { signal }) => {
      const query = this.#query();
      return open && query ? this.client.facets(query, signal) : initialState;
    },
  });

  constructor() {
    super();
    new Renewed(this, () => this.listing);
  }

  protected override get focusNext(): readonly string[] {
    // After the last chip is gone, the button of the filters.
    return ['.chip', '.controls .button', ...super.focusNext];
  }

  /** Number of filters; each chosen colour, size and option is one. */
  protected get activeFilters(): number {
    const { query } = this.place;
    const chosen = facetNames.reduce((sum, name) => sum + this.#chosen(name).length, 0);
    return filterNames.filter((name) => query.get(name)).length + chosen;
  }

  /** Whether there is nothing to list even without filters. */
  protected get isEmpty(): boolean {
    return this.activeFilters === 0 && this.listing.value?.products.length === 0;
  }

  protected override firstUpdated(): void {
    this.loadLater(() => import('../widgets/trending/trending.element.ts'));
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('place')) return;
    const shown = (history.state as { pages?: number } | null)?.pages;
    this.pages = typeof shown === 'number' && shown > 0 && shown < 40 ? shown : 1;
    this.titled(this.headline());
  }

  protected override render() {
    const listing = this.listing.value ?? this.#known();
    return html`<div class="wide">
      <div class="head">
        <div>
          <h1>${this.headline()}</h1>
          <p class="muted" role="status">${listing && !this.isEmpty ? countWords(listing) : nothing}</p>
        </div>
        ${this.isEmpty ? nothing : this.#controls()}
      </div>
      ${
        this.filtering
          ? this.#filters()
          : filterChips(
              this.place.query,
              (name) => this.#chosen(name),
              (changes) => this.#turn(changes),
            )
      }
      ${this.#body(listing)}
    </div>`;
  }

  #body(listing: Listing | undefined): TemplateResult {
    if (this.listing.error && !listing) return this.#failed();
    if (!listing) {
      return html`<ul class="grid" aria-hidden="true">
        ${Array.from({ length: 8 }, () => html`<li class="bone"><div></div></li>`)}
      </ul>`;
    }
    if (listing.products.length === 0) return this.nothingFound();
    return html`
      ${
        listing.corrected
          ? html`<p class="note" role="status">
              ${msg('No matches for your spelling. Showing results for')}
              <a href=${searchUrl(listing.corrected)}>${listing.corrected}</a>.
            </p>`
          : nothing
      }
      ${listing.loosened ? html`<p class="note" role="status">${msg('No exact matches. Showing the closest.')}</p>` : nothing}
      <h2 class="visually-hidden">${msg('Items')}</h2>
      <ul class="grid">
        ${repeat(
          listing.products,
          (product) => product.id,
          (product, at) =>
            html`<li><couture-product-card .product=${product} ?eager=${at < eager} addable @couture-quick-add=${() => this.#add(product)}></couture-product-card></li>`,
        )}
      </ul>
      ${
        listing.next === null
          ? nothing
          : html`<p class="end">
              <button class="button quiet" aria-disabled=${this.listing.status === TaskStatus.PENDING} @click=${this.#more}>
                ${this.listing.status === TaskStatus.PENDING ? msg('Loading …') : msg('Show more')}
              </button>
            </p>`
      }
      ${this.listing.error ? this.#failed() : nothing}
    `;
  }

  #failed(): TemplateResult {
    const offline = this.listing.error instanceof OfflineError;
    return html`<div class="state" role="status">
      <p>${offline ? msg('You’re offline. This page isn’t saved on your device yet.') : msg('This page couldn’t be loaded.')}</p>
      <p>
        <button class="button quiet" @click=${() => this.listing.run()}>${msg('Try again')}</button>
        ${offline ? html`<a class="button quiet" href=${own('/offline')}>${msg('See what’s available offline')}</a>` : nothing}
      </p>
    </div>`;
  }

  #controls(): TemplateResult {
    const sort = this.place.query.get('sort') ?? '';
    const active = this.activeFilters;
    const isRated = anyRated(this.listing.value?.products);
    return html`<div class="controls">
      <button
        class="button quiet"
        aria-expanded=${this.filtering}
        aria-controls="filters"
        @click=${() => (this.filtering = !this.filtering)}
      >
        ${icon('filter', 18)} ${active > 0 ? msg(str`Filters (${formatCount(active)})`) : msg('Filters')}
      </button>
      <label class="sort">
        <span class="visually-hidden">${msg('Sort by')}</span>
        <select @change=${(event: Event) => this.#turn({ sort: (event.target as HTMLSelectElement).value })}>
          ${this.sorts()
            .filter(([value]) => value !== 'rating' || value === sort || isRated)
            .map(
              ([value, words]) => html`<option value=${value} ?selected=${value === sort}>${words}</option>`,
            )}
        </select>
      </label>
    </div>`;
  }

  #filters(): TemplateResult {
    const { query } = this.place;
    const check = (name: string, words: string) => html`<label class="check">
      <input
        type="checkbox"
        .checked=${query.get(name) === '1'}
        @change=${(event: Event) => this.#turn({ [name]: (event.target as HTMLInputElement).checked ? '1' : '' })}
      />
      ${words}
    </label>`;
    const bound = (name: string, words: string) => html`<label class="bound">
      <span>${words}</span>
      <input
        inputmode="decimal"
        autocomplete="off"
        maxlength="20"
        .value=${query.get(name) ?? ''}
        @change=${(event: Event) => this.#turn({ [name]: amount((event.target as HTMLInputElement).value) })}
      />
    </label>`;
    const { value: facets } = this.#facets;
    const chosen = {
      colour: this.#chosen('colour'),
      size: this.#chosen('size'),
      option: this.#chosen('option'),
    };
    return html`<fieldset id="filters" class="filters">
      <legend class="visually-hidden">${msg('Filters')}</legend>
      ${check('on_sale', msg('On sale'))} ${check('in_stock', msg('In stock'))}
      ${bound('min_price', msg('Price from'))} ${bound('max_price', msg('to'))}
      ${facets ? facetFields(facets, chosen, (facet, names) => this.#turn({ [facet]: names })) : nothing}
      ${
        this.activeFilters > 0
          ? html`<button class="text-button" @click=${() => this.#turn(Object.fromEntries([...filterNames, ...facetNames].map((name) => [name, ''])))}>
              ${msg('Clear all')}
            </button>`
          : nothing
      }
    </fieldset>`;
  }

  /** Replaces the URL with that of another sort order or filter. */
  #turn(changes: Record<string, string | readonly string[]>): void {
    const query = new URLSearchParams(this.place.query);
    for (const [name, value] of Object.entries(changes)) {
      query.delete(name);
      for (const each of [value].flat()) if (each) query.append(name, each);
    }
    const text = query.toString();
    this.go(`${this.place.path}${text ? `?${text}` : ''}`, { replace: true });
  }

  #chosen(name: FacetName): string[] {
    return [...new Set(this.place.query.getAll(name).filter((each) => each && each.length <= 100))].slice(
      0,
      30,
    );
  }

  #add(product: ProductCard): void {
    this.cart.add([product]);
    this.sayAdded([product]);
  }

  #more(): void {
    if (this.listing.status === TaskStatus.PENDING) return;
    this.pages += 1;
    history.replaceState({ ...history.state, pages: this.pages }, '');
  }

  #query(): CatalogueQuery | undefined {
    const scope = this.scope();
    if (!scope) return undefined;
    const { query } = this.place;
    const given = ['sort', ...filterNames].map((name) => [name, query.get(name) ?? undefined]);
    // In one order, so that the same choice is the same request.
    const chosen = facetNames.map((name) => [name, this.#chosen(name).sort()]);
    return { ...scope, ...Object.fromEntries([...given, ...chosen]), limit: pageSize };
  }

  /** These pages as far as the client still has them in memory: rendered at once when the shopper comes back. */
  #known(): Listing | undefined {
    const query = this.#query();
    if (!query) return undefined;
    const found: ProductPage[] = [];
    for (let cursor: string | null | undefined; found.length < this.pages && cursor !== null; ) {
      const page = this.client.lastProducts({ ...query, cursor });
      if (!page) break;
      found.push(page);
      cursor = page.next_cursor;
    }
    return found.length > 0 ? merged(found) : undefined;
  }
}

function countWords({ products, next }: Listing): string {
  const { length } = products;
  if (next !== null) return msg(str`More than ${formatCount(length)} items`);
  return length === 1 ? msg('1 item') : msg(str`${formatCount(length)} items`);
}

function merged(pages: readonly ProductPage[]): Listing {
  const products = new Map(pages.flatMap((page) => page.products).map((product) => [product.id, product]));
  return {
    products: [...products.values()],
    next: pages.at(-1)?.next_cursor ?? null,
    loosened: pages[0]?.loosened ?? false,
    corrected: pages[0]?.corrected ?? null,
  };
}

/** A price as allowed in the URL: digits, and at most the decimals of the currency. */
function amount(text: string): string {
  const number = typedNumber(text);
  return number >= 0 && number <= 1_000_000 ? String(unitsOf(centsOf(number))) : '';
}
