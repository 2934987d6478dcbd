// `couture db grants`: a server, a build and a campaign, each under a role that has nothing but what the command grants.
import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { openClient, quoteIdentifier } from '../../../sql/pool.ts';
import { ServerHere } from '../../test-support/chat-processes.ts';
import { type PushShop, pushShop } from '../../test-support/push-shop.ts';
import { runCommand } from '../../test-support/run-command.ts';
import { type Body, bearer } from '../../test-support/sample-server.ts';

interface Setting {
  shop: PushShop;
  roles: string[];
}

const test = suite<Setting>('couture db grants');
test.before(async (context) => {
  context.roles = [];
  context.shop = await pushShop({ check: false });
});
test.after(async ({ shop, roles }) => {
  for (const role of roles) {
    await shop.client.query(`reassign owned by ${quoteIdentifier(role)} to current_user`);
    await shop.client.query(
      `drop owned by ${quoteIdentifier(role)} cascade; drop role ${quoteIdentifier(role)}`,
    );
  }
  await shop?.close();
});

/** Creates a role that may only log in. @returns its name and the URL with its login */
async function newRole({ shop, roles }: Setting): Promise<{ role: string; url: string }> {
  const role = `Test "role" ${randomBytes(4).toString('hex')}`;
  await shop.client.query(`create role ${quoteIdentifier(role)} login password 'weak'`);
  roles.push(role);
  const url = new URL(shop.url);
  url.username = encodeURIComponent(role);
  url.password = 'weak';
  return { role, url: url.toString() };
}

function grants({ shop }: Setting, ...args: string[]) {
  return runCommand(['db', 'grants', ...args], { cwd: '/', env: shop.env });
}

/** Runs a statement under a role; returns the SQLSTATE of its error. */
async function refusal(url: string, statement: string): Promise<string | undefined> {
  const client = await openClient(url);
  try {
    await client.query(statement);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}

test('a server lists, searches, chats, subscribes and counts, and may change no build', async (context) => {
  const { role, url } = await newRole(context);
  const { code, stderr } = await grants(context, '--role', role, '--for', 'web', '--apply');
  assert.is(code, 0, stderr);
  const server = new ServerHere(url, context.shop.env);
  await server.start();
  const anna = await bearer('7');
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = {
      ...anna,
      'Content-Type': 'application/json',
      'Idempotency-Key': `key-${randomBytes(9).toString('hex')}`,
    };
    const response = await fetch(server.url + path, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: JSON.parse((await response.text()) || 'null') as Body };
  };
  try {
    const similar = await ask('GET', '/api/recommendations/similar/3');
    assert.ok(similar.body.length > 0, JSON.stringify(similar));
    await until(
      async () => (await ask('GET', '/api/products?q=dress')).body.products?.length > 0,
      'the catalogue to be filled',
    );
    assert.is((await ask('GET', '/api/orders')).status, 200);
    assert.is(
      (
        await ask('POST', '/api/chat-sessions', {
          message: { client_message_id: randomUUID(), body: 'hello' },
        })
      ).status,
      201,
    );
    const events = [{ type: 'click', kind: 'similar', product_id: '3', place: 1 }];
    assert.is((await ask('POST', '/api/events', { events })).status, 202);
    await until(async () => {
      const { rows } = await context.shop.client.query('select from couture.recommendation_event');
      return rows.length;
    }, 'the event to be stored');
    const saved = (body: Body) => body.products.some(({ id }: { id: number }) => id === 3);
    for (const name of ['watch', 'unwatch'])
      await context.shop.client.query(`alter function couture_source.${name} rename to shops_${name}`);
    const kept = await ask('POST', '/api/watchlist', { product_id: 3 });
    assert.ok(kept.status === 200 && saved(kept.body), JSON.stringify(kept));
    const removed = await ask('DELETE', '/api/watchlist?product_id=3');
    assert.ok(removed.status === 200 && !saved(removed.body), JSON.stringify(removed));
    for (const name of ['watch', 'unwatch'])
      await context.shop.client.query(`alter function couture_source.shops_${name} rename to ${name}`);
    // Orders write the tables of the shop.
    assert.is((await ask('GET', '/api/shop')).body.checkout, false);
    const { body: ready } = await ask('GET', '/readyz');
    assert.is(ready.status, 'ready', JSON.stringify(ready));
  } finally {
    await server.end();
  }
  for (const statement of [
    'delete from couture.published',
    'update couture.product_key set representative_key = 1',
    'insert into couture.product_list select * from couture.product_list',
    'select * from shop.orders',
    'create table couture.mine (a int)',
  ])
    assert.is(await refusal(url, statement), '42501', statement);
});

