// <couture-shop-header>: the shop's name, its categories, search, account, watch list and bag.
import { localized } from '@lit/localize';
import { html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Place } from '../router.ts';

@localized()
@customElement('couture-shop-header')
export class ShopHeader extends LitElement {
  @property({ attribute: false }) place: Place | undefined;

  protected override render() {
    return html`<header><a href="/">ClassyCouture</a></header>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-shop-header': ShopHeader;
  }
}
