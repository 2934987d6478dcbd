// The sentences of answers in the languages of the front end. Dates, amounts and lists come formatted.
import type { Locale } from '../contract/shop.ts';
import type { OrderStage } from '../contract/shop-answer.ts';

export interface AnswerWords {
  /** @param stage undefined: the shop doesn't say how far the order is */
  order(order: { number: string; date: string; items: string }, state: string | undefined): string;
  readonly stages: Readonly<Record<OrderStage, string>>;
  /** A status that no stage stands for, as the shop writes it. */
  status(status: string): string;
  track(url: string): string;
  readonly noOrders: string;
  returnWindow(days: number): string;
  returnUntil(number: string, date: string): string;
  returnEnded(number: string, date: string): string;
  inStock(product: string): string;
  soldOut(product: string): string;
  /** @param sizes in stock, formatted; undefined: none */
  sizes(product: string, sizes: string | undefined, gone: string | undefined): string;
  sizesOfColour(colour: string, sizes: string): string;
  sizeInStock(product: string, size: string, colours: string | undefined): string;
  sizeSoldOut(product: string, size: string, others: string | undefined): string;
  noSuchSize(product: string, size: string, others: string | undefined): string;
  similar(product: string, products: string): string;
  noSimilar(product: string): string;
  readonly alwaysOpen: string;
  hours(hours: string, zone: string): string;
  /** Of a day's hours. */
  readonly allDay: string;
  readonly openNow: string;
  opensAt(time: string): string;
  readonly closed: string;
}

const en: AnswerWords = {
  order: ({ number, date, items }, state) =>
    `You placed order ${number} on ${date}: ${items}.${state === undefined ? '' : ` ${state}`}`,
  stages: {
    processing: 'We’re preparing it.',
    partly_shipped: 'Part of it is on its way.',
    shipped: 'It’s on its way.',
    out_for_delivery: 'It’s out for delivery.',
    ready: 'It’s ready to collect.',
    delivered: 'It was delivered.',
    completed: 'It’s completed.',
    cancelled: 'It was cancelled.',
    refunded: 'It was refunded.',
  },
  status: (status) => `Its status is “${status}”.`,
  track: (url) => `Track it here: ${url}`,
  noOrders: 'There are no orders on your account.',
  returnWindow: (days) =>
    days === 1
      ? 'You can return items within one day of the order.'
      : `You can return items within ${days} days of the order.`,
  returnUntil: (number, date) => `For order ${number}, that’s until ${date}.`,
  returnEnded: (number, date) => `For order ${number}, that ended on ${date}.`,
  inStock: (product) => `${product} is in stock.`,
  soldOut: (product) => `${product} is sold out at the moment.`,
  sizes: (product, sizes, gone) =>
    sizes === undefined
      ? `${product} is sold out in all sizes at the moment.`
      : `${product} is in stock in ${sizes}.${gone === undefined ? '' : ` Sold out: ${gone}.`}`,
  sizesOfColour: (colour, sizes) => `${colour} (${sizes})`,
  sizeInStock: (product, size, colours) =>
    `Yes, ${product} is in stock in size ${size}${colours === undefined ? '' : `, in ${colours}`}.`,
  sizeSoldOut: (product, size, others) =>
    `${product} is sold out in size ${size} at the moment.${others === undefined ? '' : ` In stock: ${others}.`}`,
  noSuchSize: (product, size, others) =>
    `${product} doesn’t come in size ${size}.${others === undefined ? '' : ` In stock: ${others}.`}`,
  similar: (product, products) => `Similar to ${product}, and in stock: ${products}.`,
  noSimilar: (product) => `There’s nothing similar to ${product} in stock at the moment.`,
  alwaysOpen: 'You can reach us here at any time.',
  hours: (hours, zone) => `You can reach us ${hours} (${zone}).`,
  allDay: '24 hours',
  openNow: 'We’re open now.',
  opensAt: (time) => `We’re closed now and back on ${time}.`,
  closed: 'We’re closed at the moment.',
};

