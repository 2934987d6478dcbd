// Answers from the shop's own data, without a language model: a question about orders, returns, stock, similar products or
// opening hours → structured data and a sentence in the visitor's language. Live prices and stock; orders as the views have them.
import type { Pool } from '../../sql/pool.ts';
import { type OrderFacts, orderFactsOf } from '../../sql/store/shop/order-facts.ts';
import { isId } from '../../sql/store/shop/shop-products.ts';
import { BusinessHours } from '../chat/business-hours.ts';
import type { Locale } from '../contract/shop.ts';
import type { AnsweredOrder, AnswerTopic, ShopAnswer } from '../contract/shop-answer.ts';
import type { Config } from '../core/options.ts';
import { listedProduct } from '../recommendations/list-wire.ts';
import { LiveLists } from '../recommendations/live-lists.ts';
import type { Storefront } from '../shop/storefront.ts';
import { variantsNow } from '../shop/variants-now.ts';
import { type AnswerWords, answerWords } from './answer-words.ts';
import { Formats } from './formats.ts';
import { groupName, variantWords } from './group-name.ts';
import { orderStage } from './order-stage.ts';
import { productOfPage } from './product-of-page.ts';
import { isoDay, returnDay } from './return-day.ts';
import { stockWords } from './stock-words.ts';

export type AnswerSettings = Pick<
  Config,
  'chatHours' | 'chatTimeZone' | 'returnDays' | 'returnText' | 'locale' | 'currency'
>;

/** Orders in one answer, and similar products. */
const maxOrders = 3;
const maxSimilar = 3;
/** Items of an order that are written out. */
const maxItems = 5;

type Of<Topic extends AnswerTopic> = Extract<ShopAnswer, { topic: Topic }>;

export class ShopAnswers {
  readonly #shop: Storefront;
  readonly #settings: AnswerSettings;
  readonly #hours: BusinessHours;
  readonly #formats = new Map<Locale, Formats>();

  constructor(shop: Storefront, settings: AnswerSettings) {
    this.#shop = shop;
    this.#settings = settings;
    this.#hours = new BusinessHours(settings.chatHours, settings.chatTimeZone);
  }

  get pool(): Pool {
    return this.#shop.pool;
  }

  /** The language of answers to someone whose own is unknown. */
  get language(): Locale {
    return this.#settings.locale ?? 'en';
  }

