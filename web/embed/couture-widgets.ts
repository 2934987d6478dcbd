// The widgets and the chat as one module for pages of any shop:
// <script type="module" src="https://runtime/embed/couture-widgets.js">.

// First, so that a token that is already known goes with the first requests.
import { couture } from './couture.ts';
import '../chat/chat.element.ts';
import { knownLocale, type Locale, setLocale } from '../state/locale.ts';
import '../widgets/bought-together/bought-together.element.ts';
import '../widgets/bundle/bundle.element.ts';
import '../widgets/buy-again/buy-again.element.ts';
import '../widgets/for-cart/for-cart.element.ts';
import '../widgets/personalized/personalized.element.ts';
import '../widgets/similar-products/similar-products.element.ts';
import '../widgets/trending/trending.element.ts';
import '../widgets/you-may-like/you-may-like.element.ts';
import { followColourScheme } from './page-colours.ts';

export { couture };

followColourScheme();

void pageLocale()
  .then((locale) => locale && setLocale(locale))
  .catch(() => {});

/** The language of the surrounding page, or else the default language of the shop; undefined: English. */
async function pageLocale(): Promise<Locale | undefined> {
  const ofPage = knownLocale(document.documentElement.lang);
  if (ofPage) return ofPage;
  const api = import.meta.url.replace(/\/embed\/[^/]*$/, '/api/shop');
  // In a bundle of the shop's own, the address of the runtime is unknown.
  if (api === import.meta.url) return undefined;
  const response = await fetch(api, { credentials: 'omit' });
  return knownLocale(((await response.json()) as { locale?: string }).locale);
}
