// The key of an order that is on its way: the same for the same order until it is answered, also after a reload and in
// another tab, so that an order whose answer was lost is placed once.
import { saved } from './saved.ts';

interface Attempt {
  /** The order, as it was sent. */
  readonly order: string;
  readonly key: string;
}

const attempt = saved<Attempt | undefined>('couture-order-attempt', undefined, (value) => {
  const { order, key } = (value ?? {}) as Partial<Attempt>;
  return typeof order === 'string' && typeof key === 'string' && /^[\w-]{8,100}$/.test(key)
    ? { order, key }
    : undefined;
});

/** The key for this order: that of the attempt before where it is the same order, else a new one. */
export function keyOfAttempt(order: string): string {
  const before = attempt.read();
  if (before?.order === order) return before.key;
  const key = crypto.randomUUID();
  attempt.write({ order, key });
  return key;
}

/** The order was answered: placed, or refused. */
export function forgetAttempt(): void {
  attempt.clear();
}
