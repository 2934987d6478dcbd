// The cart without a browser: adding and removing, totals to the cent, changes, and storage.
import { assert, suite } from '../../fixtures/suite.ts';
import { bundlePrice } from '../../runtime/contract/money.ts';
import type { ProductCard } from '../../runtime/contract/product.ts';
import { Cart, priceOfBundle } from './cart.ts';
import type { CartAside, CartContent, CartItem } from './cart-content.ts';
import { centsOf } from './money.ts';
import type { Saved } from './saved.ts';

const test = suite('the cart');

const card = (id: number | string, price: number, more: Partial<ProductCard> = {}): ProductCard => ({
  id,
  name: `Piece ${id}`,
  price,
  discounted_price: null,
  on_sale: false,
  image_url: null,
  rating: 0,
  review_count: 0,
  in_stock: true,
  category: 'Dresses',
  url: `/product/${id}`,
  ...more,
});

/** Storage, and another tab that writes to it. */
function place(content: CartContent = { items: [], bundles: [] }) {
  let kept = content;
  let notified = () => {};
  const saved: Saved<CartContent> = {
    read: () => kept,
    stored: () => kept,
    write: (value) => {
      kept = value;
      return true;
    },
    clear: () => {
      kept = { items: [], bundles: [] };
      return true;
    },
    watch: (listener) => void (notified = listener),
  };
  const otherTab = (value: CartContent) => {
    kept = value;
    notified();
  };
  return { cart: new Cart(saved), otherTab, kept: () => kept };
}

test('adding the same product again raises its quantity, up to 99', () => {
  const { cart, kept } = place();
  cart.add([card(1, 19.99), card('a-2', 5)]);
  cart.add([card(1, 19.99)], 2);
  assert.equal(
    cart.items.map(({ product, quantity }) => [product.id, quantity]),
    [
      [1, 3],
      ['a-2', 1],
    ],
  );
  assert.is(cart.totalCents, 3 * 1_999 + 500);
  cart.add([card(1, 19.99)], 200);
  assert.is(cart.items[0]!.quantity, 99);
  assert.equal(kept().items.length, 2);
});

test('a quantity is clamped to an integer within bounds; 0 removes the product', () => {
  const { cart } = place();
  cart.add([card(1, 10), card(2, 10)]);
  cart.setQuantity(1, 4.7);
  assert.is(cart.items[0]!.quantity, 4);
  cart.setQuantity(1, 1_000);
  assert.is(cart.items[0]!.quantity, 99);
  cart.setQuantity(1, Number.NaN);
  assert.equal(
    cart.items.map(({ product }) => product.id),
    [2],
  );
});

test('the sale price applies', () => {
  const { cart } = place();
  cart.add([card(1, 69, { discounted_price: 47.95, on_sale: true })]);
  assert.is(cart.totalCents, 4_795);
});

test('a bundle saves its share to the cent, as the server calculates it', () => {
  assert.is(bundlePrice([2_995], 0.1).savingCents, 300, 'half a cent is rounded in favour of the shopper');
  assert.is(bundlePrice([21_685], 0.1).savingCents, 2_169);
  assert.is(centsOf(0.1 + 0.2), 30);
  const { cart } = place();
  cart.addBundle(1, [card(1, 69), card(2, 44.95)], 0.1);
  assert.is(priceOfBundle(cart.bundles[0]!).bundleCents, 11_395 - 1_140);
  assert.equal([cart.count, cart.totalCents, cart.savingCents], [2, 10_255, 1_140]);
  cart.removeBundle(cart.bundles[0]!);
  assert.is(cart.count, 0);
});

test('a new price applies at once, and is reported until the shopper has seen it', () => {
  const { cart } = place();
  cart.add([card(1, 10), card(2, 20)]);
  cart.reconcile(new Map([[1, card(1, 12)]]), new Map());
  assert.equal(
    cart.changes.map(({ kind }) => kind),
    ['price'],
  );
  assert.is(cart.totalCents, 3_200, 'products that were not requested are unchanged');
  cart.reconcile(new Map([[1, card(1, 12)]]), new Map());
  assert.is(cart.changes.length, 1, 'still reported, because nobody has seen it');
  cart.acknowledge();
  assert.is(cart.changes.length, 0);
});

