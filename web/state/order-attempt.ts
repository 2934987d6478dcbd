// An order that is on its way: kept until it is answered, also over a reload and in another tab. Until then no other order
// is sent, and this one always with the same key, so that an order whose answer was lost is placed once.
import type { AskedOrder } from '../../runtime/contract/order.ts';
import { saved } from './saved.ts';

export interface Attempt {
  readonly order: Pick<AskedOrder, 'items' | 'bundles' | 'expected_total'>;
  /** The idempotency key. */
  readonly key: string;
}

const attempt = saved<Attempt | undefined>('couture-order-attempt', undefined, (value) => {
  const { order, key } = (value ?? {}) as Partial<Attempt>;
  const whole = Array.isArray(order?.items) && Array.isArray(order.bundles);
  return whole && typeof key === 'string' && /^[\w-]{8,100}$/.test(key) ? { order, key } : undefined;
});

/** The order that was sent and not answered. */
export function pendingAttempt(): Attempt | undefined {
  return attempt.read();
}

/** To be called before the order is sent: the one that waits for its answer, or this one with a key of its own. */
export function beginAttempt(order: Attempt['order']): Attempt {
  const before = attempt.read();
  if (before) return before;
  const begun = { order, key: crypto.randomUUID() };
  attempt.write(begun);
  return begun;
}

/** The order was answered: placed, or refused. */
export function endAttempt(): void {
  attempt.clear();
}
