// The widgets and the chat as one file for pages of any shop:
// <script type="module" src="https://runtime/embed/couture-widgets.js">, or as a classic script.

// First: it protects every element that is defined below.
import './host-page.ts';
// Then what the page says, so that a token that is already known goes with the first requests.
import './couture.ts';
import '../chat/chat.element.ts';
import { holdRendersWhilePressed } from '../elements/hold-renders.ts';
import { knownLocale, type Locale, setLocale } from '../state/locale.ts';
import '../widgets/bought-together/bought-together.element.ts';
import '../widgets/bundle/bundle.element.ts';
import '../widgets/buy-again/buy-again.element.ts';
import '../widgets/for-cart/for-cart.element.ts';
import '../widgets/personalized/personalized.element.ts';
import '../widgets/recently-viewed/recently-viewed.element.ts';
import '../widgets/similar-products/similar-products.element.ts';
import '../widgets/trending/trending.element.ts';
import '../widgets/you-may-like/you-may-like.element.ts';
import { runtimeFacts } from './runtime-facts.ts';

holdRendersWhilePressed();
void pageLocale()
  .then((locale) => locale && setLocale(locale))
  .catch(() => {});

/** The language of the surrounding page, or else the default language of the shop; undefined: English. */
async function pageLocale(): Promise<Locale | undefined> {
  const ofPage = knownLocale(document.documentElement.lang);
  if (ofPage) return ofPage;
  return knownLocale((await runtimeFacts()).locale);
}
