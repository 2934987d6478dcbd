// A shopper’s chat whose answers come late: after a sign-out, after another tab, after the element has left the page.
import { assert, suite } from '../../fixtures/suite.ts';
import { forgetSaved, saved } from '../state/saved.ts';
import { replaceGlobals, storageArea } from '../test-support/page-globals.ts';
import { ShopperChat } from './shopper-chat.ts';

const test = suite('the chat of a shopper');
const [one, other] = ['1', '2'].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`) as [
  string,
  string,
];
let restoreGlobals: () => void;
const known = saved<{ id: string } | undefined>('couture-chat', undefined, (value) => value as never);

let answers: Array<() => void>;
let listening: Map<AbortSignal | undefined, number>;
/** What the server has: the open chat. */
let active: string | null;

test.beforeEach(() => {
  [answers, listening, active] = [[], new Map(), null];
  const addEventListener = (_: string, __: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    listening.set(signal, 1 + (listening.get(signal) ?? 0));
  const location = { href: 'https://shop.example/', origin: 'https://shop.example', hash: '' };
  const document = { visibilityState: 'visible', addEventListener() {} };
  const shown = { document, navigator: { onLine: true }, WebSocket: class extends EventTarget {}, location };
  const values = {
    ...shown,
    localStorage: storageArea(),
    sessionStorage: storageArea(),
    history: {},
    addEventListener,
    removeEventListener() {},
  };
  const fetch = async (url: string, init: RequestInit) => {
    const session = (id: string, state = 'waiting') => ({ id, state, messages: [], shopper_read: 0 });
    const text =
      init.method === 'POST'
        ? session(one)
        : url.endsWith('/active')
          ? { session: active && session(active) }
          : session(one, 'closed');
    await new Promise<void>((resolve) => answers.push(resolve));
    return Response.json(text);
  };
  restoreGlobals = replaceGlobals({ ...values, fetch });
});
test.afterEach(() => {
  for (const area of ['localStorage', 'sessionStorage'] as const) forgetSaved(area, 'couture-');
  restoreGlobals();
});

const turn = () => new Promise(setImmediate);
/** Lets the server answer until it has nothing more to answer. */
async function answer(): Promise<void> {
  for (let quiet = 0; quiet < 5; quiet++) {
    await turn();
    if (answers.length > 0) quiet = 0;
    for (const each of answers.splice(0)) each();
  }
}

test('a chat that is found after the element has left the page opens no socket, nor does one of another tab', async () => {
  active = one;
  known.write({ id: one });
  const chat = new ShopperChat('', () => {});
  const found = chat.find();
  await turn();
  chat.leave();
  await answer();
  await found;
  assert.is(chat.conversation, undefined);
  assert.ok(
    [...listening.keys()].every((signal) => signal?.aborted),
    'it listens to nothing any more',
  );
});

test('an answer that knows of no chat does not forget the one that another tab has started meanwhile', async () => {
  known.write({ id: one });
  const chat = new ShopperChat('', () => {});
  const found = chat.find();
  await turn();
  answers.shift()!();
  // It asks for the chat that it knows, which has ended.
  while (answers.length === 0) await turn();
  known.write({ id: other });
  await answer();
  await found;
  assert.equal(known.read(), { id: other });
});

test('a chat that begins while its customer signs out is not kept on the device', async () => {
  const chat = new ShopperChat('', () => {});
  chat.become('ann');
  await answer();
  const begun = chat.begin({ body: 'Hello' });
  await turn();
  chat.forget();
  await answer();
  await begun;
  assert.equal([chat.conversation, known.read(), chat.beginning], [undefined, undefined, false]);
});

test('a guest’s chat that is found after it was forgotten stays away', async () => {
  known.write({ id: one });
  active = one;
  const chat = new ShopperChat('', () => {});
  const found = chat.find();
  await turn();
  chat.forget();
  await answer();
  await found;
  assert.equal([chat.conversation, known.read()], [undefined, undefined]);
});
