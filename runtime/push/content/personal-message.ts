// A message with placeholders, and one person's message made of it: templates, values → payload or reason to skip.
import { directionOf } from '../../contract/direction.ts';
import { formatMoney } from '../../contract/money.ts';
import { isVisible, quotedLine } from '../../contract/text.ts';
import type { Card } from '../../shop/card-cache.ts';
import type { Composed } from '../composer.ts';
import type { PayloadOptions, PushAction, PushMessage } from '../message.ts';
import { cutText, fitPayload } from './fit-payload.ts';
import type { Personal, Wanted } from './personal-content.ts';
import type { ProductLinks } from './product-links.ts';
import {
  type Placeholder,
  parseTemplate,
  placeholdersOf,
  renderTemplate,
  type Template,
  type Values,
} from './template.ts';

/** Stands for the product's page in `url`, and for its picture in `image`. */
export const productPage = '{{product.url}}';
export const productPicture = '{{product.image}}';

/** The texts of a campaign or journey, with placeholders. */
export interface MessageTexts {
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly icon?: string | undefined;
  readonly image?: string | undefined;
  /** Number on the icon of the installed shop. */
  readonly badge?: number | undefined;
  readonly actions?: readonly PushAction[] | undefined;
}

export interface ParsedMessage {
  readonly title: Template;
  readonly body: Template;
  readonly texts: MessageTexts;
  readonly wanted: Wanted;
}

/** What all messages of a run have in common. */
export interface MessageContext {
  readonly links: ProductLinks;
  readonly currency: string;
  readonly shopName: string;
  /** Of prices, for subscriptions without a locale. */
  readonly locale: string;
}

/** @throws CoutureError `bad_option` for an unknown placeholder */
export function parseMessage(texts: MessageTexts): ParsedMessage {
  const [title, body] = [parseTemplate(texts.title, 'The title'), parseTemplate(texts.body, 'The body')];
  const used = new Set<Placeholder>([...placeholdersOf(title), ...placeholdersOf(body)]);
  const product =
    ofProduct.some((each) => used.has(each)) || texts.url === productPage || texts.image === productPicture;
  return { title, body, texts, wanted: { name: used.has('name'), product } };
}

/** Whether messages differ between people. */
export function isPersonal({ title, body, wanted }: ParsedMessage): boolean {
  return wanted.product || placeholdersOf(title).size + placeholdersOf(body).size > 0;
}

/**
 * Makes one person's message. The page of a product that is missing becomes the front page, its picture none; a text
 * without a value or a fallback is no message.
 */
export function composePersonal(
  { title, body, texts }: ParsedMessage,
  { name, card }: Personal,
  context: MessageContext & { readonly personLocale: string | null; readonly tag: string },
  { origin = '', ...options }: PayloadOptions,
): Composed {
  const values = valuesOf(name, card, { ...context, lang: options.lang });
  const [shownTitle, shownBody] = [renderTemplate(title, values), renderTemplate(body, values)];
  if ('missing' in shownTitle) return { skip: skipReason(shownTitle.missing) };
  if ('missing' in shownBody) return { skip: skipReason(shownBody.missing) };
  // Addresses of a card are complete; paths that a person wrote are not.
  const ofShop = (address: string) => (address.startsWith('/') ? origin + address : address);
  const image =
    texts.image === productPicture
      ? card && context.links.of(card).picture
      : texts.image && ofShop(texts.image);
  const page = texts.url === productPage ? card && context.links.of(card).page : ofShop(texts.url);
  const message: PushMessage = {
    title: shownTitle.text.trim() || context.shopName,
    body: shownBody.text.trim(),
    url: page ?? ofShop('/'),
    tag: context.tag,
    ...(texts.icon === undefined ? {} : { icon: ofShop(texts.icon) }),
    ...(image === undefined ? {} : { image }),
    ...(texts.badge === undefined ? {} : { badge: texts.badge }),
    ...(texts.actions === undefined
      ? {}
      : { actions: texts.actions.map((each) => ({ ...each, url: ofShop(each.url) })) }),
  };
  const payload = fitPayload(message, options);
  if (payload === undefined) return { skip: 'too_large' };
  const usedFallback =
    shownTitle.usedFallback || shownBody.usedFallback || (texts.url === productPage && !card);
  return { payload, usedFallback };
}

const ofProduct: readonly Placeholder[] = ['product.name', 'product.category', 'price'];

function skipReason(missing: Placeholder): string {
  return missing === 'name' ? 'no_name' : 'no_entry';
}

/**
 * Names of the shop's tables may contain anything; in a notification they are one line without control characters, and leave
 * room for the text around them.
 */
function valuesOf(
  name: string | undefined,
  card: Card | undefined,
  {
    currency,
    shopName,
    locale,
    personLocale,
    lang,
  }: MessageContext & { readonly personLocale: string | null; readonly lang: string | undefined },
): Values {
  const direction = lang === undefined ? 'ltr' : directionOf(lang);
  const shown = (text: string | undefined, max: number) =>
    text && isolated(cutText(quotedLine(text.slice(0, maxRead)), max), direction);
  // Getters: most messages use one or two of them.
  return {
    get name() {
      return shown(name !== undefined && isNameable(name) ? name : undefined, maxName);
    },
    get 'product.name'() {
      return shown(card?.name, maxProduct);
    },
    get 'product.category'() {
      return shown(card?.category, maxProduct);
    },
    get price() {
      const cents = card?.pay_cents ?? undefined;
      return cents === undefined
        ? undefined
        : formatMoney(cents, currency, numberLocale(personLocale ?? locale));
    },
    shop: shopName,
  };
}

/** Maximum lengths of values in UTF-16 units: a title of 120 has room for a product and its price, or a greeting. */
const [maxName, maxProduct] = [60, 90];
/** UTF-16 units of a value that are read. */
const maxRead = 600;

/** People who don't want to tell their name type "-" or invisible characters; shops then have an e-mail address in its place. */
function isNameable(name: string): boolean {
  return isVisible(name) && !/\S@\S+\.\S/.test(name) && /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(name);
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const leftToRight =
  /(?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}])\p{L}/u;

/** Isolates a value in the other direction (UAX 9): the price after it would move to its other side. */
function isolated(text: string, direction: 'ltr' | 'rtl'): string {
  const isOther = (direction === 'rtl' ? leftToRight : rightToLeft).test(text);
  return isOther ? `\u2068${text}\u2069` : text;
}

const maxLocales = 1_000;
const locales = new Map<string, string>();

/** Language and region of a browser's locale, whatever else it says; English if there is no such language. */
function numberLocale(text: string): string {
  let found = locales.get(text);
  // Browsers name their locales themselves: no number of made-up ones may fill the memory.
  if (found === undefined && locales.size >= maxLocales) return 'en';
  if (found === undefined) {
    try {
      const { language, region } = new Intl.Locale(text.replaceAll('_', '-'));
      const short = region === undefined ? language : `${language}-${region}`;
      found = Intl.NumberFormat.supportedLocalesOf(short).length > 0 ? short : 'en';
    } catch {
      found = 'en';
    }
    locales.set(text, found);
  }
  return found;
}
