import { assert, suite } from '../../fixtures/suite.ts';
import { forgetSaved } from '../state/saved.ts';
import { canBeSent, type Unsent, UnsentMessages } from './unsent.ts';

const test = suite('unsent messages');

const key = 'couture-test-unsent';
let stored: Map<string, string> | undefined;
let room = true;
const held = new Set<unknown>();

test.before(() => {
  const area = {
    getItem: (name: string) => stored!.get(name) ?? null,
    setItem: (name: string, text: string) => {
      if (!room) throw new Error('QuotaExceededError');
      stored!.set(name, text);
    },
    removeItem: (name: string) => void stored!.delete(name),
  };
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      if (stored) return area;
      throw new Error('SecurityError');
    },
  });
  Object.assign(globalThis, {
    addEventListener: (type: string, listener: unknown) => type === 'beforeunload' && held.add(listener),
    removeEventListener: (_type: string, listener: unknown) => held.delete(listener),
  });
});
test.beforeEach(() => {
  [stored, room] = [new Map(), true];
  forgetSaved('localStorage', key);
  held.clear();
});
test.after(() => {
  for (const name of ['localStorage', 'addEventListener', 'removeEventListener'])
    delete (globalThis as Record<string, unknown>)[name];
});

let made = 0;
function unsent(body: string, more: Partial<Unsent> = {}): Unsent {
  const id = `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`;
  return { session_id: 'one', client_message_id: id, content: { body }, shown: body, at: made, ...more };
}
const shown = (messages: UnsentMessages, session = 'one') => messages.of(session).map((each) => each.shown);

test('messages are sent in the order in which they were written, however the clock is set meanwhile', () => {
  const messages = new UnsentMessages(key);
  for (const [body, at] of [
    ['one', 9_000],
    ['two', 1_000],
    ['three', 5_000],
    ['four', 9_500],
    ['five', 2],
  ] as const)
    messages.add(unsent(body, { at }));
  assert.equal(shown(messages), ['one', 'two', 'three', 'four', 'five']);
  // Also those that wait since an earlier page.
  forgetSaved('localStorage', '-');
  assert.equal(shown(new UnsentMessages(key)), ['one', 'two', 'three', 'four', 'five']);
});

test('full, blocked or emptied storage loses no message of this page', () => {
  for (const failure of ['full', 'blocked'] as const) {
    [stored, room] = [failure === 'blocked' ? undefined : new Map(), failure !== 'full'];
    const messages = new UnsentMessages(key);
    const first = unsent('first');
    for (const each of [first, unsent('second'), unsent('third')]) assert.is(messages.add(each), true);
    assert.equal(shown(messages), ['first', 'second', 'third'], failure);
    assert.is(messages.isKept, false);
    assert.is(held.size, 1, 'the page asks before it is closed');
    messages.remove(first.client_message_id);
    assert.equal(shown(messages), ['second', 'third'], failure);
    for (const each of messages.of('one')) messages.remove(each.client_message_id);
    assert.equal([messages.isKept, held.size], [true, 0]);
    forgetSaved('localStorage', key);
  }
  [stored, room] = [new Map(), true];
  const messages = new UnsentMessages(key);
  messages.add(unsent('kept'));
  assert.is(messages.isKept, true);
  stored.clear();
  assert.equal(shown(messages), ['kept']);
});

test('messages outlive the page, and a concurrent write of another tab', () => {
  const messages = new UnsentMessages(key);
  messages.add(unsent('mine'));
  // The other tab read the list before this one wrote it.
  stored!.set(key, JSON.stringify([unsent('of the other tab')]));
  assert.equal(shown(messages).sort(), ['mine', 'of the other tab']);
  messages.add(unsent('more'));
  assert.equal(shown(new UnsentMessages(key)).sort(), ['mine', 'more', 'of the other tab']);
});

