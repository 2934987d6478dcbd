// Shares a scarce resource (bytes of memory, connections) among senders: each has at most its part of the whole, and waits
// for it in a short queue.
import { CoutureError } from '../core/errors.ts';

export interface BudgetOptions {
  /** What the resource is called in errors: "uploads". */
  readonly what: string;
  /** Units in use at any time, by all senders. */
  readonly total: number;
  /** Units in use by one sender. */
  readonly perSender: number;
  /** Maximum number of waiting tasks of one sender. */
  readonly maxWaiting: number;
  /** Milliseconds that a task waits at most. */
  readonly timeout: number;
}

interface Waiter {
  readonly sender: string;
  readonly cost: number;
  start(): void;
}

export class SharedBudget {
  readonly #options: BudgetOptions;
  readonly #used = new Map<string, number>();
  readonly #waitingOf = new Map<string, number>();
  #queue: Waiter[] = [];
  /** Units in use. */
  inUse = 0;
  /** Tasks refused so far. */
  refused = 0;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** Tasks that wait for their turn. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Runs the task once `cost` units are free; a cost above a sender's part counts as all of that part.
   * @throws CoutureError `too_many_requests` if the sender has too many waiting tasks, `overloaded` after the timeout
   */
  async run<T>(sender: string, cost: number, task: () => Promise<T>): Promise<T> {
    const release = await this.take(sender, cost);
    try {
      return await task();
    } finally {
      release();
    }
  }

  /** Waits for the units, for a caller that knows when it no longer needs them. @returns gives them back; idempotent */
  async take(sender: string, cost: number): Promise<() => void> {
    const units = Math.min(cost, this.#options.perSender, this.#options.total);
    if (!this.#fits(sender, units)) await this.#wait(sender, units);
    else this.#add(sender, units);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#add(sender, -units);
      this.#startWaiting();
    };
  }

  #fits(sender: string, units: number): boolean {
    const { total, perSender } = this.#options;
    return this.inUse + units <= total && (this.#used.get(sender) ?? 0) + units <= perSender;
  }

  #add(sender: string, units: number): void {
    this.inUse += units;
    count(this.#used, sender, units);
  }

  #wait(sender: string, cost: number): Promise<void> {
    const { what, maxWaiting, timeout } = this.#options;
    if ((this.#waitingOf.get(sender) ?? 0) >= maxWaiting) {
      this.refused += 1;
      throw new CoutureError('too_many_requests', `Too many ${what} at once`, 'Retry in a second.', {
        details: { retry_after: 1 },
      });
    }
    count(this.#waitingOf, sender, 1);
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        count(this.#waitingOf, sender, -1);
        this.#queue = this.#queue.filter((each) => each !== waiter);
      };
      const waiter: Waiter = {
        sender,
        cost,
        start: () => {
          end();
          this.#add(sender, cost);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        end();
        this.refused += 1;
        reject(new CoutureError('overloaded', `Overloaded: too many ${what}`, 'Retry in a second.'));
      }, timeout).unref();
      this.#queue.push(waiter);
    });
  }

  /** Starts waiting tasks in order, past those whose sender has no part left. */
  #startWaiting(): void {
    for (const waiter of this.#queue) if (this.#fits(waiter.sender, waiter.cost)) waiter.start();
  }
}

function count(map: Map<string, number>, key: string, by: number): void {
  const now = (map.get(key) ?? 0) + by;
  if (now > 0) map.set(key, now);
  else map.delete(key);
}
