// The words of pages before the app runs, as the app then writes them (web/locales; a browser test compares the two).
import { type Locale, locales } from '../../contract/shop.ts';

export interface PageWords {
  readonly heroTitle: string;
  readonly heroText: string;
  readonly shopDresses: string;
  readonly startShopping: string;
  readonly topRated: string;
  readonly trending: string;
  readonly byCategory: string;
  readonly categories: string;
  readonly home: string;
  readonly breadcrumb: string;
  readonly items: string;
  readonly variants: string;
  readonly sale: string;
  readonly soldOut: string;
  readonly inStock: string;
  readonly bag: string;
  readonly goesWell: string;
  readonly remove: string;
  readonly checkout: string;
  readonly sampleOrder: string;
  readonly noScript: string;
  readonly siteMap: string;
  readonly results: (words: string) => string;
  readonly from: (price: string) => string;
  readonly nowBefore: (now: string, before: string) => string;
  readonly variantCount: (count: string) => string;
  readonly colourCount: (count: string) => string;
  /** @param reviews formatted; undefined: a single one */
  readonly rated: (rating: string, reviews: string | undefined) => string;
}

const en: PageWords = {
  heroTitle: 'Clothes worth keeping for years',
  heroText: 'Dresses, knitwear, bags and shoes, each one chosen to go with the rest.',
  shopDresses: 'Shop dresses',
  startShopping: 'Start shopping',
  topRated: 'Top rated',
  trending: 'Trending now',
  byCategory: 'Shop by category',
  categories: 'Categories',
  home: 'Home',
  breadcrumb: 'Breadcrumb',
  items: 'Items',
  variants: 'Variants',
  sale: 'Sale',
  soldOut: 'Sold out',
  inStock: 'In stock',
  bag: 'Your bag',
  goesWell: 'Goes well with your bag',
  remove: 'Remove',
  checkout: 'Checkout',
  sampleOrder:
    'This is a sample shop: it takes no payment and delivers nothing. Your name and address stay in this tab. The order itself is real and counts towards tomorrow’s recommendations.',
  noScript: 'Search, bag and checkout need JavaScript. Without it you can browse the catalogue.',
  siteMap: 'Site map',
  results: (words) => `“${words}”`,
  from: (price) => `from ${price}`,
  nowBefore: (now, before) => `now ${now}, before ${before}`,
  variantCount: (count) => `${count} variants`,
  colourCount: (count) => `${count} colours`,
  rated: (rating, reviews) =>
    reviews === undefined
      ? `Rated ${rating} out of 5, 1 review`
      : `Rated ${rating} out of 5, ${reviews} reviews`,
};

const de: PageWords = {
  heroTitle: 'Mode, die Jahre bleibt',
  heroText: 'Kleider, Strick, Taschen und Schuhe: jedes Stück so ausgesucht, dass es zum Rest passt.',
  shopDresses: 'Kleider entdecken',
  startShopping: 'Jetzt einkaufen',
  topRated: 'Am besten bewertet',
  trending: 'Gerade gefragt',
  byCategory: 'Nach Kategorie einkaufen',
  categories: 'Kategorien',
  home: 'Startseite',
  breadcrumb: 'Navigationspfad',
  items: 'Artikel',
  variants: 'Varianten',
  sale: 'Reduziert',
  soldOut: 'Ausverkauft',
  inStock: 'Vorrätig',
  bag: 'Deine Tasche',
  goesWell: 'Passt gut zu deiner Tasche',
  remove: 'Entfernen',
  checkout: 'Kasse',
  sampleOrder:
    'Das ist ein Beispielshop: Er nimmt keine Zahlung an und liefert nichts. Dein Name und deine Adresse bleiben in diesem Tab. Die Bestellung selbst ist echt und zählt für die Empfehlungen von morgen.',
  noScript: 'Suche, Tasche und Kasse brauchen JavaScript. Ohne kannst du durch das Sortiment blättern.',
  siteMap: 'Sitemap',
  results: (words) => `„${words}“`,
  from: (price) => `ab ${price}`,
  nowBefore: (now, before) => `jetzt ${now}, vorher ${before}`,
  variantCount: (count) => `${count} Varianten`,
  colourCount: (count) => `${count} Farben`,
  rated: (rating, reviews) =>
    reviews === undefined ? `${rating} von 5, eine Bewertung` : `${rating} von 5, ${reviews} Bewertungen`,
};

const ar: PageWords = {
  heroTitle: 'ملابس تبقى معك سنوات',
  heroText: 'فساتين وملابس محبوكة وحقائب وأحذية، اختيرت كل قطعة منها لتتناسق مع سواها.',
  shopDresses: 'تسوق الفساتين',
  startShopping: 'ابدأ التسوق',
  topRated: 'الأعلى تقييمًا',
  trending: 'الرائج الآن',
  byCategory: 'تسوق حسب الفئة',
  categories: 'الفئات',
  home: 'الرئيسية',
  breadcrumb: 'مسار التنقل',
  items: 'المنتجات',
  variants: 'الخيارات',
  sale: 'تخفيض',
  soldOut: 'نفدت الكمية',
  inStock: 'متوفرة',
  bag: 'سلتك',
  goesWell: 'يتناسق مع سلتك',
  remove: 'إزالة',
  checkout: 'إتمام الشراء',
  sampleOrder:
    'هذا متجر تجريبي: لا يتلقى أي دفعات ولا يسلّم شيئًا. يبقى اسمك وعنوانك في علامة التبويب هذه. أما الطلب نفسه فحقيقي ويُحتسب في توصيات الغد.',
  noScript: 'يحتاج البحث والسلة وإتمام الشراء إلى JavaScript. يمكنك من دونه تصفح المنتجات.',
  siteMap: 'خريطة الموقع',
  results: (words) => `«\u2068${words}\u2069»`,
  from: (price) => `من ${price}`,
  nowBefore: (now, before) => `الآن ${now}، سابقًا ${before}`,
  variantCount: (count) => `عدد الخيارات: ${count}`,
  colourCount: (count) => `عدد الألوان: ${count}`,
  rated: (rating, reviews) =>
    reviews === undefined
      ? `التقييم ${rating} من أصل خمس نجوم، تقييم واحد`
      : `التقييم ${rating} من أصل خمس نجوم، عدد التقييمات: ${reviews}`,
};

export const pageWords: Readonly<Record<Locale, PageWords>> = { en, de, ar };

/** The languages of pages. */
export const pageLocales = locales;
