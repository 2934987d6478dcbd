// Push messages to agents who are not looking at the console, from two processes, to a push service that decrypts them.
import { randomUUID } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { Role } from '../../runtime/auth/principal.ts';
import { signToken } from '../../runtime/auth/sign-token.ts';
import { chatSubprotocol } from '../../runtime/contract/chat-protocol.ts';
import { Socket } from '../../runtime/test-support/chat-server.ts';
import { restoreSubject, revokeSubject } from '../../sql/store/chat/revoked-subjects.ts';
import { setTeam } from '../../sql/store/chat/teams.ts';
import { ServerHere } from '../test-support/chat-processes.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';
import { type Body, secret } from '../test-support/sample-server.ts';

interface Setting {
  shop: PushShop;
  runtimes: [ServerHere, ServerHere];
}

const test = suite<Setting>('push to agents');

test.before(async (context) => {
  const shop = await pushShop();
  context.shop = shop;
  context.runtimes = [new ServerHere(shop.url, shop.env), new ServerHere(shop.url, shop.env)];
  await Promise.all(context.runtimes.map((each) => each.start()));
  await setTeam(shop.client, 'returns', { members: ['anna', 'ben'] });
  for (const sub of ['anna', 'ben', 'carl']) {
    await shop.client.query('insert into couture.chat_agent (sub, name) values ($1, $2)', [
      sub,
      `Name ${sub}`,
    ]);
    const [runtime] = context.runtimes;
    assert.is((await (await as(runtime, sub, ['staff']))(save, device(shop, sub))).status, 204);
  }
});
test.beforeEach(async ({ shop }) => {
  await shop.client.query('delete from couture.chat_session; delete from couture.chat_console');
  await shop.client.query('update couture.chat_agent_device set nudged_at = null');
});
test.after(async (context) => {
  await Promise.all((context.runtimes ?? []).map((each) => each.end()));
  await context.shop?.close();
});

const save = 'POST /api/chat-agents/me/devices';

function device({ server, pair }: PushShop, name: string) {
  const { endpoint, p256dh, auth } = server.browser(name);
  return { endpoint, keys: { p256dh, auth }, public_key: pair.publicKey, locale: 'en' };
}

type Ask = (request: string, body?: unknown) => Promise<{ status: number; body: Body }>;

