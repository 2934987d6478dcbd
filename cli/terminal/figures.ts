// Formats figures for people: 9,512,004; 12.3 s; 1.8 GB; 64 %; €1,290.00.
import { centsOf, formatMoney } from '../../runtime/contract/money.ts';

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** 9512004 → `9,512,004`. */
export function count(value: number): string {
  return grouped.format(value);
}

/** Milliseconds → `820 ms`, `12.3 s`, `4 min 05 s`. */
export function seconds(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 100_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const whole = Math.round(milliseconds / 1_000);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Bytes → `812 MB`, `1.8 GB`. */
export function bytes(value: number): string {
  if (value < 1024 ** 2) return `${(value / 1024).toFixed(0)} KB`;
  if (value < 1024 ** 3) return `${(value / 1024 ** 2).toFixed(0)} MB`;
  return `${(value / 1024 ** 3).toFixed(1)} GB`;
}

/** 0.643 → `64.3 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** `1 customer`, `1,200 customers`. */
export function several(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** 1290 EUR → `€1,290.00`; 1290 JPY → `JP¥1,290`. */
export function money(units: number, currency: string): string {
  return formatMoney(centsOf(units, currency), currency, 'en-GB');
}