test('a refused message leaves the queue, is shown, and is retried under a new id', () => {
  const messages = new UnsentMessages(key);
  const refused = unsent('words');
  messages.add(refused);
  messages.refuse(refused.client_message_id, 'closed');
  assert.equal(JSON.parse(stored!.get(key)!), []);
  assert.equal(
    new UnsentMessages(key).of('one').map((each) => [each.shown, each.refused]),
    [['words', 'closed']],
  );
  messages.retry(messages.of('one')[0]!);
  const [again] = messages.of('one');
  assert.equal([again!.shown, again!.refused, messages.of('one').length], ['words', undefined, 1]);
  assert.is.not(again!.client_message_id, refused.client_message_id);
});

test('a list of an older version is repaired: invalid text is cleaned, refused messages are set aside', () => {
  const old = [
    unsent('Slide title\u000bsecond line'),
    unsent('half \ud800'),
    unsent('\u200b'),
    unsent('long ago', { refused: 'closed' }),
    { nonsense: true },
  ];
  stored!.set(key, JSON.stringify(old));
  const messages = new UnsentMessages(key);
  const waiting = messages.of('one').filter((each) => !each.refused);
  assert.equal(
    waiting.map((each) => each.content),
    [{ body: 'Slide title\nsecond line' }, { body: 'half \ufffd' }],
  );
  assert.ok(waiting.every(canBeSent));
  assert.equal(
    JSON.parse(stored!.get(key)!).some((each: Unsent) => each.refused),
    false,
  );
  assert.equal(messages.of('one').filter((each) => each.refused).length, 1);
  assert.is(canBeSent(unsent('x'.repeat(4_001))), false);
});

test('a poisoned list heals: what no server can answer is refused here, and everything else is sent', () => {
  const good = unsent('good');
  const file = { id: 'f', type: 'image/png', name: 'a.png', bytes: 3, url: '/f' };
  const ids = [undefined, null, 7, '', 'none', {}, '00000000-0000-4000-8000-00000000000'];
  const contents = [undefined, null, 7, 'x', [], {}, { body: null }, { body: {} }, { body: '\u200b' }];
  const poison: unknown[] = [
    ...ids.map((client_message_id) => ({ ...unsent(`id ${String(client_message_id)}`), client_message_id })),
    ...contents.map((content) => ({ ...unsent('x'), content })),
    { ...unsent('x'), content: { attachment_id: 'none' } },
    { ...unsent('x'), content: { attachment_id: good.client_message_id }, attachment: { ...file, url: 7 } },
    { ...unsent('x'), session_id: null },
    ...[null, 7, 'x', [], [[]], {}],
    { ...unsent('at'), at: 'noon' },
    { ...good, refused: undefined },
    good,
  ];
  stored!.set(key, JSON.stringify(poison));
  const messages = new UnsentMessages(key);
  const [waiting, refused] = [messages.of('one').filter((each) => !each.refused), messages.of('one')];
  assert.equal(waiting.map((each) => each.shown).sort(), ['at', 'good']);
  assert.is(refused.filter((each) => each.refused === 'invalid').length, ids.length);
  assert.is(new Set(refused.map((each) => each.client_message_id)).size, refused.length);
  // "Try again" sends each under an id of its own, and "Remove" removes one.
  messages.remove(refused.find((each) => each.refused)!.client_message_id);
  for (const each of messages.of('one').filter((unsent) => unsent.refused)) messages.retry(each);
  assert.is(messages.of('one').filter((each) => each.refused).length, 0);
  assert.is(new UnsentMessages(key).of('one').length, ids.length + 1);
  for (const whole of ['rubbish', '{', '7', '{}', 'null', '"x"']) {
    forgetSaved('localStorage', key);
    stored = new Map([[key, whole]]);
    assert.equal(new UnsentMessages(key).of('one'), [], whole);
  }
});

test('up to fifty messages of one chat are queued; those of deleted chats don’t block others', () => {
  const messages = new UnsentMessages(key);
  for (let n = 0; n < 500; n++) messages.add(unsent('old', { session_id: `gone ${n % 10}` }));
  for (let n = 0; n < 50; n++) assert.is(messages.add(unsent(`number ${n}`)), true);
  assert.is(messages.add(unsent('one too many')), false);
  assert.is(messages.of('one').length, 50);
  const kept = new UnsentMessages(key);
  assert.is(kept.of('one').length, 50);
  assert.ok(JSON.parse(stored!.get(key)!).length <= 200);
});
