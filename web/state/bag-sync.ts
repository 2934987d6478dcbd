// Sends the bag of a signed-in customer who asked to be reminded of it to the server, a moment after it changes. Without that
// wish the bag stays on the device.
import { request } from '../api/request.ts';
import type { Push } from '../push/push.ts';
import type { Cart } from './cart.ts';
import { reportedCart } from './reported-cart.ts';
import { saved } from './saved.ts';
import type { Session } from './session.ts';

/** Milliseconds after the last change. */
const settleTime = 2_000;

interface Sent {
  readonly sub: string;
  /** The items, as they were sent. */
  readonly items: string;
}

/** The bag that this device last sent. Bags sent by other devices are left alone. */
const sent = saved<Sent | undefined>('couture-bag-sent', undefined, (value) => {
  const { sub, items } = (value ?? {}) as Partial<Sent>;
  return typeof sub === 'string' && typeof items === 'string' ? { sub, items } : undefined;
});

const empty = '[]';

export interface BagSyncParts {
  readonly cart: Pick<Cart, 'items' | 'bundles' | 'subscribe'>;
  readonly session: Pick<Session, 'sub' | 'state' | 'subscribe'>;
  readonly push: Pick<Push, 'state' | 'topics' | 'subscribe'>;
  /** Sends the items to the server. */
  send?(items: ReturnType<typeof reportedCart>): Promise<{ readonly stored: boolean }>;
  readonly settle?: number;
}

/** Keeps the server's copy in step. @returns sends what has changed now, for tests and the return of the network */
export function syncBag({ cart, session, push, send = sendBag, settle = settleTime }: BagSyncParts) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sync = async (): Promise<void> => {
    clearTimeout(timer);
    const { sub, state } = session;
    if (state !== 'customer' || sub === undefined) return;
    const last = sent.read();
    const before = last?.sub === sub ? last.items : empty;
    const wanted = push.state === 'on' && push.topics.includes('bag');
    // Before the browser has said whether notifications are on, nothing is known.
    if (!wanted && push.state === 'unknown') return;
    const items = wanted ? reportedCart(cart) : [];
    const now = JSON.stringify(items);
    if (now === before) return;
    // Recorded first: if the answer is lost, an emptied bag must still be deleted.
    if (now !== empty) sent.write({ sub, items: before === empty ? '?' : before });
    const { stored } = await send(items);
    if (session.sub !== sub) return;
    if (!stored) sent.clear();
    else sent.write({ sub, items: now });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void sync().catch(() => {}), settle);
  };
  for (const store of [cart, session, push]) store.subscribe(later);
  later();
  return sync;
}

function sendBag(items: ReturnType<typeof reportedCart>): Promise<{ readonly stored: boolean }> {
  return request<{ stored: boolean }>('', '/api/bag', { method: 'POST', body: { items } }).then(
    ({ body }) => body,
  );
}