/** Sends requests as this person; '' is a guest. */
async function as(runtime: ServerHere, sub: string, roles: Role[]): Promise<Ask> {
  const headers = sub === '' ? {} : await bearer(sub, roles);
  return async (request, body) => {
    const [method, path] = request.split(' ') as [string, string];
    const response = await fetch(runtime.url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
}

async function bearer(sub: string, roles: Role[]): Promise<Record<string, string>> {
  return {
    Authorization: `Bearer ${await signToken(secret, { sub, roles, lifetime: 600, name: `Name ${sub}` })}`,
  };
}

/** Starts a chat. @returns its id, and sends further messages of its shopper */
async function chat(runtime: ServerHere, customer: string, team?: string) {
  const ask = await as(runtime, customer, ['customer']);
  const message = { client_message_id: randomUUID(), body: 'The secret of the coat' };
  const { body } = await ask('POST /api/chat-sessions', { message, ...(team ? { team } : {}) });
  const id: string = body.id;
  const write = async () => {
    const sent = { session_id: id, message: { client_message_id: randomUUID(), body: 'Are you there?' } };
    assert.is((await ask('POST /api/chat-messages', sent)).status, 201);
  };
  return { id, write };
}

/** Titles of the notifications that this agent's device has got since `from`. */
function titles({ server }: PushShop, name: string, from: number): string[] {
  return server.got
    .slice(from)
    .filter(({ path }) => path.endsWith(name))
    .map(({ payload }) => JSON.parse(payload!).notification.title);
}

test('only agents register devices, of known push services, with their own keys', async ({
  shop,
  runtimes: [runtime],
}) => {
  const own = device(shop, 'own');
  const anna = await as(runtime, 'anna', ['staff']);
  assert.is((await (await as(runtime, '7', ['customer']))(save, own)).status, 403);
  assert.is((await (await as(runtime, '', []))(save, own)).status, 401);
  assert.is(
    (await anna(save, { ...own, endpoint: 'https://push.evil.example/1' })).body.code,
    'endpoint_refused',
  );
  assert.is(
    (await anna(save, { ...own, keys: { ...own.keys, auth: 'AAAAAAAAAAAAAAAAAAAAAAAA' } })).status,
    400,
  );
  assert.is((await anna(save, own)).status, 204);
  // Knowing the endpoint is not enough.
  const ben = await as(runtime, 'ben', ['staff']);
  const guessed = { ...own, keys: { ...own.keys, auth: device(shop, 'other').keys.auth } };
  assert.is((await ben(save, guessed)).status, 403);
  const remove = 'POST /api/chat-agents/me/devices/remove';
  const count = async () =>
    (await shop.client.query('select from couture.chat_agent_device where endpoint = $1', [own.endpoint]))
      .rowCount;
  assert.is((await ben(remove, { endpoint: own.endpoint })).status, 204);
  assert.is(await count(), 1);
  assert.is((await anna(remove, { endpoint: own.endpoint })).status, 204);
  assert.is(await count(), 0);
});

test('a chat that waits is announced once, without its text, to available members of its team, once a minute', async ({
  shop,
  runtimes: [runtime],
}) => {
  const from = shop.server.got.length;
  await (await as(runtime, 'ben', ['staff']))('POST /api/chat-agents/me', { state: 'away' });
  const wait = () =>
    shop.client.query(`update couture.chat_session set waiting_since = waiting_since - interval '1 minute',
      updated_at = updated_at - interval '1 minute'`);
  const { id } = await chat(runtime, '7', 'returns');
  await wait();
  await until(() => titles(shop, 'anna', from).length > 0, 'the message');
  const got = shop.server.got.at(-1)!;
  const shown = JSON.parse(got.payload!).notification;
  assert.equal([shown.title, shown.navigate], ['A chat is waiting', `/console#${id}`]);
  assert.not.match(got.payload!, 'secret');
  // A chat without a team reaches all agents but those who just got a message.
  await chat(runtime, '8');
  await wait();
  await until(() => titles(shop, 'carl', from).length > 0, 'the message to the third agent');
  assert.equal(
    ['anna', 'ben', 'carl'].map((name) => titles(shop, name, from).length),
    [1, 0, 1],
  );
  await (await as(runtime, 'ben', ['staff']))('POST /api/chat-agents/me', { state: 'available' });
});

test('the first unread message in an agent’s own chat is pushed, unless the agent sees the console of any process', async ({
  shop,
  runtimes: [first, second],
}) => {
  const { id, write } = await chat(first, '7');
  const anna = await as(first, 'anna', ['staff']);
  await anna(`POST /api/chat-sessions/${id}/assign`, {});
  const from = shop.server.got.length;
  const headers = { Origin: second.url, ...(await bearer('anna', ['staff'])) };
  const console = await Socket.open(
    `${second.url.replace('http', 'ws')}/ws/console`,
    [chatSubprotocol],
    headers,
  );
  const sees = async (on: boolean) => {
    console.say({ type: 'visible', on });
    await until(
      async () =>
        (
          await shop.client.query(`select from couture.chat_console where sub = 'anna' and visible = $1`, [
            on,
          ])
        ).rowCount === 1,
      'the row of the console',
    );
  };
  const note = (body: string) => anna(`POST /api/chat-sessions/${id}/notes`, { body });
  const read = async () => {
    const { body } = await anna(`GET /api/chat-messages?session_id=${id}`);
    const { seq } = body.messages.at(-1);
    await anna(`POST /api/chat-messages/${id}-${seq}/mark_read`);
    await until(
      async () =>
        (await shop.client.query('select from couture.chat_session where staff_read >= $1', [seq]))
          .rowCount === 1,
      'the read mark',
    );
  };
  await read();
  await sees(true);
  await write();
  await note('@ben: what do you think? @nobody, a@anna.example');
  await until(() => titles(shop, 'ben', from).length === 1, 'the mention');
  assert.equal(titles(shop, 'ben', from), ['You were mentioned in a note']);
  await read();
  await sees(false);
  await write();
  await until(() => titles(shop, 'anna', from).length > 0, 'the reply');
  await write();
  await note('And @Name Ben?');
  await until(() => titles(shop, 'ben', from).length === 2, 'the second mention');
  assert.equal(titles(shop, 'anna', from), ['New message in your chat']);
  console.terminate();
});

test('an agent learns of a scheduled reply that was not sent because the chat has ended', async ({
  shop,
  runtimes: [first],
}) => {
  const { id } = await chat(first, '7');
  await (await as(first, 'anna', ['staff']))(`POST /api/chat-sessions/${id}/assign`, {});
  const ended = await (await as(first, '7', ['customer']))(`POST /api/chat-sessions/${id}/close`);
  assert.is(ended.status, 200);
  const from = shop.server.got.length;
  await shop.client.query(
    `insert into couture.chat_scheduled (client_message_id, session_id, sender, sender_name, body, send_at)
     values (gen_random_uuid(), $1, 'anna', 'Anna', 'The coat is back', now())`,
    [id],
  );
  await until(() => titles(shop, 'anna', from).length > 0, 'the notification');
  assert.equal(titles(shop, 'anna', from), ['Your scheduled reply was not sent']);
});

test('nothing reaches an agent who was revoked or has signed out, or whose token has expired', async ({
  shop,
  runtimes: [runtime],
}) => {
  const { id } = await chat(runtime, '7');
  const carl = await as(runtime, 'carl', ['staff']);
  const endings: Array<[what: string, end: () => Promise<unknown>, undo: () => Promise<unknown>]> = [
    ['revoked', () => revokeSubject(shop.client, 'anna'), () => restoreSubject(shop.client, 'anna')],
    [
      'signed out',
      () =>
        shop.client.query(`insert into couture.revoked_subject (sub)
          select 'signed out ' || token_hash from couture.chat_agent_device where sub = 'anna'`),
      () => shop.client.query(`delete from couture.revoked_subject where sub like 'signed out %'`),
    ],
    [
      'expired',
      () => shop.client.query(`update couture.chat_agent_device set expires_at = now() where sub = 'anna'`),
      () => shop.client.query(`update couture.chat_agent_device set expires_at = now() + interval '1 h'`),
    ],
  ];
  const mention = async (from: number) => {
    await carl(`POST /api/chat-sessions/${id}/notes`, { body: '@anna and @ben' });
    await until(() => titles(shop, 'ben', from).length > 0, 'the mention of the other agent');
  };
  for (const [what, end, undo] of endings) {
    await end();
    const from = shop.server.got.length;
    await mention(from);
    await undo();
    assert.equal(titles(shop, 'anna', from), [], what);
  }
  const from = shop.server.got.length;
  await mention(from);
  await until(() => titles(shop, 'anna', from).length > 0, 'the mention');
});
