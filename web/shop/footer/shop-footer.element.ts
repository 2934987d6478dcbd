// <couture-shop-footer>: more links, the language, and a note about the sample shop.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { own } from '../../api/own-base.ts';
import { contentLang } from '../../state/content-lang.ts';
import { identity } from '../../state/identity.ts';
import { getLocale, type Locale, useLocale } from '../../state/locale.ts';
import { Follow } from '../../state/store.ts';
import { reset } from '../../styles/shared.styles.ts';

/** Name of each language in that language. */
const languages: ReadonlyArray<readonly [Locale, string]> = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['ar', 'العربية'],
];

@localized()
@customElement('couture-shop-footer')
export class ShopFooter extends LitElement {
  static override styles = [
    reset,
    css`
      footer {
        display: grid;
        gap: 2rem;
        padding: 3rem max(var(--couture-gutter), (100vw - var(--couture-width)) / 2 + var(--couture-gutter));
        padding-block-end: calc(max(3rem, env(safe-area-inset-bottom)) + var(--couture-bar, 0px));
        border-block-start: 1px solid var(--couture-line);
        background: var(--couture-tint);
      }
      .name {
        font: var(--couture-heading);
      }
      .muted {
        max-width: 34rem;
        color: var(--couture-muted);
        font: var(--couture-small);
      }
      nav ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1.75rem;
      }
      nav a {
        display: flex;
        align-items: center;
        min-height: var(--couture-touch);
        text-decoration: none;
      }
      nav a:hover {
        text-decoration: underline;
      }
      .languages {
        display: flex;
        gap: 0.5rem;
      }
      button {
        min-width: var(--couture-touch);
        min-height: var(--couture-touch);
        padding: 0 0.75rem;
        border: 1px solid transparent;
        background: none;
        cursor: pointer;
      }
      button[aria-pressed='true'] {
        border-color: var(--couture-line-strong);
      }
      @media (min-width: 64rem) {
        footer {
          grid-template-columns: 1fr auto;
          align-items: start;
        }
      }
    `,
  ];

  constructor() {
    super();
    new Follow(this, () => identity);
  }

  protected override render() {
    const { legal_text, links = [] } = identity.brand ?? {};
    return html`<footer>
      <div>
        <p class="name">${identity.name}</p>
        ${
          identity.sample
            ? html`<p class="muted">
                ${msg('This is a sample shop. Items, prices and shoppers are made up, and nothing is ever delivered.')}
              </p>`
            : nothing
        }
        ${legal_text ? html`<p class="muted" lang=${contentLang() ?? nothing}>${legal_text}</p>` : nothing}
      </div>
      <div>
        <nav aria-label=${msg('More')}>
          <ul>
            <li><a href=${own('/account')}>${msg('Account')}</a></li>
            <li><a href=${own('/watchlist')}>${msg('Watchlist')}</a></li>
            <li><a href=${own('/cart')}>${msg('Bag')}</a></li>
            <li><a href=${own('/offline')}>${msg('Available offline')}</a></li>
            <li><a href=${own(`/accessibility?lang=${getLocale()}`)}>${msg('Accessibility')}</a></li>
            ${links.map(({ label, url }) => html`<li><a href=${url} rel="external" lang=${contentLang() ?? nothing}>${label}</a></li>`)}
          </ul>
        </nav>
        <div class="languages" role="group" aria-label=${msg('Language')}>
          ${languages.map(
            ([locale, name]) => html`<button
              lang=${locale}
              aria-pressed=${locale === getLocale()}
              @click=${() => void useLocale(locale, { remember: true })}
            >
              ${name}
            </button>`,
          )}
        </div>
      </div>
    </footer>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-shop-footer': ShopFooter;
  }
}
