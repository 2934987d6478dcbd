// What a shopper's message asks for: words per language → topics, and the language that the message is written in. Simple
// rules, without a model: a topic is asked for if the message has one of its words. README.md explains how to change them.
import type { Locale } from '../contract/shop.ts';
import type { AnswerTopic } from '../contract/shop-answer.ts';

/**
 * Language → topic → words. A word matches at the start of a word of the message, so `deliver` also finds `delivery`; one that
 * ends with `.` matches a whole word only; a phrase matches as it is.
 */
const questions: Readonly<Record<Locale, Readonly<Record<AnswerTopic, readonly string[]>>>> = {
  en: {
    order: [
      'order',
      'deliver',
      'parcel',
      'package',
      'shipped',
      'shipping',
      'shipment',
      'track',
      'arrive',
      'courier',
    ],
    return: ['return', 'refund', 'send back', 'sending back', 'send it back', 'exchange', 'money back'],
    stock: [
      'in stock',
      'stock.',
      'size',
      'available',
      'availability',
      'restock',
      'sold out',
      'have this in',
      'colour',
      'color.',
      'colors',
    ],
    similar: ['similar', 'alternative', 'instead', 'something like', 'sold out', 'recommend'],
    hours: [
      'open.',
      'opening',
      'hours.',
      'closed.',
      'available today',
      'when are you',
      'until when',
      'business hours',
    ],
  },
  de: {
    order: [
      'bestell',
      'liefer',
      'paket',
      'sendung',
      'versand',
      'versend',
      'verschickt',
      'ankommen',
      'kommt an',
      'tracking',
    ],
    return: [
      'rückgabe',
      'rueckgabe',
      'retour',
      'zurückgeb',
      'zurückschick',
      'zurücksend',
      'umtausch',
      'erstatt',
      'widerruf',
      'geld zurück',
    ],
    stock: [
      'vorrätig',
      'vorraetig',
      'lieferbar',
      'verfügbar',
      'verfuegbar',
      'größe',
      'groesse',
      'gr.',
      'auf lager',
      'ausverkauft',
      'noch da',
      'farbe',
    ],
    similar: ['ähnlich', 'aehnlich', 'alternative', 'stattdessen', 'ausverkauft', 'empfehl'],
    hours: [
      'geöffnet',
      'öffnungszeit',
      'oeffnungszeit',
      'erreichbar',
      'wann habt ihr',
      'wie lange seid ihr',
      'geschlossen',
    ],
  },
  ar: {
    order: [
      'طلب',
      'الطلب',
      'شحن',
      'الشحن',
      'توصيل',
      'التوصيل',
      'وصول',
      'تصل',
      'يصل',
      'شحنة',
      'الشحنة',
      'تتبع',
    ],
    return: ['إرجاع', 'ارجاع', 'استرجاع', 'أرجع', 'ارجع', 'استبدال', 'استرداد', 'مرتجع'],
    stock: ['متوفر', 'متاح', 'مقاس', 'المقاس', 'قياس', 'نفد', 'المخزون', 'لون'],
    similar: ['مشابه', 'يشبه', 'مثل', 'بديل', 'تنصح'],
    hours: ['تفتح', 'مفتوح', 'ساعات', 'أوقات', 'اوقات', 'دوام', 'متى تعمل'],
  },
};

/** Words that only one of the languages has. */
const common: Readonly<Record<'en' | 'de', readonly string[]>> = {
  en: [
    'the',
    'is',
    'my',
    'where',
    'when',
    'do',
    'does',
    'you',
    'have',
    'can',
    'please',
    'and',
    'it',
    'what',
    'this',
    'for',
    'hello',
    'thanks',
  ],
  de: [
    'ich',
    'ist',
    'mein',
    'meine',
    'wo',
    'wann',
    'habt',
    'haben',
    'sie',
    'ihr',
    'kann',
    'bitte',
    'und',
    'der',
    'die',
    'das',
    'nicht',
    'hallo',
    'danke',
    'gibt',
    'es',
    'noch',
  ],
};

/** The topics that these texts ask for, in the order in which they first do. */
export function topicsOf(texts: readonly string[]): AnswerTopic[] {
  const text = ` ${plain(texts.join(' \n '))} `;
  const found: Array<{ topic: AnswerTopic; at: number }> = [];
  for (const ofLanguage of Object.values(questions))
    for (const [topic, words] of Object.entries(ofLanguage))
      for (const word of words) {
        const at = text.indexOf(` ${word.endsWith('.') ? `${word.slice(0, -1)} ` : word}`);
        if (at >= 0) found.push({ topic: topic as AnswerTopic, at });
      }
  found.sort((one, other) => one.at - other.at);
  return [...new Set(found.map(({ topic }) => topic))];
}

/** The language of these texts, if they tell. */
export function languageOf(texts: readonly string[]): Locale | undefined {
  const text = texts.join(' ');
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const arabic = text.match(/\p{Script=Arabic}/gu)?.length ?? 0;
  if (letters > 0 && arabic * 2 > letters) return 'ar';
  const words = plain(text).split(' ');
  const count = (known: readonly string[]) => words.filter((word) => known.includes(word)).length;
  const [english, german] = [count(common.en), count(common.de) + (/[äöüß]/i.test(text) ? 1 : 0)];
  return english === german ? undefined : english > german ? 'en' : 'de';
}

/** The value of `known` that these texts name as a word of its own, such as a size; undefined for none. */
export function namedIn(texts: readonly string[], known: readonly string[]): string | undefined {
  const text = ` ${plain(texts.join(' \n '))} `;
  return [...known]
    .sort((one, other) => other.length - one.length)
    .find((each) => text.includes(` ${plain(each)} `));
}

/** Lower case, one space between words, without punctuation and the marks of Arabic vowels; `it's` is one word. */
function plain(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/['’\u064b-\u0652\u0640]/g, '')
    .replaceAll(/[^\p{L}\p{N}½/]+/gu, ' ')
    .trim();
}