  /** The topics that this shop has answers to. */
  get topics(): AnswerTopic[] {
    return ['order', ...(this.#hasReturns ? (['return'] as const) : []), 'stock', 'similar', 'hours'];
  }

  /** The id of a product by any of its names, or of the product of a page; undefined if there is none. */
  async product(asked: { readonly id?: string; readonly page?: string }): Promise<string | undefined> {
    if (asked.id !== undefined) return (await this.#shop.productIds.find(asked.id, 'product_id'))?.id;
    return asked.page === undefined ? undefined : productOfPage(this.#shop, asked.page);
  }

  /**
   * A customer's newest orders; none if the id does not have the type of the shop's ids, as in chats of a former shop.
   * @throws CoutureError `source_unavailable` while the orders cannot be read: none would suggest that they are lost
   */
  async ordersOf(customerId: string): Promise<OrderFacts[]> {
    const { views, pool, ids } = this.#shop;
    if (!isId(ids.customer, customerId)) return [];
    return views.read(
      'order_line',
      'orders for answers',
      () => orderFactsOf(pool, ids.customer, customerId, maxOrders),
      () => Promise.reject(views.unavailable('orders')),
    );
  }

  /** @param orders newest first; only those of the asking person */
  async orders(orders: readonly OrderFacts[], language: Locale): Promise<Of<'order'>> {
    const [words, formats] = this.#in(language);
    const answered = await Promise.all(orders.map((order) => this.#answered(order)));
    const sentences = answered.map((order) => orderSentence(order, words, formats));
    return { topic: 'order', text: sentences.join('\n') || words.noOrders, orders: answered };
  }

  /** Undefined without a configured return window or text. */
  async returns(orders: readonly OrderFacts[], language: Locale): Promise<Of<'return'> | undefined> {
    const { returnDays, returnText } = this.#settings;
    if (!this.#hasReturns) return undefined;
    const [words, formats] = this.#in(language);
    const answered = await Promise.all(orders.map((order) => this.#answered(order)));
    const today = isoDay(new Date(), this.#settings.chatTimeZone);
    const deadlines = answered.flatMap(({ number, return_until: until }) => {
      if (until === null) return [];
      const date = formats.day(until);
      return [
        until < today
          ? words.returnEnded(formats.name(number), date)
          : words.returnUntil(formats.name(number), date),
      ];
    });
    const parts = [
      ...(returnDays === undefined ? [] : [words.returnWindow(returnDays)]),
      ...deadlines,
      ...(returnText === undefined ? [] : [returnText]),
    ];
    return { topic: 'return', text: parts.join(' '), days: returnDays ?? null, orders: answered };
  }

  /**
   * Which sizes and colours of a product are in stock; undefined if the shop doesn't have the product.
   * @param wanted a size that was asked for, as typed
   */
  async stock(id: string, language: Locale, wanted?: string): Promise<Of<'stock'> | undefined> {
    const now = await variantsNow(this.#shop, id);
    if (!now) return undefined;
    const [words, formats] = this.#in(language);
    const { wire } = this.#shop;
    const variants = now.group.map((card) => ({
      id: wire.id(card.id),
      ...(card.colour === null ? {} : { colour: card.colour }),
      ...(card.size === null ? {} : { size: card.size }),
      in_stock: card.in_stock,
    }));
    const name = groupName(
      now.group.map((card) => card.name),
      now.card.name,
    );
    const text = stockWords(name, variants, { words, formats, wanted });
    return { topic: 'stock', text, product: { ...this.#named(now.card), name }, variants };
  }

  /** Products in stock that are like this one; undefined if the shop doesn't have the product. */
  async similar(id: string, language: Locale): Promise<Of<'similar'> | undefined> {
    const { cards, served, wire } = this.#shop;
    const card = (await cards.read([id])).get(id);
    if (!card) return undefined;
    const [words, formats] = this.#in(language);
    const list = await new LiveLists(await served.current(), cards).similar(id, maxSimilar);
    const products = list.shown.map((each) => listedProduct(wire, each));
    const named = products.map(
      ({ name, discounted_price, price }) =>
        `${formats.name(name)} (${formats.money(discounted_price ?? price)})`,
    );
    const name = formats.name(card.name);
    const text = named.length === 0 ? words.noSimilar(name) : words.similar(name, formats.list(named));
    return { topic: 'similar', text, product: this.#named(card), products };
  }

  hours(language: Locale): Of<'hours'> {
    const [words, formats] = this.#in(language);
    const { chatHours, chatTimeZone } = this.#settings;
    const now = new Date();
    const open = this.#hours.isOpen(now);
    const opensAt = this.#hours.opensAt(now);
    const closed = opensAt ? words.opensAt(formats.appointment(opensAt)) : words.closed;
    const text = chatHours
      ? `${words.hours(formats.hours(chatHours, words.allDay), chatTimeZone)} ${open ? words.openNow : closed}`
      : words.alwaysOpen;
    return { topic: 'hours', text, open, opens_at: opensAt?.toISOString() ?? null };
  }

  get #hasReturns(): boolean {
    return this.#settings.returnDays !== undefined || this.#settings.returnText !== undefined;
  }

  #in(language: Locale): [AnswerWords, Formats] {
    let formats = this.#formats.get(language);
    if (!formats) {
      formats = new Formats(language, this.#settings.chatTimeZone, this.#settings.currency);
      this.#formats.set(language, formats);
    }
    return [answerWords[language], formats];
  }

  #named(card: { readonly id: string; readonly name: string; readonly url: string | null }) {
    const { wire } = this.#shop;
    return { id: wire.id(card.id), name: card.name, url: wire.addresses.product(card.url, card.id) };
  }

  async #answered(order: OrderFacts): Promise<AnsweredOrder> {
    const { cards, wire } = this.#shop;
    const known = await cards.read(new Set(order.lines.map(({ product_id }) => product_id)));
    const { returnDays, chatTimeZone } = this.#settings;
    return {
      number: order.number,
      ordered_at: order.ordered_at.toISOString(),
      stage: orderStage(order.status),
      status: order.status,
      tracking_url: isWebAddress(order.tracking_url) ? order.tracking_url : null,
      items: order.lines.map(({ product_id, quantity }) => {
        const card = known.get(product_id);
        return {
          product_id: wire.id(product_id),
          name: card?.name ?? null,
          quantity: Math.round(quantity),
          ...(card?.colour ? { colour: card.colour } : {}),
          ...(card?.size ? { size: card.size } : {}),
        };
      }),
      return_until: returnDays === undefined ? null : returnDay(order.ordered_at, returnDays, chatTimeZone),
    };
  }
}

function orderSentence(order: AnsweredOrder, words: AnswerWords, formats: Formats): string {
  const items = order.items.slice(0, maxItems).map(({ name, quantity, ...options }) => {
    const variant = variantWords(name ?? '', options);
    return `${quantity} × ${formats.name(name ?? '–')}${variant ? ` (${variant})` : ''}`;
  });
  const written = order.items.length > maxItems ? `${items.join(', ')} …` : formats.list(items);
  const state =
    order.stage !== null
      ? words.stages[order.stage]
      : order.status !== null
        ? words.status(order.status)
        : undefined;
  const said = words.order(
    {
      number: formats.name(order.number),
      date: formats.date(new Date(order.ordered_at)),
      items: written || '–',
    },
    state,
  );
  return order.tracking_url === null ? said : `${said} ${words.track(order.tracking_url)}`;
}

/** Whatever a shop's view has in that column, only links are shown as such. */
function isWebAddress(address: string | null): address is string {
  return address !== null && address.length <= 500 && /^https?:\/\/\S+$/.test(address);
}
