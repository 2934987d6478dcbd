// Messages of a journey, checked when they are sent: occasions → what makes them pointless by now, or their payloads.
import type { Queryable } from '../../../sql/pool.ts';
import type { Addressee } from '../../../sql/store/push/addressees.ts';
import { stillInBags } from '../../../sql/store/push/bags.ts';
import type { Campaign } from '../../../sql/store/push/campaigns.ts';
import { type JourneyRule, orderOfOccasion } from '../../../sql/store/push/journey-rules.ts';
import { boughtSince, type Occasion, type OccasionAddressee } from '../../../sql/store/push/occasions.ts';
import { ordersOfCustomers, type ShopOrder } from '../../../sql/store/push/order-stages.ts';
import { scaleOf } from '../../contract/money.ts';
import type { Card } from '../../shop/card-cache.ts';
import { type Composed, type Composer, payloadOptions } from '../composer.ts';
import { fitPayload } from '../content/fit-payload.ts';
import { messageContext, type PersonalSettings, priceLocale } from '../content/personal-composer.ts';
import { PersonalContent } from '../content/personal-content.ts';
import { composePersonal, type ParsedMessage, parseMessage } from '../content/personal-message.ts';
import { originOfLinks } from '../message.ts';
import { type JourneyTexts, journeyTexts, settingsButton } from './journey-texts.ts';
import { orderTexts } from './order-texts.ts';
import { stageOf } from './watch-orders.ts';

export class JourneyMessages {
  readonly #name: string;
  readonly #rule: JourneyRule;
  readonly #settings: PersonalSettings;
  readonly #content: PersonalContent;

  constructor(name: string, rule: JourneyRule, settings: PersonalSettings) {
    this.#name = name;
    this.#rule = rule;
    this.#settings = settings;
    this.#content = new PersonalContent(settings.source);
  }

  /** Why each of these messages would be pointless now; undefined if it would not. */
  async stops(occasions: readonly Occasion[]): Promise<Array<string | undefined>> {
    if (this.#rule.stops.includes('stage')) return stagesPassed(occasions, await this.#orders(occasions));
    const { stops } = this.#rule;
    const { pool, currency } = this.#settings.source;
    const asksOrders = stops.includes('bought') || stops.includes('ordered');
    const [bought, inBag, cards] = await Promise.all([
      asksOrders ? this.#bought(pool, occasions) : undefined,
      stops.includes('bag') ? stillInBags(pool, occasions) : undefined,
      this.#content.cards(
        new Set(occasions.flatMap(({ product_id }) => (product_id === null ? [] : [product_id]))),
      ),
    ]);
    const scale = scaleOf(currency);
    return occasions.map((occasion, at) => {
      if (bought?.[at]) return 'bought';
      if (inBag && !inBag[at]) return 'bag';
      const card = occasion.product_id === null ? undefined : cards.get(occasion.product_id);
      if (stops.includes('sold_out') && !card?.in_stock) return 'sold_out';
      if (stops.includes('price') && !isCheaper(card, occasion.price, scale)) return 'price';
      return undefined;
    });
  }

  composer(campaign: Campaign, now: () => Date): Composer {
    return this.#rule.stops.includes('stage')
      ? this.#orderComposer(campaign, now)
      : this.#productComposer(campaign, now);
  }

