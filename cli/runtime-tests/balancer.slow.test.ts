// Three processes behind a load balancer without sticky sessions: any state that only one process has would show here.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { chatSubprotocol } from '../../runtime/contract/chat-protocol.ts';
import { Socket } from '../../runtime/test-support/chat-server.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { removeRules } from '../../sql/store/lists/curation.ts';
import { ask, Balancer, type Reply } from '../test-support/balancer.ts';
import { ChatProcess } from '../test-support/chat-processes.ts';
import { openParticipants, settle, writeAll } from '../test-support/participants.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';
import { addRuleOfThree, bearer, buildAgain, operator } from '../test-support/sample-server.ts';

interface Setting {
  shop: PushShop;
  processes: [ChatProcess, ChatProcess, ChatProcess];
  balancer: Balancer;
}

const list = 'GET /api/recommendations/similar/6';

const test = suite<Setting>('three processes behind a load balancer');
test.before(async (context) => {
  context.shop = await pushShop();
  const env = { ...context.shop.env, COUTURE_DRAIN: '1500' };
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

/** Sends the same request three times, once to each process. */
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
    'each process received a request',
  );
  return replies;
}

const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status);
const same = (values: readonly unknown[]) => new Set(values).size === 1;

/** Opens a chat or console socket at the next process. */
async function socketOf({ balancer }: Setting, at: string, headers: Record<string, string>): Promise<Socket> {
  const url = balancer.url.replace('http', 'ws') + at;
  return Socket.open(url, [chatSubprotocol], { Origin: balancer.url, ...headers });
}

