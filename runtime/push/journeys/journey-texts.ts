// Texts of journeys by language, with placeholders.

import { type MessageTexts, productPage, productPicture } from '../content/personal-message.ts';
import type { PushAction } from '../message.ts';

type Texts = readonly [title: string, body: string];

const texts: Readonly<Record<string, Readonly<Record<string, Texts>>>> = {
  'price-drop': {
    en: ['{{product.name}}', 'The price has dropped.'],
    de: ['{{product.name}}', 'Jetzt günstiger.'],
    ar: ['{{product.name}}', 'انخفض السعر.'],
  },
  'back-in-stock': {
    en: ['{{product.name}}', 'Back in stock.'],
    de: ['{{product.name}}', 'Wieder verfügbar.'],
    ar: ['{{product.name}}', 'متوفر من جديد.'],
  },
  bag: {
    en: ['Still in your bag', '{{product.name}}: {{price}}'],
    de: ['Noch in deiner Tasche', '{{product.name}}: {{price}}'],
    ar: ['ما زال في سلتك', '{{product.name}}: {{price}}'],
  },
  viewed: {
    en: ['Still interested?', '{{product.name}}: {{price}}'],
    de: ['Noch interessiert?', '{{product.name}}: {{price}}'],
    ar: ['هل ما زلت مهتمًا؟', '{{product.name}}: {{price}}'],
  },
  'buy-again': {
    en: ['Time to restock?', '{{product.name}}: {{price}}'],
    de: ['Zeit für Nachschub?', '{{product.name}}: {{price}}'],
    ar: ['هل حان وقت الشراء من جديد؟', '{{product.name}}: {{price}}'],
  },
  welcome: {
    en: ['Thank you for your first order', 'We have picked something for you: {{product.name|have a look}}'],
    de: [
      'Danke für deine erste Bestellung',
      'Wir haben etwas für dich ausgesucht: {{product.name|schau vorbei}}',
    ],
    ar: ['شكرًا على طلبك الأول', 'اخترنا لك: {{product.name|ألقِ نظرة}}'],
  },
  'win-back': {
    en: ['{{name|Hello}}, this is new for you', '{{product.name}}: {{price}}'],
    de: ['{{name|Hallo}}, neu für dich', '{{product.name}}: {{price}}'],
    ar: ['{{name|مرحبًا}}، جديد لك', '{{product.name}}: {{price}}'],
  },
};

const settings: Readonly<Record<string, string>> = {
  en: 'Notification settings',
  de: 'Mitteilungen verwalten',
  ar: 'إعدادات الإشعارات',
};

/** The button that leads to the topics, so that a person who wants fewer messages need not block all of them. */
export function settingsButton(lang: string): PushAction {
  return { title: settings[lang]!, url: '/account' };
}

/** Journeys whose message was requested: they show the product's page, without a picture. */
const requested: ReadonlySet<string> = new Set(['price-drop', 'back-in-stock']);

export interface JourneyTexts extends MessageTexts {
  /** Their language. */
  readonly lang: string;
}

/**
 * The texts for a subscription's locale, such as de-AT; English when there is no translation.
 * @param shops locale of the shop, for subscriptions without one
 */
export function journeyTexts(journey: string, locale: string | null, shops?: string): JourneyTexts {
  const byLanguage = texts[journey]!;
  const lang = languageOf(byLanguage, locale, shops);
  const [title, body] = byLanguage[lang]!;
  return {
    lang,
    title,
    body,
    url: journey === 'bag' ? '/cart' : productPage,
    ...(requested.has(journey) ? {} : { image: productPicture }),
  };
}

/** The language of these that a locale asks for; English when there is no translation. */
export function languageOf(byLanguage: object, locale: string | null, shops?: string): string {
  const wanted = (locale ?? shops)?.split(/[-_]/)[0]?.toLowerCase() ?? '';
  return Object.hasOwn(byLanguage, wanted) ? wanted : 'en';
}