test('sold-out or deleted products block the order until they are removed', () => {
  const { cart } = place();
  cart.add([card(1, 10), card(2, 20), card(3, 30)]);
  const today = new Map([
    [1, card(1, 10, { in_stock: false })],
    [2, null],
    [3, card(3, 30)],
  ]);
  cart.reconcile(today, new Map());
  assert.equal([...cart.blocked], [1, 2]);
  cart.acknowledge();
  assert.equal([...cart.blocked], [1, 2]);
  cart.setQuantity(1, 0);
  cart.setQuantity(2, 0);
  assert.equal([cart.blocked.size, cart.changes.length], [0, 0]);
});

test('a bundle that is no longer offered blocks the order', () => {
  const { cart } = place();
  cart.addBundle(1, [card(1, 10), card(2, 20)], 0.1);
  cart.reconcile(new Map(), new Map([[1, null]]));
  assert.equal(
    cart.changes.map(({ kind }) => kind),
    ['bundle_gone'],
  );
  assert.is(cart.blocked.size, 1);
  cart.reconcile(new Map(), new Map([[1, 0.2]]));
  assert.is(cart.savingCents, 600, 'offered again with another share');
});

test('ordered items are removed, and items added meanwhile stay', () => {
  const { cart } = place();
  cart.add([card(1, 10)], 3);
  cart.add([card(2, 20)]);
  cart.addBundle(1, [card(1, 10), card(2, 20)], 0.1);
  cart.addBundle(1, [card(1, 10), card(2, 20)], 0.1);
  cart.takeOut({
    items: [{ product_id: '1', quantity: 2 }],
    bundles: [{ product_id: '1', product_ids: ['1', '2'] }],
  });
  assert.equal(
    cart.items.map(({ product, quantity }) => [product.id, quantity]),
    [
      [1, 1],
      [2, 1],
    ],
  );
  assert.is(cart.bundles.length, 1);
});

test('tabs share the cart', () => {
  const { cart, otherTab } = place();
  let notified = 0;
  cart.subscribe(() => (notified += 1));
  cart.add([card(1, 10)]);
  otherTab({ items: [], bundles: [] });
  assert.equal([cart.count, notified], [0, 2]);
});

/** Storage that can be set to refuse writes or all access. */
function storage(content: CartContent = { items: [], bundles: [] }) {
  const at = { kept: content, mode: 'works' as 'works' | 'full' | 'blocked' };
  let notified = () => {};
  const saved: Saved<CartContent> = {
    read: () => at.kept,
    stored: () => (at.mode === 'blocked' ? undefined : at.kept),
    write: (value) => {
      if (at.mode !== 'works') return false;
      at.kept = value;
      return true;
    },
    clear: () => {
      if (at.mode === 'blocked') return false;
      at.kept = { items: [], bundles: [] };
      return true;
    },
    watch: (listener) => void (notified = listener),
  };
  return { at, cart: () => new Cart(saved, nowhere()), tell: () => notified() };
}

function nowhere(): Saved<CartAside | undefined> {
  let kept: CartAside | undefined;
  return {
    read: () => kept,
    stored: () => kept,
    write: (value) => {
      kept = value;
      return true;
    },
    clear: () => {
      kept = undefined;
      return true;
    },
    watch() {},
  };
}

const quantities = ({ items }: { items: readonly CartItem[] }) =>
  items.map(({ product, quantity }) => [product.id, quantity]);

