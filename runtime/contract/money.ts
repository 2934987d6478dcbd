// Money of the shop: amounts ↔ integer cents, and the price of a bundle. The checkout, the API and the browser's cart all
// calculate with these functions; with any other rounding the checkout would answer `price_changed` to what a cart shows.
// "Cents" are the minor units of the currency: hundredths of a euro, thousandths of a dinar, whole yen.

export interface BundlePrice {
  readonly originalCents: number;
  readonly savingCents: number;
  readonly bundleCents: number;
}

/**
 * Decimals of the currencies that do not have two (ISO 4217, amendment 176). Not from Intl: it knows how prices are usually
 * written, which is without the hundredths of a forint or a rupiah, and differs between the versions of a browser.
 */
const decimals: ReadonlyMap<string, number> = new Map(
  [
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    '',
    '',
    'BHD IQD JOD KWD LYD OMR TND',
    'CLF UYW',
  ].flatMap((codes, count) => codes.split(' ').map((code) => [code, count] as const)),
);

/** Decimals of a currency's amounts: EUR 2, KWD 3, JPY 0; 2 if the code is unknown. */
export function decimalsOf(currency: string): number {
  return decimals.get(currency) ?? 2;
}

/** Cents in one unit of the currency: EUR 100, KWD 1000, JPY 1. */
export function scaleOf(currency: string): number {
  return 10 ** decimalsOf(currency);
}

/** Currency units → integer cents: 89.95 EUR → 8995. */
export function centsOf(units: number, currency: string): number {
  return Math.round(units * scaleOf(currency));
}

/** The price that a shopper pays for a product, in cents. */
export function payCents(
  card: { readonly price: number; readonly discounted_price: number | null },
  currency: string,
): number {
  return centsOf(card.discounted_price ?? card.price, currency);
}

/** Integer cents → currency units: 8995 → 89.95 EUR. */
export function unitsOf(cents: number, currency: string): number {
  return cents / scaleOf(currency);
}

/** Integer cents → a decimal with the currency's decimals, for machines: 8990 → "89.90" EUR. */
export function decimalOf(cents: number, currency: string): string {
  return unitsOf(cents, currency).toFixed(decimalsOf(currency));
}

/**
 * Prices products as a bundle: original price − saving = bundle price, exactly.
 * @param cents price of each product
 * @param share discount as a share of the price; half a cent rounds up, in favour of the shopper
 */
export function bundlePrice(cents: readonly number[], share: number): BundlePrice {
  const originalCents = cents.reduce((sum, each) => sum + each, 0);
  const savingCents = bundleSaving(originalCents, share);
  return { originalCents, savingCents, bundleCents: originalCents - savingCents };
}

/** Cents that a bundle saves of its original price. */
export function bundleSaving(originalCents: number, share: number): number {
  // In millionths, so that .1 × 29.95 does not end up slightly below the half.
  return Math.floor((originalCents * Math.round(share * 1e6) + 5e5) / 1e6);
}

const formats = new Map<string, Intl.NumberFormat>();

/**
 * Integer cents → a price for people: 8995 EUR → "€89.95" in English. A whole amount is written as the language usually
 * writes the currency: 1,290 Ft.
 * @param locale BCP 47
 */
export function formatMoney(cents: number, currency: string, locale: string): string {
  const isWhole = cents % scaleOf(currency) === 0;
  const key = `${locale} ${currency} ${isWhole}`;
  let format = formats.get(key);
  if (!format) {
    const digits = decimalsOf(currency);
    const style = { style: 'currency', currency } as const;
    const usual = new Intl.NumberFormat(locale, style).resolvedOptions().minimumFractionDigits ?? digits;
    format = new Intl.NumberFormat(locale, {
      ...style,
      minimumFractionDigits: isWhole ? Math.min(usual, digits) : digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  return format.format(unitsOf(cents, currency));
}
