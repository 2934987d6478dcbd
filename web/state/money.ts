// Formats money: cents of the shop's currency → text in the language of the page.
import { unitsOf } from '../../runtime/contract/money.ts';
import { getLocale } from './locale.ts';

let currency = 'EUR';
const formats = new Map<string, Intl.NumberFormat>();

/** @param code ISO 4217; an invalid code is ignored */
export function setCurrency(code: string | null | undefined): void {
  if (code && /^[A-Z]{3}$/.test(code)) currency = code;
}

export function getCurrency(): string {
  return currency;
}

/** 8995 → "€89.95". */
export function formatCents(cents: number, of = currency): string {
  const key = `${getLocale()} ${of}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(getLocale(), { style: 'currency', currency: of });
    formats.set(key, format);
  }
  return format.format(unitsOf(cents));
}
