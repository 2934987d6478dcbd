// Which notifications of an agent are closed, and when.
import { assert, suite } from '../../fixtures/suite.ts';
import { closeNotifications } from '../push/close-notifications.ts';
import { OverNotifications } from './over-notifications.ts';

const test = suite('notifications of an agent');
const id = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

/** A browser that shows these notifications, of two workers. @returns the tags that are still shown */
function showing(...tags: string[]): { left: () => string[]; asked: () => number } {
  const shown = new Set(tags);
  let asked = 0;
  const notificationsOf = (part: number) => ({
    async getNotifications() {
      asked++;
      return [...shown]
        .filter((_, at) => at % 2 === part)
        .map((tag) => ({ tag, close: () => void shown.delete(tag) }));
    },
  });
  workers({ getRegistrations: async () => [notificationsOf(0), notificationsOf(1)] });
  return { left: () => [...shown], asked: () => asked };
}
const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
test.after(() => {
  if (before) Object.defineProperty(globalThis, 'navigator', before);
  else Reflect.deleteProperty(globalThis, 'navigator');
});

/** Node 20 has no navigator. */
function workers(serviceWorker: object | undefined): void {
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { serviceWorker } });
}

const chat = (digit: number, state: string, assigned_to: string | null) =>
  ({ id: id(digit), state, assigned_to }) as never;
const settled = () => closeNotifications(() => false);

test('those of chats that somebody else has or that have ended are closed; waiting and own ones stay', async () => {
  const { left } = showing(
    'console-11111111',
    'console-22222222',
    'console-33333333',
    'console-44444444',
    'other',
  );
  const everything = [
    chat(1, 'waiting', null),
    chat(2, 'active', 'anna'),
    chat(3, 'active', 'ben'),
    chat(4, 'closed', 'anna'),
  ];
  new OverNotifications().look({ everything, me: { sub: 'anna', name: null }, open: undefined }, true);
  await settled();
  assert.equal(left(), ['console-11111111', 'console-22222222', 'other']);
});

test('a chat that is opened closes its own, also a mention, once the agent sees the console', async () => {
  const { left, asked } = showing('mention-11111111', 'console-11111111', 'mention-22222222');
  const notifications = new OverNotifications();
  const inbox = {
    everything: [chat(1, 'active', 'anna')],
    me: { sub: 'anna', name: null },
    open: { id: id(1) },
  };
  notifications.look(inbox, false);
  await settled();
  assert.is(left().length, 3, 'nobody is looking');
  notifications.look(inbox, true);
  await settled();
  assert.equal(left(), ['mention-22222222']);
  const times = asked();
  notifications.look(inbox, true);
  assert.is(asked(), times, 'nothing has changed, and the browser is not asked');
});

test('a chat that another agent takes from the queue closes its notification', async () => {
  const { left } = showing('console-11111111');
  const notifications = new OverNotifications();
  const me = { sub: 'anna', name: null };
  notifications.look({ everything: [chat(1, 'waiting', null)], me, open: undefined }, false);
  await settled();
  assert.is(left().length, 1);
  notifications.look({ everything: [chat(1, 'active', 'ben')], me, open: undefined }, false);
  await settled();
  assert.equal(left(), []);
});

test('a browser without workers, or one that refuses, has nothing to close', async () => {
  workers(undefined);
  await closeNotifications(() => true);
  workers({ getRegistrations: () => Promise.reject(new Error('no')) });
  await closeNotifications(() => true);
});
