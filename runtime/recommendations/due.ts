// Entries of `buy_again` → which of them are due today. Days are UTC days in ISO form, which sort as text.
import type { BuyAgainEntry } from '../../sql/store/lists/served-lists.ts';
import type { Purchase } from '../../sql/store/shop/shop-customers.ts';
import type { Shown } from './compose.ts';

export interface DueEntry {
  readonly entry: BuyAgainEntry;
  /** Whole days between two purchases, at least one. */
  readonly every: number;
  /** Day of the next purchase, by the interval; null if orders have no dates. */
  readonly dueDay: string | null;
}

/** A due entry with the card of the variant that was bought. */
export interface ShownDue extends Shown {
  readonly due: DueEntry;
}

const dayMs = 86_400_000;

export function dueEntry(entry: BuyAgainEntry): DueEntry {
  const { lastDay } = entry;
  const every = Math.max(1, Math.round(entry.every));
  return { entry, every, dueDay: lastDay === null ? null : dayAt(Date.parse(lastDay) + every * dayMs) };
}

/** Whether the entry is due within `within` days from `now`; without dates every entry is. */
export function isDue({ dueDay }: DueEntry, within: number, now: number): boolean {
  return dueDay === null || dueDay <= dayAt(now + within * dayMs);
}

/** Product id → day of the latest of these purchases. */
export function newestByProduct(purchases: readonly Purchase[]): ReadonlyMap<string, string> {
  return new Map(
    purchases.flatMap(({ product_id, ordered_at }) =>
      // Postgres's infinity is not a Date.
      ordered_at instanceof Date && !Number.isNaN(ordered_at.getTime())
        ? [[product_id, dayAt(ordered_at.getTime())]]
        : [],
    ),
  );
}

/** Whether the product was bought, in any variant, after the purchase that the entry names. */
export function isBoughtSince({ entry }: DueEntry, newest: ReadonlyMap<string, string>): boolean {
  const { lastDay, variants } = entry;
  return lastDay !== null && variants.some((id) => (newest.get(id) ?? '') > lastDay);
}

/** When the UTC day of `now` ends. */
export function nextDay(now: number): number {
  return (Math.floor(now / dayMs) + 1) * dayMs;
}

function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