  #productComposer(campaign: Campaign, now: () => Date): Composer {
    const parsed = new Map<string, { texts: JourneyTexts; message: ParsedMessage }>();
    const context = messageContext(this.#settings);
    const { config } = this.#settings;
    const origin = this.#name === 'bag' ? this.#ownOrigin() : originOfLinks(config);
    // Topics are chosen in couture's own storefront, unless the shop has a site of its own.
    const hasSettings = this.#rule.limits === 'all' && config.storefront && config.shopUrl === undefined;
    const messageFor = (locale: string | null) => {
      const texts = journeyTexts(this.#name, locale, this.#settings.config.locale);
      let found = parsed.get(texts.lang);
      if (!found) {
        const actions = hasSettings ? { actions: [settingsButton(texts.lang)] } : {};
        found = { texts, message: parseMessage({ ...texts, ...actions }) };
        parsed.set(texts.lang, found);
      }
      return found;
    };
    const { wanted } = messageFor(null).message;
    return {
      prepare: async (batch) => {
        const read = await this.#content.prepare(
          batch.map((each) => each.customer_id),
          // Lists are only for messages that are about no product of their own.
          {
            ...wanted,
            product: wanted.product && batch.some((each) => occasionOf(each).product_id === null),
          },
        );
        return async (chunk) => {
          const occasions = chunk.map(occasionOf);
          const stops = await this.stops(occasions);
          const people = await read(chunk.map((each) => each.customer_id));
          const own = await this.#content.cards(occasions.flatMap(({ product_id }) => product_id ?? []));
          return occasions.map((occasion, at): Composed => {
            const stop = occasion.expires_at <= now() ? 'expired' : stops[at];
            if (stop) return { skip: stop };
            const { texts, message } = messageFor(occasion.locale);
            const card =
              occasion.product_id === null ? people[at]!.card : named(own.get(occasion.product_id));
            const tag = tagOf(this.#name, occasion.product_id);
            return composePersonal(
              message,
              { name: people[at]!.name, card },
              { ...context, personLocale: priceLocale(occasion.locale, texts.lang), tag },
              { ...payloadOptions(campaign, occasion, origin), lang: texts.lang },
            );
          });
        };
      },
    };
  }

  /** Orders are read once for each chunk: for their stage, and for the number to show. */
  #orderComposer(campaign: Campaign, now: () => Date): Composer {
    const { config } = this.#settings;
    const [url, origin] = config.storefront ? ['/account', this.#ownOrigin()] : ['/', originOfLinks(config)];
    return {
      prepare: async () => async (chunk) => {
        const occasions = chunk.map(occasionOf);
        const orders = await this.#orders(occasions);
        const stops = stagesPassed(occasions, orders);
        return occasions.map((occasion, at): Composed => {
          const stop = occasion.expires_at <= now() ? 'expired' : stops[at];
          if (stop) return { skip: stop };
          const { stage, orderId } = orderOfOccasion(occasion.occasion);
          const { lang, ...texts } = orderTexts(
            stage,
            orders.get(orderId)!.number,
            occasion.locale,
            config.locale,
          );
          // A later stage of the order replaces an earlier one.
          const tag = `order-${orderId.replaceAll(/[^\w-]/g, '').slice(-26)}`;
          const options = { ...payloadOptions(campaign, occasion, origin), lang };
          const payload = fitPayload({ ...texts, url: (origin ?? '') + url, tag }, options);
          return payload === undefined ? { skip: 'too_large' } : { payload };
        });
      },
    };
  }

  #orders(occasions: readonly Occasion[]): Promise<Map<string, ShopOrder>> {
    const { pool, ids } = this.#settings.source;
    return ordersOfCustomers(
      pool,
      ids.customer,
      occasions.map(({ customer_id }) => customer_id),
    );
  }

  /** The address of couture's own storefront, which has the bag and the account. */
  #ownOrigin(): string | undefined {
    return originOfLinks({ ...this.#settings.config, shopUrl: undefined });
  }

  /** A message about no product is pointless after any order. */
  #bought(pool: Queryable, occasions: readonly Occasion[]): Promise<boolean[]> {
    const any = this.#rule.stops.includes('ordered');
    const asked = any ? occasions.map((each) => ({ ...each, product_id: null })) : occasions;
    return boughtSince(pool, this.#settings.source.ids, asked);
  }
}

/** A message about a stage is pointless once the order is at another one, or the customer's no more. */
function stagesPassed(
  occasions: readonly Occasion[],
  orders: ReadonlyMap<string, ShopOrder>,
): Array<string | undefined> {
  return occasions.map(({ occasion, customer_id }) => {
    const { stage, orderId } = orderOfOccasion(occasion);
    const order = orders.get(orderId);
    return order?.customer_id === customer_id && stageOf(order) === stage ? undefined : 'stage';
  });
}

/** The source of a journey yields no other addressees. */
function occasionOf(addressee: Addressee): OccasionAddressee {
  return addressee as OccasionAddressee;
}

function isCheaper(card: Card | undefined, price: number | null, scale: number): boolean {
  return (
    typeof card?.pay_cents === 'number' && (price === null || card.pay_cents < Math.round(price * scale))
  );
}

/** A product without a name is shown by its id. */
function named(card: Card | undefined): Card | undefined {
  return card && card.name.trim() === '' ? { ...card, name: card.id } : card;
}

/** A later message about the same product replaces an earlier one. */
function tagOf(journey: string, productId: string | null): string {
  const kind = { 'price-drop': 'price', 'back-in-stock': 'stock' }[journey] ?? journey;
  return `${kind}-${productId ?? ''}`.replaceAll(/[^\w-]/g, '').slice(0, 32);
}
