// Three processes behind a balancer that keeps nobody at one of them: whatever a process knew alone would be missed here.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { Socket } from '../../runtime/chat/chat.test.server.ts';
import { chatSubprotocol } from '../../runtime/contract/chat-protocol.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { addRule, removeRules } from '../../sql/store/curation.ts';
import { type PushShop, pushShop } from '../push/push-shop.test.server.ts';
import { ask, Balancer, type Reply } from './balancer.test.server.ts';
import { ChatProcess, makeChats } from './chat-history/chat-processes.test.server.ts';
import { Participant } from './chat-history/participant.test.server.ts';
import { bearer, buildAgain } from './sample-server.test.server.ts';

interface Setting {
  shop: PushShop;
  processes: [ChatProcess, ChatProcess, ChatProcess];
  balancer: Balancer;
}

const test = suite<Setting>('three processes behind a balancer');
test.before(async (context) => {
  context.shop = await pushShop();
  const env = { ...context.shop.env, COUTURE_DRAIN: '1000' };
  const start = () => new ChatProcess(context.shop.url, env);
  context.processes = [start(), start(), start()];
  await Promise.all(context.processes.map((each) => each.start()));
  context.balancer = await Balancer.start(context.processes);
});
test.after(async ({ shop, processes, balancer }) => {
  await balancer?.close();
  await Promise.all((processes ?? []).map((each) => each.end('SIGKILL')));
  await shop?.close();
});

/** The same request three times: once at each process. */
async function atEach(
  balancer: Balancer,
  request: string,
  headers: http.OutgoingHttpHeaders = {},
  body?: unknown,
): Promise<Reply[]> {
  const before = balancer.dealt;
  const replies: Reply[] = [];
  for (const _ of before) replies.push(await ask(balancer.url, request, headers, body));
  assert.equal(
    balancer.dealt.map((dealt, at) => dealt - before[at]!),
    before.map(() => 1),
    'each process was asked',
  );
  return replies;
}

const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status);
const same = (values: readonly unknown[]) => new Set(values).size === 1;

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 400) throw new Error(`it did not come to this: ${what}`);
    await delay(25);
  }
}

/** A socket of a chat or of the console, at the process whose turn it is. */
async function socketOf({ balancer }: Setting, at: string, headers: Record<string, string>): Promise<Socket> {
  const url = balancer.url.replace('http', 'ws') + at;
  return Socket.open(url, [chatSubprotocol], { Origin: balancer.url, ...headers });
}

