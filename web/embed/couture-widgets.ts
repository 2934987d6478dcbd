// The widgets and the chat as one module for pages of any shop:
// <script type="module" src="https://runtime/embed/couture-widgets.js">.

// First, so that a token that is already known goes with the first requests.
import { couture } from './couture.ts';
import '../chat/chat.element.ts';
import { allLocales } from '../locales/locale-codes.ts';
import { setLocale } from '../state/locale.ts';
import '../widgets/bought-together/bought-together.element.ts';
import '../widgets/bundle/bundle.element.ts';
import '../widgets/for-cart/for-cart.element.ts';
import '../widgets/personalized/personalized.element.ts';
import '../widgets/similar-products/similar-products.element.ts';
import '../widgets/trending/trending.element.ts';
import '../widgets/you-may-like/you-may-like.element.ts';

export { couture };

// Follows the language of the surrounding page; falls back to English.
const language = document.documentElement.lang.split('-')[0];
const locale = allLocales.find((each) => each === language);
if (locale) void setLocale(locale).catch(() => {});
