// <couture-product-picture>: a product's picture in a box of its final size, with a plain placeholder if there is none.
import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { reset } from '../styles/shared.styles.ts';
import { firstPictureBegins, firstPictureEnded } from './first-pictures.ts';
import { pictureStyles } from './product-picture.styles.ts';

/**
 * @csspart picture - the image
 * @cssproperty --couture-picture-ratio - width / height of the box; 4 / 5
 */
@customElement('couture-product-picture')
export class ProductPicture extends LitElement {
  static override styles = [reset, pictureStyles];

  /** URL of the picture; null if the product has none. */
  @property() src: string | null = null;
  /** Alternative text; empty where the name is shown beside it. */
  @property() alt = '';
  /** Whether it is the page's main picture: it loads first. */
  @property({ type: Boolean }) eager = false;
  @state() private broken = false;
  @query('img') private image!: HTMLImageElement | null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.image) firstPictureEnded(this.image);
  }

  protected override updated(): void {
    if (this.eager && this.image) firstPictureBegins(this.image);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('src')) this.broken = false;
  }

  protected override render() {
    const src = this.broken ? null : this.src;
    return html`<div class="box">
      ${
        src
          ? html`<img
              part="picture"
              src=${src}
              alt=${this.alt}
              width="400"
              height="500"
              loading=${this.eager ? 'eager' : 'lazy'}
              fetchpriority=${this.eager ? 'high' : 'auto'}
              decoding=${this.eager ? 'sync' : 'async'}
              @error=${() => (this.broken = true)}
            />`
          : html`<div class="none" role=${this.alt ? 'img' : nothing} aria-label=${this.alt || nothing}>
              <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.25" aria-hidden="true">
                <path d="M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 5" />
                <circle cx="15.5" cy="9" r="1.5" />
              </svg>
            </div>`
      }
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-product-picture': ProductPicture;
  }
}
