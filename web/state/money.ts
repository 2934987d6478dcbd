// Formats money: cents of the shop's currency → text in the language of the page.
import {
  formatMoney,
  centsOf as inCents,
  unitsOf as inUnits,
  payCents as toPay,
} from '../../runtime/contract/money.ts';
import { formatLocale } from './locale.ts';

let currency = 'EUR';

/** @param code ISO 4217; an invalid code is ignored */
export function setCurrency(code: string | null | undefined): void {
  if (code && /^[A-Z]{3}$/.test(code)) currency = code;
}

/** An amount of the API → integer cents. */
export function centsOf(units: number, of = currency): number {
  return inCents(units, of);
}

/** Integer cents → an amount of the API. */
export function unitsOf(cents: number, of = currency): number {
  return inUnits(cents, of);
}

/** What a shopper pays for a product, in cents. */
export function payCents(card: Parameters<typeof toPay>[0], of = currency): number {
  return toPay(card, of);
}

/** 8995 → "€89.95". A whole amount is written as the language usually writes the currency: 1,290 Ft. */
export function formatCents(cents: number, of = currency): string {
  return formatMoney(cents, of, formatLocale());
}
