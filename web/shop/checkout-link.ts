// The way from the bag to the checkout: the storefront's own, the shop's, or words about where orders are placed.
import { msg, str } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { own } from '../api/own-base.ts';
import type { Cart } from '../state/cart.ts';
import { handOverUrl } from '../state/hand-over.ts';
import { identity } from '../state/identity.ts';

export function checkoutLink(cart: Cart): TemplateResult {
  const { checkout, checkoutUrl, name } = identity;
  if (checkout !== false) return html`<a class="button" href=${own('/checkout')}>${msg('Check out')}</a>`;
  if (checkoutUrl)
    return html`<a class="button" href=${handOverUrl(checkoutUrl, cart)}>${msg(str`Check out at ${name}`)}</a>`;
  return html`<p>${elsewhereWords()}</p>`;
}

/** Where to place the order if this site takes none. */
export function elsewhereWords(): string {
  const { name, url } = identity;
  return url === null
    ? msg(str`Orders are placed in the checkout of ${name}, not here.`)
    : msg(str`Orders are placed at ${name}, not here. Each item in your bag links to its page there.`);
}
