// Order lines as columns: the output of both readers and the input of the basket log.

/** Up to `batchCapacity` order lines, column by column. The arrays are reused from batch to batch. */
export interface LineBatch {
  length: number;
  /** 64 bits that identify the order: the id itself for bigint, a hash of it for uuid and text. */
  readonly orderHigh: Int32Array;
  readonly orderLow: Int32Array;
  /** Dense customer index, −1 for a guest. */
  readonly customer: Int32Array;
  /** Dense product index, or one of `lineFault`. */
  readonly product: Int32Array;
  /** Days since 2000-01-01 UTC. */
  readonly day: Int32Array;
  /** Time since the beginning of the day, in units of `tickMicroseconds`: it orders what is of one day. */
  readonly tick: Int32Array;
  /** The line's range, of `rangeExpression`; only filled while ranges are read. */
  readonly range: Int32Array;
}

/** The smallest whole number with which the ticks of a day fit an int32. */
export const tickMicroseconds = 50;

export const ticksPerDay = 86_400_000_000 / tickMicroseconds;

/** Days beyond this (± 1,000 years) are ±infinity, the year 9999 or nonsense, and count as no date. */
export const lastDay = 365_250;

/** Negative product and item indexes: why a line is skipped. */
export const lineFault = {
  unknownProduct: -1,
  zeroPriceProduct: -2,
  nonPositiveQuantity: -3,
  noOrder: -4,
  noDate: -5,
  futureDate: -6,
  returned: -7,
  implausibleQuantity: -8,
} as const;

/** Names of the reasons in a build's `skipped` counters, in the order −1, −2, … of `lineFault`. */
export const lineFaultNames = [
  'unknown_product',
  'zero_price_product',
  'non_positive_quantity',
  'no_order',
  'no_date',
  'future_date',
  'returned',
  'implausible_quantity',
] as const;

/** The quantity with which a line is read of which all pieces came back. */
export const returnedQuantity = -(2 ** 31);

/** The quantity with which a line is read whose quantity is no number of pieces: an article number or an amount. */
export const implausibleQuantity = 2 ** 31 - 1;

/**
 * SQL of a line's quantity as an int4, over `shopView.order_line`; the column can be a bigint. Without returned_quantity,
 * Postgres drops the condition on it. A product counts once per order, so that what is left of a line doesn't change its weight.
 */
export const lineQuantity = `(case when quantity >= ${implausibleQuantity} then ${implausibleQuantity}
  when quantity <= 0 then 0 when returned_quantity >= quantity then ${returnedQuantity} else quantity end)::int4`;

/** Why a line of this quantity is skipped; undefined if it counts. */
export function quantityFault(quantity: number): number | undefined {
  if (quantity === implausibleQuantity) return lineFault.implausibleQuantity;
  if (quantity > 0) return undefined;
  return quantity === returnedQuantity ? lineFault.returned : lineFault.nonPositiveQuantity;
}

/** Lines per batch: large enough to amortise a call, small enough to stay in cache. */
export const batchCapacity = 8_192;

export function emptyBatch(): LineBatch {
  const column = () => new Int32Array(batchCapacity);
  return {
    length: 0,
    orderHigh: column(),
    orderLow: column(),
    customer: column(),
    product: column(),
    day: column(),
    tick: column(),
    range: column(),
  };
}