test('a server that lacks new grants after an upgrade says so, and still stores messages', async (context) => {
  const { client, env } = context.shop;
  const { role, url } = await newRole(context);
  assert.is((await grants(context, '--role', role, '--for', 'web', '--apply')).code, 0);
  await client.query(
    `revoke all on couture.webhook, couture.webhook_event, couture.chat_label from ${quoteIdentifier(role)}`,
  );
  await client.query(
    `insert into couture.webhook (url, events, secret) values ('https://127.0.0.1:9/', '{chat.message}', 'secret')`,
  );
  const lines: string[] = [];
  const server = new ServerHere(
    url,
    env,
    pino({ level: 'error' }, { write: (line) => void lines.push(line) }),
  );
  await server.start();
  try {
    const { tables, hint } = JSON.parse(lines[0]!);
    assert.equal(tables, ['couture.chat_label', 'couture.webhook', 'couture.webhook_event']);
    assert.match(hint, 'couture db grants');
    const response = await fetch(`${server.url}/api/chat-sessions`, {
      method: 'POST',
      headers: { ...(await bearer('8')), 'Content-Type': 'application/json' },
      body: JSON.stringify({ message: { client_message_id: randomUUID(), body: 'hello' } }),
    });
    assert.is(response.status, 201, await response.text());
    const { rows } = await client.query('select type from couture.webhook_event');
    assert.equal(rows, [{ type: 'chat.message' }]);
  } finally {
    await server.end();
    await client.query('delete from couture.webhook');
  }
});

test('a build publishes, pins and prunes, others still read its lists, and it reads no chat', async (context) => {
  const { role, url } = await newRole(context);
  const printed = await grants(context, '--role', role, '--for', 'build');
  assert.is(printed.code, 0, printed.stderr);
  await context.shop.client.query(printed.stdout);
  const env = { ...context.shop.env, DATABASE_URL: url };
  for (let n = 0; n < 2; n++) {
    const built = await runCommand(['recs', 'build', '--workers', '1', '--force', '--keep-builds', '1'], {
      cwd: '/',
      env,
    });
    assert.is(built.code, 0, built.stderr);
  }
  for (const words of [['status'], ['pin', '3', '--lists', 'trending'], ['prune']]) {
    const { code, stderr } = await runCommand(['recs', ...words], { cwd: '/', env });
    assert.is(code, 0, stderr);
  }
  // A role that reads the lists still does.
  const web = await newRole(context);
  assert.is((await grants(context, '--role', web.role, '--for', 'web', '--apply')).code, 0);
  assert.is(await refusal(web.url, 'select from couture.product_list'), undefined);
  for (const statement of [
    'select from couture.chat_message',
    'select from couture.push_subscription',
    'update couture.synonym set words = words',
    'select from shop.orders',
  ])
    assert.is(await refusal(url, statement), '42501', statement);
});

test('a campaign is sent, and reads no chat and changes no list', async (context) => {
  const { shop } = context;
  const { role, url } = await newRole(context);
  assert.is((await grants(context, '--role', role, '--for', 'push', '--apply')).code, 0);
  await shop.subscribe(['1', '2', '3']);
  const env = { ...shop.env, DATABASE_URL: url };
  const words = ['--title', 'a', '--body', 'b', '--yes'];
  const sent = await runCommand(['push', 'send', ...words, '--all'], { cwd: '/', env });
  assert.is(sent.code, 0, sent.stderr);
  assert.is(shop.server.got.length, 3);
  const segments = await runCommand(['push', 'segments', '--json'], { cwd: '/', env });
  assert.is(segments.code, 0, segments.stderr);
  for (const statement of [
    'select from couture.chat_session',
    'delete from couture.product_list',
    'insert into couture.revoked_subject (sub) values (1)',
    'select from shop.orders',
  ])
    assert.is(await refusal(url, statement), '42501', statement);
});

test('each table is granted for some use, or no server, build or campaign needs it', async (context) => {
  const { role } = await newRole(context);
  assert.is((await grants(context, '--role', role, '--for', 'web,build,push', '--apply')).code, 0);
  const { rows } = await context.shop.client.query<{ name: string }>(
    `select relname::text as name from pg_class
     where relnamespace = 'couture'::regnamespace and relkind in ('r', 'p') and not relispartition
       and not has_any_column_privilege($1, oid, 'select, insert') order by 1`,
    [role],
  );
  assert.equal(
    rows.map(({ name }) => name),
    // Read by `couture customer` and `couture db`, which run under the login of the owner.
    ['reference_key', 'saved_view'],
  );
});

test('an unknown use or role is refused and changes nothing', async (context) => {
  const unknown = await grants(context, '--role', 'x', '--for', 'web,chat');
  assert.is(unknown.code, 2);
  assert.match(unknown.stderr, /"chat" is unknown/);
  const nobody = await grants(context, '--role', 'nobody of this server', '--apply');
  assert.is(nobody.code, 2);
  assert.match(nobody.stderr, /there is no such role/);
});
