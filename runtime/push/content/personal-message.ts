// A message with placeholders, and one person's message made of it: templates, values → payload or reason to skip.
import { formatMoney } from '../../contract/money.ts';
import { quotedLine } from '../../contract/text.ts';
import type { Card } from '../../shop/card-cache.ts';
import type { Composed } from '../composer.ts';
import type { PayloadOptions, PushAction, PushMessage } from '../message.ts';
import { fitPayload } from './fit-payload.ts';
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
  const values = valuesOf(name, card, context);
  const [shownTitle, shownBody] = [renderTemplate(title, values), renderTemplate(body, values)];
  if ('missing' in shownTitle) return { skip: skipReason(shownTitle.missing) };
  if ('missing' in shownBody) return { skip: skipReason(shownBody.missing) };
  // Addresses of a card are complete; paths that a person wrote are not.
  const ofShop = (address: string) => (address.startsWith('/') ? origin + address : address);
  const image =
    texts.image === productPicture
      ? card && context.links.picture(card.image_url)
      : texts.image && ofShop(texts.image);
  const page = texts.url === productPage ? card && context.links.page(card.url, card.id) : ofShop(texts.url);
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

/** Names of the shop's tables may contain anything; in a notification they are one line without control characters. */
function valuesOf(
  name: string | undefined,
  card: Card | undefined,
  { currency, shopName, locale, personLocale }: MessageContext & { readonly personLocale: string | null },
): Values {
  const price = card?.pay_cents ?? undefined;
  return {
    name: name === undefined ? undefined : quotedLine(name).slice(0, maxValue),
    'product.name': card && quotedLine(card.name).slice(0, maxValue),
    'product.category': card && quotedLine(card.category).slice(0, maxValue),
    price:
      price === undefined ? undefined : formatMoney(price, currency, numberLocale(personLocale ?? locale)),
    shop: shopName,
  };
}

/** UTF-16 units of a value; whole texts are cut at graphemes later. */
const maxValue = 600;
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