test('full or blocked storage loses nothing in this page, and is reported', () => {
  for (const mode of ['full', 'blocked'] as const) {
    const { at, cart: open } = storage();
    const cart = open();
    assert.ok(cart.isSaved);
    at.mode = mode;
    cart.add([card(1, 10)]);
    cart.add([card(2, 20)], 2);
    cart.setQuantity(1, 3);
    assert.equal(quantities(cart), [
      [1, 3],
      [2, 2],
    ]);
    assert.not.ok(cart.isSaved, mode);
    at.mode = 'works';
    cart.add([card(3, 30)]);
    assert.ok(cart.isSaved, `${mode}, then working again`);
    assert.equal(quantities(at.kept), [
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
  }
});

test('a tab that missed storage events, as in the back-forward cache, loses no changes of either tab', () => {
  const { cart: open } = storage();
  const [one, other] = [open(), open()];
  one.add([card(6, 10)]);
  other.add([card(7, 20)]);
  one.add([card(6, 10)]);
  one.addBundle(6, [card(6, 10), card(7, 20)], 0.1);
  other.addBundle(6, [card(6, 10), card(7, 20)], 0.1);
  other.removeBundle(one.bundles[0]!);
  assert.equal(quantities(open()), [
    [6, 2],
    [7, 1],
  ]);
  assert.is(open().bundles.length, 1);
});

test('unsaved changes are merged with what another tab has saved', () => {
  const { at, cart: open, tell } = storage();
  const [other, one] = [open(), open()];
  one.add([card(1, 10)], 2);
  one.add([card(2, 10)]);
  at.mode = 'full';
  one.setQuantity(1, 5);
  one.setQuantity(2, 0);
  one.add([card(3, 30)]);
  at.mode = 'works';
  other.add([card(1, 10)]);
  other.add([card(4, 40)]);
  tell();
  const expected = [
    [1, 6],
    [4, 1],
    [3, 1],
  ];
  assert.equal(quantities(one), expected, 'raised from two to five here, and to three there');
  assert.equal(quantities(at.kept), expected);
  assert.ok(one.isSaved);
});

test('a cart that was set aside is restored for the same customer only', () => {
  const { cart: open } = storage();
  const cart = open();
  cart.add([card(1, 10)]);
  cart.putAside('ann');
  assert.is(cart.count, 0, 'hidden from others');
  cart.add([card(2, 20)]);
  cart.giveBack('ann');
  assert.equal(quantities(cart), [
    [2, 1],
    [1, 1],
  ]);
  cart.putAside('ann');
  cart.giveBack('ben');
  cart.giveBack('ann');
  assert.is(cart.count, 0);
});

test('the content of storage is validated', () => {
  const product = { id: 1, name: 'x', url: '/product/1', image_url: null, category: '', cents: 100 };
  const stored = JSON.stringify({
    items: [
      { product, quantity: 2 },
      { product, quantity: -1 },
      { product: { ...product, cents: 1.5 }, quantity: 1 },
      { product: { ...product, id: {} }, quantity: 1 },
      null,
    ],
    bundles: [
      { subject: 1, products: [product], share: 0.1 },
      { subject: 1, products: [product, product], share: 7 },
    ],
  });
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  const listen = Object.getOwnPropertyDescriptor(globalThis, 'addEventListener');
  const set = (name: string, value: unknown) =>
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  set('localStorage', { getItem: () => stored, setItem() {}, removeItem() {} });
  set('addEventListener', () => {});
  try {
    const cart = new Cart();
    assert.equal([cart.items.length, cart.bundles.length, cart.totalCents], [1, 0, 200]);
    for (const nonsense of ['{', '[]', '{"items":{}}', 'null']) {
      set('localStorage', { getItem: () => nonsense, setItem() {}, removeItem() {} });
      assert.is(new Cart().count, 0, nonsense);
    }
  } finally {
    if (before) Object.defineProperty(globalThis, 'localStorage', before);
    else delete (globalThis as { localStorage?: unknown }).localStorage;
    if (listen) Object.defineProperty(globalThis, 'addEventListener', listen);
    else delete (globalThis as { addEventListener?: unknown }).addEventListener;
  }
});
