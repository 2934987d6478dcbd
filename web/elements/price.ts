// A price: the current one, and the previous one struck through.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { ProductCard } from '../../runtime/contract/product.ts';
import { centsOf, formatCents } from '../state/money.ts';

export const priceStyles = css`
  .price {
    font-variant-numeric: tabular-nums;
  }
  .price .now,
  .price s {
    white-space: nowrap;
  }
  .price .now.sale {
    color: var(--couture-sale, #b42318);
    font-weight: 600;
    margin-inline-end: 0.2em;
  }
  .price s {
    /* Wraps below the current price where both are too long for a card. */
    display: inline-block;
    color: var(--couture-muted, #655d52);
  }
`;

/** @param currency of the card's prices; default: the page's own */
export function priceOf(
  card: Pick<ProductCard, 'price' | 'discounted_price'>,
  currency?: string,
): TemplateResult {
  const before = formatCents(centsOf(card.price, currency), currency);
  if (card.discounted_price === null)
    return html`<span class="price"><span class="now">${before}</span></span>`;
  const now = formatCents(centsOf(card.discounted_price, currency), currency);
  return html`<span class="price"
    ><span class="visually-hidden">${msg(str`now ${now}, before ${before}`)}</span
    ><span aria-hidden="true"><bdi class="now sale">${now}</bdi>${before === now ? nothing : html` <s><bdi>${before}</bdi></s>`}</span
  ></span>`;
}

/** The price in a list: "from …" where a cheaper variant is in stock. Carts and bundles use `priceOf`, the variant's own. */
export function listPriceOf(
  card: Pick<ProductCard, 'price' | 'discounted_price' | 'from_price'>,
  currency?: string,
): TemplateResult {
  if (card.from_price === undefined) return priceOf(card, currency);
  const from = formatCents(centsOf(card.from_price, currency), currency);
  return html`<span class="price"><span class="now">${msg(str`from ${from}`)}</span></span>`;
}
