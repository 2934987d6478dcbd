// When the bag goes to the server: only for a signed-in customer who asked for it, and never in the name of another.
import { assert, suite } from '../../fixtures/suite.ts';
import type { WirePushTopic } from '../../runtime/contract/push.ts';
import { syncBag } from './bag-sync.ts';
import type { CartProduct } from './cart-content.ts';
import { forgetSaved } from './saved.ts';
import type { SessionState } from './session.ts';

const test = suite('the bag on the server');
test.afterEach(() => forgetSaved('localStorage', 'couture-'));

function device() {
  const sent: string[] = [];
  const state = { stored: true, reachable: true };
  const never = () => () => {};
  const session = { sub: 'ann' as string | undefined, state: 'customer' as SessionState, subscribe: never };
  const push = { state: 'on' as const, topics: ['bag'] as WirePushTopic[], subscribe: never };
  const cart = {
    items: [] as Array<{ product: CartProduct; quantity: number }>,
    bundles: [],
    subscribe: never,
  };
  const put = (...ids: number[]) =>
    (cart.items = ids.map((id) => ({ product: { id } as unknown as CartProduct, quantity: 1 })));
  const sync = syncBag({
    ...{ cart, session, push, settle: 1e6 },
    send: async (items) => {
      if (!state.reachable) throw new Error('no network');
      sent.push(`${session.sub}: ${items.map(({ product_id }) => product_id).join(' ')}`);
      return { stored: state.stored && items.length > 0 };
    },
  });
  return { sent, state, session, push, put, sync };
}

test('it is sent when it changes, and deleted when it is emptied or the reminders are turned off', async () => {
  const { sent, push, put, sync } = device();
  await sync();
  assert.equal(sent, [], 'nothing to send, nothing to delete');
  put(1, 2);
  await sync();
  await sync();
  put();
  await sync();
  await sync();
  put(3);
  await sync();
  push.topics = ['news'];
  await sync();
  put(4);
  await sync();
  assert.equal(sent, ['ann: 1 2', 'ann: ', 'ann: 3', 'ann: ']);
});

test('a guest sends nothing, and another customer deletes no bag but the own', async () => {
  const { sent, session, put, sync } = device();
  put(1);
  await sync();
  session.state = 'guest';
  put(2);
  await sync();
  session.state = 'customer';
  session.sub = 'ben';
  put();
  await sync();
  put(5);
  await sync();
  assert.equal(sent, ['ann: 1', 'ben: 5']);
});

test('what did not arrive is sent again, also the news that it is empty', async () => {
  const { sent, state, put, sync } = device();
  put(1);
  state.reachable = false;
  const lost = () =>
    sync().then(
      () => assert.unreachable(),
      () => {},
    );
  await lost();
  put();
  state.reachable = true;
  await sync();
  assert.equal(sent, ['ann: '], 'the server may have got it');
  put(2);
  state.stored = false;
  await sync();
  await sync();
  assert.equal(sent.slice(1), ['ann: 2', 'ann: 2'], 'the shop may send reminders later');
});
