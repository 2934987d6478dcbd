// Event-loop lag: gaps between ticks of a timer → share of the last seconds that was lost in long gaps.

/** Milliseconds between ticks. */
const tickInterval = 50;

/** Gaps from this many milliseconds on count as long: they delay every request that arrives meanwhile. */
const longGap = 500;

/** Milliseconds of the window. */
const window = 3_000;

/** Minimum CPU share of a blocked process. A stopped one (suspended machine, SIGSTOP) uses no CPU during the gap. */
const minBusyShare = 0.05;

export interface Gap {
  /** Milliseconds from one tick to the next. */
  readonly length: number;
  /** CPU time of the process in the gap, in milliseconds. */
  readonly busy: number;
}

export class LoopLag {
  #gaps: Gap[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #cpu = 0;

  start(): void {
    [this.#last, this.#cpu] = [performance.now(), cpuTime()];
    this.#timer = setInterval(() => this.#tick(), tickInterval).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Share of the window that was lost in long gaps, from 0 to 1. */
  get share(): number {
    return lostShare(this.#gaps);
  }

  #tick(): void {
    const [now, cpu] = [performance.now(), cpuTime()];
    this.#gaps = [...this.#gaps, { length: now - this.#last, busy: cpu - this.#cpu }];
    [this.#last, this.#cpu] = [now, cpu];
    let span = 0;
    const first = this.#gaps.findLastIndex((gap) => (span += gap.length) >= window);
    // A busy loop ticks rarely. Keep at least four gaps, so that the longest never decides alone.
    if (first > 0) this.#gaps = this.#gaps.slice(Math.min(first, Math.max(0, this.#gaps.length - 4)));
  }
}

/**
 * Share of the time that was lost in gaps of half a second or more. Ignores gaps in which the process did not run, and the
 * longest of the others: with a mean over all gaps, one pause of 12 s made it reject every request for a second.
 */
export function lostShare(gaps: readonly Gap[]): number {
  const ran = gaps.filter(({ length, busy }) => length < longGap || busy >= minBusyShare * length);
  let [total, lost, longest] = [0, 0, 0];
  for (const { length } of ran) {
    total += length;
    if (length >= longGap) lost += length;
    longest = Math.max(longest, length);
  }
  if (longest >= longGap) lost -= longest;
  return lost === 0 ? 0 : lost / (total - longest);
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
