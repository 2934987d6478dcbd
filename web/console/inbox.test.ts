// The console's state over a socket that is lost and comes back: replies in chats that the agent has left, and what came meanwhile.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import { forgetSaved } from '../state/saved.ts';
import { replaceGlobals, storageArea } from '../test-support/page-globals.ts';
import { Inbox } from './inbox.ts';

const test = suite('the console’s inbox');
const [one, other] = ['1', '2'].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`) as [
  string,
  string,
];
let restoreGlobals: () => void;

/** A socket whose server is the test. */
class Socket extends EventTarget {
  static readonly OPEN = 1;
  static readonly CONNECTING = 0;
  static all: Socket[] = [];
  readyState = 0;
  readonly sent: Array<Record<string, unknown>> = [];

  constructor() {
    super();
    Socket.all.push(this);
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
    this.say({ type: 'welcome', sub: 'anna', name: 'Anna' });
  }
  say(frame: object): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(frame) }));
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    if (this.readyState > 1) return;
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006 }));
  }
  get texts(): unknown[] {
    return this.sent.flatMap(({ type, session_id, message }) =>
      type === 'send' ? [[session_id, (message as { body: string }).body]] : [],
    );
  }
}

let queue: ListedWireSession[] = [];
let inbox: Inbox | undefined;

test.beforeEach(() => {
  const document = { visibilityState: 'visible', addEventListener() {}, removeEventListener() {} };
  const location = { href: 'https://shop.example/console', origin: 'https://shop.example' };
  const windows = { addEventListener() {}, removeEventListener() {}, navigator: { onLine: true } };
  const values = { WebSocket: Socket, document, location, localStorage: storageArea(), ...windows };
  const fetch = async (url: string) => {
    const list = /list=queue/.test(url) ? queue : [];
    const isChat = /chat-sessions\/[^?/]+$/.test(url);
    if (isChat) return new Response('{}', { status: 503 });
    return Response.json({ sessions: list, next: null, replies: [], labels: [], teams: [], notes: [] });
  };
  restoreGlobals = replaceGlobals({ ...values, fetch });
  Socket.all = [];
  queue = [];
});
test.afterEach(() => {
  inbox?.leave();
  forgetSaved('localStorage', 'couture-');
  restoreGlobals();
});

function listed(id: string, more: Partial<ListedWireSession> = {}): ListedWireSession {
  const facts = { id, state: 'waiting', labels: [], unread_count: 1, assigned_to: null, missed: false };
  return { ...facts, snoozed_until: null, updated_at: '2026-11-30T10:00:00.000Z', ...more } as never;
}

async function opened(onActivity: (session: ListedWireSession) => void = () => {}): Promise<Inbox> {
  inbox = new Inbox({ onActivity, onMissed: () => {}, onFailure: () => {} });
  await until(() => Socket.all.length === 1, 'the first socket');
  Socket.all[0]!.open();
  return inbox;
}

test('a reply that was not sent is sent although the agent has gone on to another chat', async () => {
  const shown = await opened();
  shown.look(one);
  // The socket is lost without the browser’s noticing: the reply never arrives.
  assert.ok(shown.open!.send({ body: 'Hello' }, 'Hello'));
  shown.look(other);
  const [first] = Socket.all;
  assert.equal(first!.texts, [[one, 'Hello']], 'at once, by the socket that is open');
  first!.close();
  await until(() => Socket.all.length === 2, 'another socket');
  const second = Socket.all[1]!;
  second.open();
  assert.equal(second.texts, [[one, 'Hello']], 'again after the reconnect');
  const { client_message_id: id } = second.sent.find(({ type }) => type === 'send')!.message as never;
  second.say({ type: 'ack', client_message_id: id, seq: 9, created_at: '2026-11-30T10:00:00.000Z' });
  second.sent.length = 0;
  shown.look(one);
  shown.look(other);
  assert.equal([second.texts, shown.open!.unsent.length], [[], 0], 'not again once it is stored');
});

test('a reply that the server refuses waits in its chat', async () => {
  const shown = await opened();
  shown.look(one);
  shown.open!.send({ body: 'Hello' }, 'Hello');
  shown.look(other);
  const [socket] = Socket.all;
  const { client_message_id: id } = socket!.sent.find(({ type }) => type === 'send')!.message as never;
  socket!.say({ type: 'nack', client_message_id: id, code: 'not_assigned', retry: false });
  shown.look(one);
  assert.equal(
    shown.open!.unsent.map(({ refused }) => refused),
    ['not_assigned'],
  );
});

test('chats that came while the socket was lost are announced once', async () => {
  const told: string[] = [];
  queue = [listed(one)];
  const shown = await opened(({ id }) => told.push(id));
  await until(() => shown.everything.length === 1, 'the lists');
  assert.equal(told, [], 'what is there at the start is no news');
  queue = [listed(one), listed(other)];
  Socket.all[0]!.close();
  await until(() => Socket.all.length === 2, 'another socket');
  Socket.all[1]!.open();
  await until(() => shown.everything.length === 2, 'the lists');
  Socket.all[1]!.say({ type: 'sessions', sessions: [listed(other)] });
  assert.equal(told, [other]);
});
