// The order in flight. Until it is answered no other order is sent, and this one always with the same key, so that an
// order whose answer was lost is placed once. It is in memory before the request leaves. Three guarded copies survive a
// reload, since the browser may refuse any of them: localStorage, which other tabs see, sessionStorage, and the history
// entry of the checkout, which browsers keep even where all storage is blocked.
import type { AskedOrder } from '../../runtime/contract/order.ts';
import { newId } from './new-id.ts';
import { type Saved, saved } from './saved.ts';
import { Store } from './store.ts';

export interface Attempt {
  readonly order: Pick<AskedOrder, 'items' | 'bundles' | 'expected_total'>;
  /** The idempotency key. */
  readonly key: string;
  /** `sub` of the customer who sent it, '' for a guest: the server looks a key up among that customer's orders only. */
  readonly by?: string;
}

type Copy = Pick<Saved<Attempt | undefined>, 'read' | 'write' | 'clear'>;

const name = 'couture-order-attempt';

export class OrderAttempts extends Store {
  readonly #shared: Saved<Attempt | undefined>;
  readonly #own: readonly Copy[];
  #pending: Attempt | undefined;
  /** Whether other tabs see the pending order. */
  #isShared = false;
  /** Answered keys: a copy in another history entry may be older than its answer. */
  readonly #answered = new Set<string>();

  constructor(
    shared: Saved<Attempt | undefined> = saved(name, undefined, parse),
    own: readonly Copy[] = [saved(name, undefined, parse, 'sessionStorage'), historyEntry],
  ) {
    super();
    this.#shared = shared;
    this.#own = own;
    shared.watch(() => this.#otherTab());
    // Each page of the shop has its own history entry.
    globalThis.addEventListener?.('couture-page-shown', () => this.#pending && this.#keep(this.#pending));
  }

  /** The order in flight. */
  get pending(): Attempt | undefined {
    if (this.#pending) return this.#pending;
    const kept = [this.#shared, ...this.#own]
      .map((copy) => copy.read())
      .find((attempt) => attempt !== undefined && !this.#answered.has(attempt.key));
    if (kept) this.#keep(kept);
    return kept;
  }

  /**
   * Call before sending an order. Returns the attempt in flight if there is one, otherwise this order with a new key.
   * @param by `sub` of the customer, '' for a guest
   */
  begin(order: Attempt['order'], by: string): Attempt {
    const { pending } = this;
    if (pending) return pending;
    const begun = { order, key: newId(), by };
    this.#keep(begun);
    this.changed();
    return begun;
  }

  /** Call when the order was placed or refused, or when its customer has signed out. */
  end(): void {
    const { pending } = this;
    if (pending) this.#answered.add(pending.key);
    this.#pending = undefined;
    this.#isShared = false;
    for (const copy of [this.#shared, ...this.#own]) copy.clear();
    globalThis.removeEventListener?.('beforeunload', warn);
    this.changed();
  }

  #keep(attempt: Attempt): void {
    this.#pending = attempt;
    this.#isShared = this.#shared.write(attempt);
    if (this.#isShared) return;
    for (const copy of this.#own) copy.write(attempt);
    // These copies are lost when the tab closes.
    globalThis.addEventListener?.('beforeunload', warn);
  }

  /** Another tab has sent an order, or has received the answer to the shared one. */
  #otherTab(): void {
    if (this.#isShared && this.#shared.read() === undefined) this.end();
    else this.changed();
  }
}

const historyEntry: Copy = {
  read: () => parse((history.state as Record<string, unknown> | null)?.[name]),
  write: (attempt) => changeEntry(attempt),
  clear: () => historyEntry.read() === undefined || changeEntry(undefined),
};

function changeEntry(attempt: Attempt | undefined): boolean {
  try {
    history.replaceState({ ...history.state, [name]: attempt }, '');
    return true;
  } catch {
    return false;
  }
}

function parse(value: unknown): Attempt | undefined {
  const { order, key, by } = (value ?? {}) as Partial<Attempt>;
  const whole = Array.isArray(order?.items) && Array.isArray(order.bundles);
  if (!whole || typeof key !== 'string' || !/^[\w-]{8,100}$/.test(key)) return undefined;
  return { order, key, ...(typeof by === 'string' ? { by } : {}) };
}

/** Makes the browser ask, in its own words, before the page is left. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
