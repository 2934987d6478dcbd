// Messages of a journey, checked when they are sent: occasions → what makes them pointless by now, or their payloads.
import type { Queryable } from '../../../sql/pool.ts';
import type { Addressee } from '../../../sql/store/push/addressees.ts';
import { stillInBags } from '../../../sql/store/push/bags.ts';
import type { Campaign } from '../../../sql/store/push/campaigns.ts';
import type { JourneyRule } from '../../../sql/store/push/journey-rules.ts';
import { boughtSince, type Occasion, type OccasionAddressee } from '../../../sql/store/push/occasions.ts';
import { scaleOf } from '../../contract/money.ts';
import type { Card } from '../../shop/card-cache.ts';
import { type Composed, type Composer, payloadOptions } from '../composer.ts';
import { messageContext, type PersonalSettings } from '../content/personal-composer.ts';
import { PersonalContent } from '../content/personal-content.ts';
import { composePersonal, type ParsedMessage, parseMessage } from '../content/personal-message.ts';
import { originOfLinks } from '../message.ts';
import { type JourneyTexts, journeyTexts } from './journey-texts.ts';

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
    const parsed = new Map<string, { texts: JourneyTexts; message: ParsedMessage }>();
    const context = messageContext(this.#settings);
    const { config } = this.#settings;
    // The bag is that of couture's own storefront.
    const origin = originOfLinks(this.#name === 'bag' ? { ...config, shopUrl: undefined } : config);
    const messageFor = (locale: string | null) => {
      const texts = journeyTexts(this.#name, locale, this.#settings.config.locale);
      let found = parsed.get(texts.lang);
      if (!found) {
        found = { texts, message: parseMessage(texts) };
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
              { ...context, personLocale: occasion.locale, tag },
              { ...payloadOptions(campaign, occasion, origin), lang: texts.lang },
            );
          });
        };
      },
    };
  }

  /** A message about no product is pointless after any order. */
  #bought(pool: Queryable, occasions: readonly Occasion[]): Promise<boolean[]> {
    const any = this.#rule.stops.includes('ordered');
    const asked = any ? occasions.map((each) => ({ ...each, product_id: null })) : occasions;
    return boughtSince(pool, this.#settings.source.ids, asked);
  }
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