/** Runs a command as a user does. @returns its exit code */
async function couture({ shop }: Setting, ...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
    cwd: '/',
    env: shop.env,
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

test('signing in at one process is valid at all, and saved data is available at all', async ({
  balancer,
}) => {
  const { Authorization } = await bearer('7');
  const token = Authorization.slice('Bearer '.length);
  const opened = await ask(balancer.url, 'POST /api/session', {}, { token });
  const cookie = { Cookie: opened.headers['set-cookie']![0]!.split(';')[0]! };
  for (const { body } of await atEach(balancer, 'GET /api/session', cookie)) assert.is(body.sub, '7');
  await ask(balancer.url, 'POST /api/watchlist', { Authorization }, { product_id: 33 });
  for (const { text } of await atEach(balancer, 'GET /api/watchlist', cookie)) assert.match(text, '"id":33,');
});

test('a guest can continue a chat at any process', async ({ balancer }) => {
  const message = { client_message_id: randomUUID(), body: 'Hello?' };
  const begun = await ask(balancer.url, 'POST /api/chat-sessions', {}, { message, name: 'Guest' });
  assert.is(begun.status, 201);
  const cookie = { Cookie: begun.headers['set-cookie']![0]!.split(';')[0]! };
  const seen = await atEach(balancer, `GET /api/chat-sessions/${begun.body.id}`, cookie);
  assert.equal(statuses(seen), [200, 200, 200]);
  // A message that is sent again, to other processes, is stored once.
  const again = { session_id: begun.body.id, message };
  const sent = await atEach(balancer, 'POST /api/chat-messages', cookie, again);
  assert.ok(statuses(sent).every((status) => status < 300));
  const whole = await ask(balancer.url, `GET /api/chat-sessions/${begun.body.id}`, cookie);
  assert.is(whole.body.messages.length, 1);
});

async function socketsAt(each: ChatProcess): Promise<number> {
  const { text } = await ask(each.url, 'GET /metrics', operator);
  return Number(/^couture_chat_sockets (\d+)/m.exec(text)![1]);
}

test('shopper and agent on different, changing processes lose no message', async (context) => {
  const people = await openParticipants(context.shop.url, context.balancer.url);
  try {
    for (const each of context.processes)
      assert.ok((await socketsAt(each)) > 0, 'each process has some of the sockets');
    for (let round = 0; round < 30; round++) {
      writeAll(people);
      // Cut without a close frame, one after the other; the next process replays the missed messages.
      if (round % 2 === 0) people[(round / 2) % people.length]!.cut();
      await delay(10);
    }
    await settle(people);
  } finally {
    await Promise.all(people.map((each) => each.stop()));
  }
});

test('a product sold through one process is sold out at all, and the last unit is sold once', async ({
  balancer,
  shop,
}) => {
  await shop.client.query('update shop.product set inventory = 0 where group_id = 11');
  await shop.client.query('update shop.product set inventory = 1 where product_id = 11');
  const shown = async () =>
    (await atEach(balancer, 'GET /api/products/11')).map(({ body }) => body.in_stock as boolean);
  await until(async () => (await shown()).every(Boolean), 'all processes to show it');
  const order = { items: [{ product_id: 11, quantity: 1 }] };
  const placed = await Promise.all(
    ['a', 'b', 'c'].map((who) =>
      ask(balancer.url, 'POST /api/orders', { 'Idempotency-Key': `the-last-one-${who}` }, order),
    ),
  );
  assert.equal(statuses(placed).sort(), [201, 409, 409]);
  await until(async () => !(await shown()).some(Boolean), 'no process to show it');
});

test('an order sent to each process with the same idempotency key is placed once', async ({
  balancer,
  shop,
}) => {
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

test('all processes apply a new curation rule and serve a newly published build', async ({
  balancer,
  shop,
}) => {
  const curated = 'GET /api/recommendations/bought-together/3?limit=24';
  const [first] = (await ask(balancer.url, curated)).body;
  const { curation_id } = await addRuleOfThree(shop.client, { product_id: String(first.id) });
  const shows = async () => (await atEach(balancer, curated)).map(({ body }) => body[0].id === first.id);
  await until(async () => !(await shows()).some(Boolean), 'all processes to block it');
  await removeRules(shop.client, [curation_id]);
  await until(async () => (await shows()).every(Boolean), 'all processes to show it again');
  const build = String(await buildAgain(shop.url, { similarity: 'count' }));
  const built = (each: Reply) => each.headers['x-couture-build'] === build;
  await until(
    async () => (await atEach(balancer, curated)).every(built),
    'all processes to serve the new build',
  );
  const answers = await atEach(balancer, curated);
  assert.ok(same(answers.map(({ text }) => text)), 'every process returns the same list');
  assert.ok(same(answers.map(({ headers }) => headers.etag)));
});

test('a revoked token is refused by all processes, and its open sockets are closed', async (context) => {
  const { balancer } = context;
  const agent = await bearer('anna', 'staff');
  const asked = () => atEach(balancer, 'GET /api/chat-agents', agent);
  assert.equal(statuses(await asked()), [200, 200, 200]);
  const sockets = await Promise.all([1, 2, 3].map(() => socketOf(context, '/ws/console', agent)));
  assert.is(await couture(context, 'auth', 'revoke', 'anna'), 0);
  await until(
    async () => statuses(await asked()).every((status) => status === 401),
    'all processes to refuse it',
  );
  await Promise.all(sockets.map((each) => each.closed));
  assert.is(await couture(context, 'auth', 'revoke', 'anna', '--restore'), 0);
  await until(
    async () => statuses(await asked()).every((status) => status === 200),
    'all processes to accept it again',
  );
});

test('a process that starts later knows which agents are online', async (context) => {
  const console_ = await socketOf(context, '/ws/console', await bearer('anna', 'staff'));
  await console_.next('welcome');
  const online = async (each: ChatProcess) =>
    (await ask(each.url, 'GET /api/chat-availability')).body.agents_online as boolean;
  const [one, two, three] = await Promise.all(context.processes.map(socketsAt));
  const later = context.processes[[one, two, three].indexOf(0)]!;
  await later.end('SIGKILL');
  await later.start();
  await until(() => online(later), 'the later process to know');
  console_.terminate();
  for (const each of context.processes)
    await until(async () => !(await online(each)), 'all processes to see the agent offline');
});

test('a chat reply is not pushed to a shopper who has the chat open at another process', async (context) => {
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
  }, 'the absent shopper to get a push message');
  assert.ok(shop.server.got.length - before <= unseen, 'a reply that was seen was pushed, too');
});

test('killing a process loses nothing: orders, chats and a campaign continue at the others', async (context) => {
  const { balancer, shop, processes } = context;
  const [killed, ...others] = processes;
  await shop.client.query('truncate couture.push_subscription, couture.push_delivery');
  await shop.client.query('update shop.product set inventory = 1000 where product_id = 8');
  const buyers = Array.from({ length: 60 }, (_, n) => String(n + 1));
  await shop.subscribe(buyers);
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const words = ['--title', 'Sunday', '--body', 'Sale', '--all', '--concurrency', '2'];
  const { campaign } = await shop.json('send', ...words, '--at', at);
  // Each process checks for campaigns when it starts: the first one sends, and is killed halfway.
  await Promise.all(processes.map((each) => each.end('SIGKILL')));
  await shop.client.query(
    `update couture.push_campaign set created_at = now() - interval '1 hour', starts_at = now() - interval '1 second'
     where campaign_id = $1`,
    [campaign],
  );
  const before = shop.server.got.length;
  const arrived = () => shop.server.got.slice(before).map((each) => each.path);
  let alive = true;
  shop.server.answer = () => (alive && arrived().length > 20 ? { status: 201, hang: true } : { status: 201 });
  await killed.start();
  await until(() => arrived().length > 20, 'the campaign to be in progress');
  await Promise.all(others.map((each) => each.start()));
  await until(() => balancer.ready.every(Boolean), 'all processes to be ready');

  const people = await openParticipants(shop.url, balancer.url);
  const count = async () =>
    (await shop.client.query<{ n: number }>('select count(*)::int as n from shop.orders')).rows[0]!.n;
  const ordered = await count();
  const load = lookAndBuy(balancer.url, 30);
  for (let round = 0; round < 30; round++) {
    writeAll(people);
    if (round === 10) await killed.end('SIGKILL');
    await delay(10);
  }
  alive = false;
  assert.equal([...new Set(await load.end())], [200], 'clients that were cut off retried and succeeded');
  await settle(people).finally(() => Promise.all(people.map((each) => each.stop())));
  assert.is(await count(), ordered + 30, 'each order once');
  assert.equal(balancer.ready, [false, true, true]);

  // Restarted, as a supervisor would do: one of the three continues the campaign.
  await killed.start();
  const state = async () => (await shop.json('status', String(campaign))) as Record<string, unknown>;
  await until(async () => (await state()).state === 'done', 'the campaign to be sent');
  const { accepted, doubtful } = (await state()) as { accepted: number; doubtful: number };
  assert.is(accepted, buyers.length);
  assert.is(new Set(arrived()).size, buyers.length);
  assert.ok(arrived().length - buyers.length <= doubtful && doubtful <= 6, `${doubtful} in doubt`);
});

test('a stopping process first reports not ready, gets no new requests, and aborts none', async ({
  balancer,
  processes: [, leaving],
}) => {
  await until(() => balancer.ready.every(Boolean), 'all processes to be ready');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 12 });
  const running = { running: true };
  const answers: Array<number | string> = [];
  const looking = Array.from({ length: 12 }, async () => {
    while (running.running) {
      const answer = ask(balancer.url, list, { Connection: 'keep-alive' }, undefined, agent);
      answers.push(await answer.then(({ status }) => status).catch((error) => String(error)));
    }
  });
  const ended = leaving.end('SIGTERM');
  const own = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const status = async (request: string) => (await ask(leaving.url, request, {}, undefined, own)).status;
  await until(async () => (await status('GET /readyz')) === 503, 'the process to report not ready');
  assert.is(await status(list), 200, 'it still serves requests');
  await until(() => !balancer.ready[1], 'the load balancer to notice');
  const dealt = balancer.dealt[1];
  assert.is(await ended, 0, leaving.log);
  running.running = false;
  await Promise.all(looking);
  for (const each of [agent, own]) each.destroy();
  assert.is(balancer.dealt[1], dealt);
  assert.ok(answers.length > 100);
  assert.equal([...new Set(answers)], [200]);
});

/** Continuously reads lists and places orders with idempotency keys, and retries interrupted requests. */
function lookAndBuy(origin: string, orders: number): { end(): Promise<number[]> } {
  let looking = true;
  const answers: number[] = [];
  const insist = async (request: string, headers = {}, body?: unknown) => {
    for (;;) {
      const reply = await ask(origin, request, headers, body).catch(() => undefined);
      if (reply) return void answers.push(reply.status === 201 ? 200 : reply.status);
    }
  };
  const look = async () => {
    while (looking) await insist(list);
  };
  const buy = async () => {
    const order = { items: [{ product_id: 8, quantity: 1 }] };
    for (let n = 0; n < orders; n++)
      await insist('POST /api/orders', { 'Idempotency-Key': randomUUID() }, order);
  };
  const work = [look(), look(), look(), look(), buy()];
  return {
    async end() {
      await work.at(-1);
      looking = false;
      await Promise.all(work);
      return answers;
    },
  };
}
