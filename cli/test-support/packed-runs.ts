// Orders as tests write them → runs of one partition, as the reader of the shop writes them.

export interface Run {
  /** -1: a guest. */
  readonly customer: number;
  readonly order: number;
  readonly day: number;
  /** Time of the day, in ticks. */
  readonly tick?: number;
  readonly items: readonly number[];
}

export function packedRuns(runs: readonly Run[]): Int32Array {
  return Int32Array.from(
    runs.flatMap(({ customer, order, day, items, tick = 0 }) => [
      customer,
      0,
      order,
      day,
      items.length,
      tick,
      ...items,
    ]),
  );
}
