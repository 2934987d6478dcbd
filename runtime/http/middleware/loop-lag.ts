// Whether the event loop keeps up: gaps between ticks of a timer → whether most of the last seconds was lost in long ones.

/** Milliseconds between two ticks. */
const tick = 50;

/** Milliseconds that a gap may last: it delays everybody who asks meanwhile. */
const longGap = 500;

/** Milliseconds of ticks that are judged. */
const window = 3_000;

/** A process that was stopped (a suspended machine, SIGSTOP) used no processor meanwhile; a busy one used at least this share. */
const leastBusy = 0.05;

export interface Gap {
  /** Milliseconds from one tick to the next. */
  readonly length: number;
  /** Milliseconds of processor time that the process used in it. */
  readonly busy: number;
}

export class LoopLag {
  #gaps: Gap[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #cpu = 0;

  start(): void {
    [this.#last, this.#cpu] = [performance.now(), processorTime()];
    this.#timer = setInterval(() => this.#tick(), tick).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** The share of the last seconds that was lost in long gaps, from 0 to 1. */
  get share(): number {
    return lostShare(this.#gaps);
  }

  #tick(): void {
    const [now, cpu] = [performance.now(), processorTime()];
    this.#gaps = [...this.#gaps, { length: now - this.#last, busy: cpu - this.#cpu }];
    [this.#last, this.#cpu] = [now, cpu];
    let span = 0;
    const first = this.#gaps.findLastIndex((gap) => (span += gap.length) >= window);
    // A busy loop ticks rarely: four gaps at least, so that the longest never decides alone.
    if (first > 0) this.#gaps = this.#gaps.slice(Math.min(first, Math.max(0, this.#gaps.length - 4)));
  }
}

/**
 * The share of the time that was lost in gaps of half a second and more. Left out are gaps in which the process did not
 * run, and the longest of the others: a mean over all refused every request for a second after one pause of 12 s.
 */
export function lostShare(gaps: readonly Gap[]): number {
  const ran = gaps.filter(({ length, busy }) => length < longGap || busy >= leastBusy * length);
  let [total, lost, longest] = [0, 0, 0];
  for (const { length } of ran) {
    total += length;
    if (length >= longGap) lost += length;
    longest = Math.max(longest, length);
  }
  if (longest >= longGap) lost -= longest;
  return lost === 0 ? 0 : lost / (total - longest);
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