const de: AnswerWords = {
  order: ({ number, date, items }, state) =>
    `Deine Bestellung ${number} vom ${date}: ${items}.${state === undefined ? '' : ` ${state}`}`,
  stages: {
    processing: 'Wir bereiten sie gerade vor.',
    partly_shipped: 'Ein Teil davon ist unterwegs.',
    shipped: 'Sie ist unterwegs.',
    out_for_delivery: 'Sie ist in Zustellung.',
    ready: 'Sie liegt zur Abholung bereit.',
    delivered: 'Sie wurde zugestellt.',
    completed: 'Sie ist abgeschlossen.',
    cancelled: 'Sie wurde storniert.',
    refunded: 'Sie wurde erstattet.',
  },
  status: (status) => `Ihr Status ist „${status}“.`,
  track: (url) => `Hier kannst du sie verfolgen: ${url}`,
  noOrders: 'In deinem Konto gibt es keine Bestellungen.',
  returnWindow: (days) =>
    days === 1
      ? 'Du kannst Artikel innerhalb eines Tages nach der Bestellung zurückgeben.'
      : `Du kannst Artikel innerhalb von ${days} Tagen nach der Bestellung zurückgeben.`,
  returnUntil: (number, date) => `Bei Bestellung ${number} geht das bis zum ${date}.`,
  returnEnded: (number, date) => `Bei Bestellung ${number} ging das bis zum ${date}.`,
  inStock: (product) => `${product} ist vorrätig.`,
  soldOut: (product) => `${product} ist zurzeit ausverkauft.`,
  sizes: (product, sizes, gone) =>
    sizes === undefined
      ? `${product} ist zurzeit in allen Größen ausverkauft.`
      : `${product} ist vorrätig in ${sizes}.${gone === undefined ? '' : ` Ausverkauft: ${gone}.`}`,
  sizesOfColour: (colour, sizes) => `${colour} (${sizes})`,
  sizeInStock: (product, size, colours) =>
    `Ja, ${product} ist in Größe ${size} vorrätig${colours === undefined ? '' : `, in ${colours}`}.`,
  sizeSoldOut: (product, size, others) =>
    `${product} ist in Größe ${size} zurzeit ausverkauft.${others === undefined ? '' : ` Vorrätig: ${others}.`}`,
  noSuchSize: (product, size, others) =>
    `${product} gibt es nicht in Größe ${size}.${others === undefined ? '' : ` Vorrätig: ${others}.`}`,
  similar: (product, products) => `Ähnlich wie ${product} und vorrätig: ${products}.`,
  noSimilar: (product) => `Zurzeit ist nichts Ähnliches wie ${product} vorrätig.`,
  alwaysOpen: 'Du erreichst uns hier jederzeit.',
  hours: (hours, zone) => `Du erreichst uns ${hours} (${zone}).`,
  allDay: 'rund um die Uhr',
  openNow: 'Wir sind gerade da.',
  opensAt: (time) => `Gerade sind wir nicht da, wieder ab ${time}.`,
  closed: 'Gerade sind wir nicht da.',
};

const ar: AnswerWords = {
  order: ({ number, date, items }, state) =>
    `طلبك رقم ${number} بتاريخ ${date}: ${items}.${state === undefined ? '' : ` ${state}`}`,
  stages: {
    processing: 'نعمل على تجهيزه.',
    partly_shipped: 'جزء منه في الطريق إليك.',
    shipped: 'إنه في الطريق إليك.',
    out_for_delivery: 'خرج للتوصيل.',
    ready: 'إنه جاهز للاستلام.',
    delivered: 'تم تسليمه.',
    completed: 'اكتمل الطلب.',
    cancelled: 'تم إلغاؤه.',
    refunded: 'تم رد ثمنه.',
  },
  status: (status) => `حالته: «${status}».`,
  track: (url) => `يمكنك تتبعه هنا: ${url}`,
  noOrders: 'لا توجد طلبات في حسابك.',
  returnWindow: (days) => `مدة إرجاع المنتجات بالأيام من تاريخ الطلب: ${days}.`,
  returnUntil: (number, date) => `للطلب رقم ${number}: حتى ${date}.`,
  returnEnded: (number, date) => `للطلب رقم ${number}: انتهت المدة في ${date}.`,
  inStock: (product) => `المنتج ${product} متوفر.`,
  soldOut: (product) => `نفدت كمية ${product} حاليًا.`,
  sizes: (product, sizes, gone) =>
    sizes === undefined
      ? `نفدت كل مقاسات ${product} حاليًا.`
      : `مقاسات ${product} المتوفرة: ${sizes}.${gone === undefined ? '' : ` نفدت: ${gone}.`}`,
  sizesOfColour: (colour, sizes) => `${colour} (${sizes})`,
  sizeInStock: (product, size, colours) =>
    `نعم، ${product} متوفر بالمقاس ${size}${colours === undefined ? '' : `، الألوان: ${colours}`}.`,
  sizeSoldOut: (product, size, others) =>
    `نفد المقاس ${size} من ${product} حاليًا.${others === undefined ? '' : ` المتوفر: ${others}.`}`,
  noSuchSize: (product, size, others) =>
    `لا يوجد ${product} بالمقاس ${size}.${others === undefined ? '' : ` المتوفر: ${others}.`}`,
  similar: (product, products) => `منتجات متوفرة تشبه ${product}: ${products}.`,
  noSimilar: (product) => `لا يتوفر حاليًا ما يشبه ${product}.`,
  alwaysOpen: 'يمكنك التواصل معنا هنا في أي وقت.',
  hours: (hours, zone) => `أوقات التواصل معنا: ${hours} (${zone}).`,
  allDay: 'على مدار الساعة',
  openNow: 'نحن متاحون الآن.',
  opensAt: (time) => `لسنا متاحين الآن، ونعود ${time}.`,
  closed: 'لسنا متاحين الآن.',
};

export const answerWords: Readonly<Record<Locale, AnswerWords>> = { en, de, ar };
