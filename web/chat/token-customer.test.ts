// The customer of a chat on another site’s page, while the runtime gives no answer.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type TokenHost, type TokenSource, useTokens } from '../api/token-source.ts';
import { forgetSaved, saved } from '../state/saved.ts';
import { TokenCustomer } from './token-customer.ts';

const test = suite('the customer of a token');
const api = 'https://couture.example';
const { fetch } = globalThis;
const globals = globalThis as unknown as Record<string, unknown>;
const listeners = new Set<() => void>();

test.before(() => {
  const kept = new Map<string, string>();
  globals.localStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  globals.addEventListener = (type: string, listener: () => void) =>
    type === 'online' && listeners.add(listener);
  globals.removeEventListener = (_: string, listener: () => void) => listeners.delete(listener);
});
test.after(() => {
  useTokens(undefined);
  globalThis.fetch = fetch;
  forgetSaved('localStorage', 'couture-');
  for (const name of ['localStorage', 'addEventListener', 'removeEventListener']) delete globals[name];
});

/** @param status of the runtime’s answer; 0 for none */
function runtime(status: number, sub = 'ann'): { asked: number } {
  const state = { asked: 0 };
  globalThis.fetch = async () => {
    state.asked++;
    if (status === 0) throw new TypeError('no network');
    return Response.json({ signed_in: true, sub, roles: ['customer'] }, { status });
  };
  return state;
}

function ofToken() {
  saved(`couture-chat-customer${api}`, '', String).write('ann');
  listeners.clear();
  const source = {
    person: 1,
    current: async () => 'a.b.c',
    renew: async () => undefined,
    subscribe: () => () => {},
  };
  useTokens(source as unknown as TokenSource);
  const arrived: unknown[] = [];
  const host = { api, token: undefined, addController() {}, requestUpdate() {} } as unknown as TokenHost;
  return { customer: new TokenCustomer(host, ({ sub }, isOther) => arrived.push([sub, isOther])), arrived };
}

test('an element that leaves the page before the answer asks no more, and asks again when it is back', async () => {
  const { customer, arrived } = ofToken();
  const state = runtime(0);
  customer.hostConnected();
  customer.hostUpdate();
  customer.hostDisconnected();
  await until(() => state.asked === 1, 'the first question');
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  assert.is(listeners.size, 0);
  runtime(200);
  customer.hostConnected();
  customer.hostUpdate();
  await until(() => arrived.length > 0, 'the answer');
  assert.equal(arrived, [['ann', false]]);
  customer.hostDisconnected();
});

for (const [what, status] of [
  ['no network', 0],
  ['a server that fails', 503],
  ['too many requests', 429],
] as const)
  test(`with ${what}, what the customer has typed stays, and the runtime is asked again`, async () => {
    const { customer, arrived } = ofToken();
    const state = runtime(status);
    customer.hostConnected();
    customer.hostUpdate();
    await until(() => state.asked === 1 && listeners.size > 0, 'the first question');
    assert.equal([arrived, customer.session], [[], undefined]);
    runtime(200);
    for (const back of [...listeners]) back();
    await until(() => arrived.length > 0, 'the answer');
    assert.equal(arrived, [['ann', false]]);
    customer.hostDisconnected();
    assert.is(listeners.size, 0);
  });
