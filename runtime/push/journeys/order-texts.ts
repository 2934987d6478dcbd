// Texts of messages about an order, by stage and language.

import type { AnnouncedStage } from '../../../sql/store/push/journey-rules.ts';
import { quotedLine } from '../../contract/text.ts';
import { languageOf } from './journey-texts.ts';

interface OrderWords {
  readonly titles: Readonly<Record<AnnouncedStage, string>>;
  order(number: string): string;
}

const words: Readonly<Record<string, OrderWords>> = {
  en: {
    titles: {
      shipped: 'Your order is on its way',
      out_for_delivery: 'Your order is out for delivery',
      ready: 'Your order is ready to collect',
      delivered: 'Your order was delivered',
      cancelled: 'Your order was cancelled',
      refunded: 'Your order was refunded',
    },
    order: (number) => `Order ${number}`,
  },
  de: {
    titles: {
      shipped: 'Deine Bestellung ist unterwegs',
      out_for_delivery: 'Deine Bestellung ist in Zustellung',
      ready: 'Deine Bestellung liegt zur Abholung bereit',
      delivered: 'Deine Bestellung wurde zugestellt',
      cancelled: 'Deine Bestellung wurde storniert',
      refunded: 'Deine Bestellung wurde erstattet',
    },
    order: (number) => `Bestellung ${number}`,
  },
  ar: {
    titles: {
      shipped: 'طلبك في الطريق إليك',
      out_for_delivery: 'خرج طلبك للتوصيل',
      ready: 'طلبك جاهز للاستلام',
      delivered: 'تم تسليم طلبك',
      cancelled: 'تم إلغاء طلبك',
      refunded: 'تم رد ثمن طلبك',
    },
    order: (number) => `الطلب ${number}`,
  },
};

/** Characters of an order's number: shops may write anything into it. */
const maxNumber = 60;

/**
 * The texts for a subscription's locale; English when there is no translation.
 * @param shops locale of the shop, for subscriptions without one
 */
export function orderTexts(
  stage: AnnouncedStage,
  number: string,
  locale: string | null,
  shops?: string,
): { readonly lang: string; readonly title: string; readonly body: string } {
  const lang = languageOf(words, locale, shops);
  const { titles, order } = words[lang]!;
  return { lang, title: titles[stage], body: order(quotedLine(number).slice(0, maxNumber)) };
}
