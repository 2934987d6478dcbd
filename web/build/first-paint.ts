// A build step: adds the styles of the elements that the runtime writes into pages before the app runs, below `.boot`, so that
// nothing moves when the app takes over. Shadow DOM becomes classes: `couture-product-card` is `.product-card`.
import type { CSSResult } from 'lit';
import type { Plugin } from 'vite';
import { priceStyles } from '../elements/price.ts';
import { cardStyles } from '../elements/product-card.styles.ts';
import { pictureStyles } from '../elements/product-picture.styles.ts';
import { ratingStyles } from '../elements/rating.ts';
import { listingStyles } from '../shop/listing-page.styles.ts';
import { bagOutline, cartStyles } from '../shop/pages/cart/cart-page.styles.ts';
import { narrow } from '../shop/pages/checkout/checkout-page.styles.ts';
import { homeStyles } from '../shop/pages/home/home-page.styles.ts';
import { productPageStyles } from '../shop/pages/product/product-page.styles.ts';
import { buttons, page, reset } from '../styles/shared.styles.ts';
import { widgetStyles } from '../widgets/widget.styles.ts';

/** Scope → styles; of two with the same specificity, the later one counts, as the inner element's own would. */
const scopes: ReadonlyArray<readonly [scope: string, styles: readonly CSSResult[]]> = [
  ['.boot', [reset, buttons, page]],
  ['.boot.home', [homeStyles]],
  ['.boot.listing', [listingStyles]],
  ['.boot.product', [productPageStyles, priceStyles, ratingStyles]],
  ['.boot.outline', [cartStyles, bagOutline, narrow]],
  ['.boot .widget', [widgetStyles]],
  ['.boot .product-card', [cardStyles, priceStyles, ratingStyles]],
  ['.boot .product-picture', [pictureStyles]],
];

export function firstPaint(): Plugin {
  return {
    name: 'couture-first-paint',
    enforce: 'pre',
    transform: (code, id) => (id.endsWith('/styles/shop.css') ? code + firstPaintStyles() : undefined),
  };
}

export function firstPaintStyles(): string {
  const scoped = scopes.map(
    ([scope, styles]) => `${scope} {${styles.map(({ cssText }) => withoutShadow(cssText)).join('')}}`,
  );
  return scoped.join('\n');
}

/** The styles of an element's shadow tree, for the same tree as its children. */
function withoutShadow(css: string): string {
  return css
    .replace(/:host\(([^)]*)\)/g, '&$1')
    .replaceAll(':host', '&')
    .replace(/couture-(product-\w+)/g, '.$1')
    .replaceAll('::part(picture)', ' img');
}