/** As a person runs it. @returns its exit code */
async function couture({ shop }: Setting, ...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
    cwd: '/',
    env: shop.env,
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

test('who signs in at one process is signed in at all, and what they keep is there', async ({ balancer }) => {
  const { Authorization } = await bearer('7');
  const token = Authorization.slice('Bearer '.length);
  const opened = await ask(balancer.url, 'POST /api/session', {}, { token });
  const cookie = { Cookie: opened.headers['set-cookie']![0]!.split(';')[0]! };
  for (const { body } of await atEach(balancer, 'GET /api/session', cookie)) assert.is(body.sub, '7');
  await ask(balancer.url, 'POST /api/watchlist', { Authorization }, { product_id: 33 });
  for (const { text } of await atEach(balancer, 'GET /api/watchlist', cookie)) assert.match(text, '"id":33,');
});

test('a guest goes on with a chat at whatever process', async ({ balancer }) => {
  const message = { client_message_id: randomUUID(), body: 'Hello?' };
  const begun = await ask(balancer.url, 'POST /api/chat-sessions', {}, { message, name: 'Guest' });
  assert.is(begun.status, 201);
  const cookie = { Cookie: begun.headers['set-cookie']![0]!.split(';')[0]! };
  const seen = await atEach(balancer, `GET /api/chat-sessions/${begun.body.id}`, cookie);
  assert.equal(statuses(seen), [200, 200, 200]);
  // Not acknowledged, so sent again, and at other processes: it is one message.
  const again = { session_id: begun.body.id, message };
  const sent = await atEach(balancer, 'POST /api/chat-messages', cookie, again);
  assert.ok(statuses(sent).every((status) => status < 300));
  const whole = await ask(balancer.url, `GET /api/chat-sessions/${begun.body.id}`, cookie);
  assert.is(whole.body.messages.length, 1);
});

/** Shoppers and agents in chats through the balancer, all live. */
async function talkers({ shop, balancer }: Setting): Promise<Participant[]> {
  const [chats, agents] = [6, 2];
  await shop.client.query('delete from couture.chat_session');
  const ids = await makeChats(shop.url, chats, agents);
  const servers = () => [balancer.url];
  const people = [
    ...ids.map(
      (id, n) => new Participant({ role: 'customer', sub: `shopper-${n}`, sessionIds: [id], servers }),
    ),
    ...Array.from({ length: agents }, (_, agent) => {
      const sessionIds = ids.filter((_id, n) => n % agents === agent);
      return new Participant({ role: 'staff', sub: `agent-${agent}`, sessionIds, servers });
    }),
  ];
  await Promise.all(people.map((each) => each.start()));
  await until(() => people.every((each) => each.isLive), 'all to be live');
  return people;
}

function writeAll(people: readonly Participant[]): void {
  for (const who of people) for (const id of who.options.sessionIds) who.write(id);
}

/** Waits until all is acknowledged and seen, and holds what everybody saw against what was sent. */
async function settle(people: readonly Participant[]): Promise<void> {
  const sent = people.reduce((sum, who) => sum + who.sent.size, 0);
  const seenBy = (who: Participant) => [...who.histories.values()].flatMap(({ seen }) => seen);
  const agents = people.filter(({ options }) => options.role === 'staff');
  const shoppers = people.filter(({ options }) => options.role === 'customer');
  const seen = (side: Participant[]) => side.reduce((sum, who) => sum + seenBy(who).length, 0);
  await until(
    () => people.every((each) => each.pending === 0) && seen(agents) >= sent && seen(shoppers) >= sent,
    'all to be acknowledged and seen',
  );
  for (const shopper of shoppers) {
    const [id] = shopper.options.sessionIds as [string];
    const agent = agents.find(({ histories }) => histories.has(id))!;
    const [mine, theirs] = [shopper.histories.get(id)!, agent.histories.get(id)!];
    assert.equal([mine.gaps, mine.duplicates, theirs.gaps, theirs.duplicates], [0, 0, 0, 0]);
    assert.equal(mine.seen, theirs.seen, 'both saw the same, in one order');
    for (const who of [shopper, agent])
      for (const [message, session] of who.sent)
        if (session === id) assert.is(mine.seen.filter((each) => each.id === message).length, 1);
  }
}

async function socketsAt(each: ChatProcess): Promise<number> {
  const { text } = await ask(each.url, 'GET /metrics');
  return Number(/^couture_chat_sockets (\d+)/m.exec(text)![1]);
}

test('shopper and agent at different processes, and after each reconnect at others, lose no message', async (context) => {
  const people = await talkers(context);
  try {
    for (const each of context.processes) assert.ok((await socketsAt(each)) > 0, 'each has some of them');
    for (let round = 0; round < 30; round++) {
      writeAll(people);
      // Without a goodbye, one after the other: what was missed is replayed by the process that is next.
      if (round % 2 === 0) people[(round / 2) % people.length]!.cut();
      await delay(10);
    }
    await settle(people);
  } finally {
    await Promise.all(people.map((each) => each.stop()));
  }
});

test('what one process has sold is gone at all, and the last one is sold once', async ({
  balancer,
  shop,
}) => {
  await shop.client.query('update shop.product set inventory = 0 where group_id = 11');
  await shop.client.query('update shop.product set inventory = 1 where product_id = 11');
  const shown = async () =>
    (await atEach(balancer, 'GET /api/products/11')).map(({ body }) => body.in_stock as boolean);
  await until(async () => (await shown()).every(Boolean), 'it is shown at all');
  const order = { items: [{ product_id: 11, quantity: 1 }] };
  const placed = await Promise.all(
    ['a', 'b', 'c'].map((who) =>
      ask(balancer.url, 'POST /api/orders', { 'Idempotency-Key': `the-last-one-${who}` }, order),
    ),
  );
  assert.equal(statuses(placed).sort(), [201, 409, 409]);
  await until(async () => !(await shown()).some(Boolean), 'it is gone at all');
});

test('an order that is sent to each process with one key is one order', async ({ balancer, shop }) => {
  const key = { 'Idempotency-Key': randomUUID() };
  const order = { items: [{ product_id: 8, quantity: 1 }] };
  const count = async () =>
    (await shop.client.query<{ n: number }>('select count(*)::int as n from shop.orders')).rows[0]!.n;
  const before = await count();
  const at = balancer.dealt;
  const replies = await Promise.all(at.map(() => ask(balancer.url, 'POST /api/orders', key, order)));
  assert.ok(balancer.dealt.every((dealt, n) => dealt > at[n]!));
  assert.equal(statuses(replies).sort(), [200, 200, 201]);
  assert.ok(same(replies.map(({ body }) => body.order_id)));
  assert.is(await count(), before + 1);
});

test('a rule of the shop and a published build are served by all', async ({ balancer, shop }) => {
  const list = 'GET /api/recommendations/bought-together/3?limit=24';
  const [first] = (await ask(balancer.url, list)).body;
  const { curation_id } = await addRule(shop.client, {
    action: 'block',
    product_id: String(first.id),
    scope: 'product',
    subject: '3',
    kinds: [],
    place: null,
    factor: null,
    from_at: null,
    until_at: null,
    note: '',
  });
  const shows = async () => (await atEach(balancer, list)).map(({ body }) => body[0].id === first.id);
  await until(async () => !(await shows()).some(Boolean), 'it is blocked at all');
  await removeRules(shop.client, [curation_id]);
  await until(async () => (await shows()).every(Boolean), 'it is back at all');
  const build = String(await buildAgain(shop.url, { measure: 'count' }));
  const built = (each: Reply) => each.headers['x-couture-build'] === build;
  await until(async () => (await atEach(balancer, list)).every(built), 'the new build is served by all');
  const answers = await atEach(balancer, list);
  assert.ok(same(answers.map(({ text }) => text)), 'the same list, whoever answers');
  assert.ok(same(answers.map(({ headers }) => headers.etag)));
});

test('rights that are revoked end at all processes, and so do open sockets', async (context) => {
  const { balancer } = context;
  const agent = await bearer('anna', 'staff');
  const asked = () => atEach(balancer, 'GET /api/chat-agents', agent);
  assert.equal(statuses(await asked()), [200, 200, 200]);
  const sockets = await Promise.all([1, 2, 3].map(() => socketOf(context, '/ws/console', agent)));
  assert.is(await couture(context, 'auth', 'revoke', 'anna'), 0);
  await until(async () => statuses(await asked()).every((status) => status === 401), 'refused by all');
  await Promise.all(sockets.map((each) => each.closed));
  assert.is(await couture(context, 'auth', 'revoke', 'anna', '--restore'), 0);
  await until(async () => statuses(await asked()).every((status) => status === 200), 'welcome at all again');
});

test('a process that comes later knows which agents are there', async (context) => {
  const console_ = await socketOf(context, '/ws/console', await bearer('anna', 'staff'));
  await console_.next('welcome');
  const online = async (each: ChatProcess) =>
    (await ask(each.url, 'GET /api/chat-availability')).body.agents_online as boolean;
  const [one, two, three] = await Promise.all(context.processes.map(socketsAt));
  const later = context.processes[[one, two, three].indexOf(0)]!;
  await later.end('SIGKILL');
  await later.start();
  await until(() => online(later), 'the later one knows');
  console_.terminate();
  for (const each of context.processes) await until(async () => !(await online(each)), 'all know of the end');
});

test('an answer in a chat is no push message to who has it open at another process', async (context) => {
  const { balancer, shop } = context;
  await shop.client.query('delete from couture.chat_session');
  await shop.client.query('truncate couture.push_subscription');
  await shop.subscribe(['7']);
  const [customer, agent] = [await bearer('7'), await bearer('anna', 'staff')];
  const message = { client_message_id: randomUUID(), body: 'Hello?' };
  const { body: chat } = await ask(balancer.url, 'POST /api/chat-sessions', customer, { message });
  await ask(balancer.url, `POST /api/chat-sessions/${chat.id}/assign`, agent, {});
  const open = await socketOf(context, `/ws/chat/${chat.id}`, customer);
  open.say({ type: 'resume', after: 0 });
  await open.next('live');
  const before = shop.server.got.length;
  const answer = async (body: string) => {
    const sent = { session_id: chat.id, message: { client_message_id: randomUUID(), body } };
    assert.ok((await ask(balancer.url, 'POST /api/chat-messages', agent, sent)).status < 300);
  };
  for (const n of [1, 2, 3]) {
    await answer(`Seen ${n}`);
    await open.next('message', (frame) => frame.message.body === `Seen ${n}`);
  }
  open.terminate();
  let unseen = 0;
  await until(async () => {
    await answer(`Unseen ${++unseen}`);
    return shop.server.got.length > before;
  }, 'who has left is told');
  assert.ok(shop.server.got.length - before <= unseen, 'an answer that was seen was sent too');
});
