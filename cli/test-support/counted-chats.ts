// Chats whose times a test knows → the figures that `couture chat report` must have about them, counted one by one.

/** Times in seconds of the day. */
export interface CountedChat {
  readonly arrived: number;
  readonly answered: number;
  readonly resolved: number;
  /** Whether the target for the first response passed. */
  readonly missed: boolean;
  readonly score?: number | undefined;
}

/** The figures of the report about these chats, counted one by one. */
export function countByHand(chats: readonly CountedChat[]) {
  const scores = chats.flatMap(({ score }) => score ?? []);
  return {
    chats: chats.length,
    offline: 0,
    answered: chats.length,
    missed: chats.filter((chat) => chat.missed).length,
    resolved: chats.length,
    first_response: quantiles(chats.map(({ arrived, answered }) => answered - arrived)),
    resolution: quantiles(chats.map(({ arrived, resolved }) => resolved - arrived)),
    ratings: scores.length,
    score: round(scores.reduce((sum, score) => sum + score, 0) / scores.length),
    satisfied: scores.filter((score) => score >= 4).length,
  };
}

/** Median and 90th percentile, between two values in proportion. */
function quantiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((x, y) => x - y);
  return [0.5, 0.9].map((share) => {
    const at = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
    return round(low + (high - low) * (at % 1));
  });
}

export function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
