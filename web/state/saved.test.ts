import { assert, suite } from '../../fixtures/suite.ts';

/** What the module listens to in a browser. */
const listeners: Readonly<Record<'storage' | 'pageshow', Array<(event: object) => void>>> = {
  storage: [],
  pageshow: [],
};
Object.assign(globalThis, {
  addEventListener: (type: keyof typeof listeners, listener: (event: object) => void) =>
    listeners[type]?.push(listener),
});
const { forgetSaved, saved } = await import('./saved.ts');

type Fake = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
const fails = () => {
  throw new Error('SecurityError');
};

const test = suite('saved values');

const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
const areas = ['localStorage', 'sessionStorage'] as const;
const before = areas.map((area) => [area, Object.getOwnPropertyDescriptor(globalThis, area)] as const);

test.afterEach(() => {
  for (const [area, descriptor] of before) {
    forgetSaved(area, '');
    if (descriptor) Object.defineProperty(globalThis, area, descriptor);
    else delete (globalThis as Record<string, unknown>)[area];
  }
});

test('a value stays in memory until storage has room again', () => {
  let room = false;
  const stored = storage({ room: () => room });
  provide('localStorage', () => stored);
  const value = saved('couture-test', 0, number);
  stored.setItem.call(stored, 'couture-test', '1', 'force');
  assert.is(value.write(2), false);
  assert.is(value.read(), 2);
  assert.is(saved('couture-test', 0, number).read(), 2, 'another reader in the same page');
  assert.is(stored.getItem('couture-test'), '1');
  room = true;
  assert.is(value.write(3), true);
  assert.is(stored.getItem('couture-test'), '3');
  assert.is(value.read(), 3);
});

test('blocked, absent or null storage loses nothing in this page', () => {
  const kinds: ReadonlyArray<readonly [string, () => unknown]> = [
    [
      'blocked',
      () => {
        throw new Error('SecurityError');
      },
    ],
    ['absent', () => undefined],
    ['null', () => null],
  ];
  for (const area of areas) {
    for (const [kind, getter] of kinds) {
      provide(area, getter);
      const value = saved(`couture-${kind}`, 0, number, area);
      assert.is(value.read(), 0, kind);
      assert.is(value.write(4), false, kind);
      assert.is(value.read(), 4, kind);
      assert.is(value.clear(), false, kind);
      assert.is(value.read(), 0, kind);
      value.write(5);
      forgetSaved(area, 'couture-');
      assert.is(value.read(), 0, `${kind}, forgotten`);
    }
  }
});

test('a value that storage fails to remove is gone for this page', () => {
  const stored = storage({ room: () => true, lets: () => false });
  provide('localStorage', () => stored);
  const value = saved('couture-test', 0, number);
  assert.is(value.write(1), true);
  assert.is(value.clear(), false);
  assert.is(value.read(), 0);
});

test('an invalid value is read as the fallback', () => {
  const stored = storage({ room: () => true });
  provide('localStorage', () => stored);
  for (const nonsense of ['{', '"text"', 'null', '[]', '']) {
    stored.setItem('couture-test', nonsense);
    assert.is(saved('couture-test', 7, number).read(), 7, nonsense);
  }
});

test('only keys with the prefix are removed', () => {
  const stored = storage({ room: () => true });
  provide('sessionStorage', () => stored);
  stored.setItem('couture-draft-1', '1');
  stored.setItem('shop-own', '2');
  forgetSaved('sessionStorage', 'couture-');
  assert.equal(Object.keys(stored), ['shop-own']);
});

test('storage is a copy: what it drops, loses or turns to rubbish stays in this page, and is reported as not kept', () => {
  const kinds: ReadonlyArray<readonly [string, Partial<Fake>]> = [
    ['drops silently', { setItem: () => {} }],
    ['loses at once', { getItem: () => null }],
    ['returns rubbish', { getItem: () => '{"half' }],
    ['returns another type', { getItem: () => 'null' }],
    ['throws when read', { getItem: fails }],
    ['throws when written', { setItem: fails, removeItem: fails }],
    ['ignores removal', { removeItem: () => {}, setItem: () => {} }],
  ];
  for (const area of areas) {
    for (const [kind, broken] of kinds) {
      // From the start, and from the second write on.
      for (const late of [false, true]) {
        const fake = { ...storage({ room: () => true }) } as unknown as Fake;
        const whole = storage({ room: () => true });
        let isBroken = !late;
        const at = (name: keyof Fake) => (isBroken && broken[name] ? broken[name] : whole[name]);
        for (const name of ['getItem', 'setItem', 'removeItem'] as const)
          fake[name] = ((...given: [string, string]) =>
            (at(name) as Storage['setItem']).apply(whole, given)) as never;
        provide(area, () => fake);
        const value = saved(`couture-${kind}`, 0, number, area);
        assert.is(value.write(1), late, kind);
        assert.is(value.read(), 1, kind);
        isBroken = true;
        assert.is(value.read(), 1, `${kind}, later`);
        assert.is(value.write(2), false, kind);
        assert.equal([value.read(), saved(`couture-${kind}`, 0, number, area).read()], [2, 2], kind);
        value.clear();
        assert.is(value.read(), 0, `${kind}, removed`);
        forgetSaved(area, '');
      }
    }
  }
});

test('a value that was only read survives its loss; the removal by another tab is followed', () => {
  const stored = storage({ room: () => true });
  provide('localStorage', () => stored);
  stored.setItem('couture-test', '5');
  const value = saved('couture-test', 0, number);
  assert.is(value.read(), 5);
  stored.removeItem('couture-test');
  assert.equal([value.read(), value.stored()], [5, undefined]);
  stored.setItem('couture-test', '6');
  assert.equal([value.read(), value.stored()], [6, 6], 'what another tab wrote counts');
  assert.is(value.write(7), true);
  for (const listener of listeners.storage) {
    stored.removeItem('couture-test');
    listener({ key: 'couture-test', newValue: null });
  }
  assert.equal([value.read(), value.stored()], [0, 0]);
});

function provide(area: string, getter: () => unknown): void {
  Object.defineProperty(globalThis, area, { get: getter, configurable: true });
}

/** Storage with its keys as own properties, as in browsers. */
function storage({ room, lets = () => true }: { room: () => boolean; lets?: () => boolean }) {
  const methods = {
    getItem(key: string): string | null {
      return (this as unknown as Record<string, string>)[key] ?? null;
    },
    setItem(key: string, text: string, force?: string): void {
      if (!room() && !force) throw new Error('QuotaExceededError');
      (this as unknown as Record<string, string>)[key] = text;
    },
    removeItem(key: string): void {
      if (!lets()) throw new Error('SecurityError');
      delete (this as unknown as Record<string, string>)[key];
    },
  };
  return Object.create(methods) as typeof methods;
}
