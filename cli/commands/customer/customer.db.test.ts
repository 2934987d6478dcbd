// `couture customer export` and `couture customer erase` on an imported shop, with a running server.
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { ChatServer } from '../../../runtime/test-support/chat-server.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { openBuildSession, takeBuildLock } from '../../../sql/store/builds/build-lock.ts';
import { personalTables } from '../../../sql/store/person/personal-data.ts';
import {
  couture,
  everything,
  ida,
  leaveData,
  personShop,
  rowsWith,
  traces,
} from '../../test-support/person-shop.ts';
import { buildAgain } from '../../test-support/sample-server.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  home: string;
}

const test = suite<Context>('couture customer');
test.beforeEach(async (context) => {
  context.database = await personShop();
  context.client = await openClient(context.database.url);
  context.home = await mkdtemp(path.join(os.tmpdir(), 'couture-customer-'));
  await leaveData(context.client);
});
test.afterEach(async (context) => {
  await context.client?.end();
  await context.database?.drop();
  await rm(context.home, { recursive: true, force: true });
});

/** Her rows that have none of the words, as do keys of lists and what webhooks say of chats of a guest. */
const unnamed: Readonly<Record<string, number>> = {
  'couture.chat_attachment': 1,
  'couture.chat_session_label': 3,
};

const run = ({ database, home }: Context, ...args: string[]) =>
  couture(database.url, home, 'customer', ...args);

test('after an erasure, no table and no file has a trace, and everybody else’s rows are the same', async (context) => {
  const { client } = context;
  // Statistics of columns have values of rows.
  await client.query('analyze');
  const statistics = async () => {
    const { rows } = await client.query<{ row: string }>(
      `select s::text as row from pg_stats s where schemaname !~ '^pg_' and tablename <> 'migration'`,
    );
    return rowsWith(new Map([['pg_stats', rows.map(({ row }) => row)]]), traces);
  };
  assert.ok((await statistics()).length > 0);
  const before = await everything(client);
  const lists = [...before.keys()].filter((table) => /^couture\.(customer|buy_again)_list_b\d+$/.test(table));
  assert.ok(lists.length >= 4, 'two builds have lists');

  const dry = await run(context, 'erase', ida.id, '--dry-run');
  assert.is(dry.code, 0);
  assert.match(dry.stdout, 'couture.chat_message');
  assert.match(dry.stdout, 'Nothing was erased: this was a dry run');
  assert.equal(await everything(client), before);

  const { code, stdout, stderr } = await run(context, 'erase', ida.id, '--yes', '--json');
  assert.is(code, 0, stderr);
  const outcome = JSON.parse(stdout);
  assert.equal([outcome.customer_id, outcome.erased], [ida.id, true]);
  const rows = Object.fromEntries(
    outcome.tables.map((each: { table: string; rows: number }) => [each.table, each.rows]),
  );
  assert.equal(
    [rows['couture.chat_session'], rows['couture.chat_message'], rows['couture.recommendation_event']],
    [1, 2, 3],
  );
  assert.is(rows['couture.customer_list'], 2, 'of both builds');
  const missing = Object.keys(personalTables).filter((table) => !rows[table]);
  assert.equal(missing, [], 'she has rows in every table that has rows of persons');

  // The chats of a guest are another person's until the address says otherwise.
  const guest = await run(context, 'erase', ida.email.toUpperCase(), '--yes', '--json');
  assert.is(JSON.parse(guest.stdout).tables[0].rows, 4, 'the messages of both chats of that browser');

  const after = await everything(client);
  assert.equal(rowsWith(after, traces), []);
  assert.equal(await statistics(), []);
  for (const [table, kept] of before) {
    const others = kept.filter((row) => rowsWith(new Map([[table, [row]]]), traces).length === 0);
    const now = new Set(after.get(table));
    const lost = others.filter((row) => !now.has(row));
    const hers = lists.includes(table) ? 1 : table.startsWith('couture.webhook_') ? 3 : (unnamed[table] ?? 0);
    assert.ok(lost.length <= hers, `${table}: ${lost.join('\n')}`);
  }
  for (const file of await readdir(context.home, { recursive: true }))
    assert.not.ok(
      (await readFile(path.join(context.home, file), 'utf8').catch(() => '')).includes('7f3c'),
      file,
    );
});

test('texts of staff and other people that have the address are named and left alone', async (context) => {
  await context.client.query(
    `insert into couture.chat_filter (sub, name, list, search) values ('anna', 'Hers', 'all', $1), ('anna', 'Una', 'all', 'Una')`,
    [ida.email.toUpperCase()],
  );
  await context.client.query(
    `insert into couture.chat_note (session_id, author, author_name, body)
     select session_id, 'anna', 'Anna', 'a friend of ' || $1 from couture.chat_session where customer_id = 'cust-1'
     union all select $2, 'anna', 'Anna', 'writes from ' || $1`,
    [ida.email, ida.guestChat],
  );
  const mentions = [
    { table: 'couture.chat_note', rows: 1 },
    { table: 'couture.chat_filter', rows: 1 },
  ];
  const dry = await run(context, 'erase', ida.email, '--dry-run', '--json');
  assert.equal(JSON.parse(dry.stdout).mentions, mentions);
  const { stdout } = await run(context, 'erase', ida.email, '--yes');
  assert.match(stdout, 'left alone: couture.chat_note 1, couture.chat_filter 1');
  assert.is((await context.client.query('select from couture.chat_filter')).rowCount, 2);
});

test('after a move to a shop with ids of another type, customers of the former one are found and erased', async (context) => {
  const { client } = context;
  await client.query(`
    drop schema couture_source cascade;
    create schema couture_source;
    create view couture_source.product as select 1::bigint as product_id, 'Mug' as name;
    create view couture_source.customer as select 7::bigint as customer_id, 'new@shop.example'::text as email;
    create view couture_source.order_line as
      select 1::bigint as order_id, 7::bigint as customer_id, 1::bigint as product_id, 1 as quantity, now() as ordered_at;
    create view couture_source.watchlist as select 7::bigint as customer_id, 1::bigint as product_id`);
  for (const who of [ida.id, ida.email]) {
    const found = await run(context, 'export', who, '--json');
    assert.is(found.code, 0, found.stderr);
    assert.match(found.stdout, ida.id);
  }
  const { code, stdout, stderr } = await run(context, 'erase', ida.email, '--yes', '--json');
  assert.is(code, 0, stderr);
  const { customer_id, erased, shop } = JSON.parse(stdout);
  assert.equal([customer_id, erased, shop.customers, shop.order_lines], [ida.id, true, 0, 0]);
  assert.is(
    (await client.query('select from couture.chat_session where customer_id = $1', [ida.id])).rowCount,
    0,
  );
  assert.is((await run(context, 'erase', 'cust-1', '--yes')).code, 0);
});

test('an erasure can be repeated, and a build does not bring an imported customer back', async (context) => {
  assert.is((await run(context, 'erase', ida.id, '--yes')).code, 0);
  const again = await run(context, 'erase', ida.id, '--yes', '--json');
  assert.equal([again.code, JSON.parse(again.stdout).erased], [0, false]);
  await buildAgain(context.database.url);
  assert.equal(rowsWith(await everything(context.client), [ida.id]), []);
  const { rows } = await context.client.query<{ lines: number; customers: number }>(
    'select count(*)::int as lines, count(distinct customer_id)::int as customers from imported.order_line',
  );
  assert.equal(rows[0], { lines: 480, customers: 11 });
});

test('an erasure removes the order lines that incremental builds keep, also of customers who have nothing else', async (context) => {
  const built = await couture(
    context.database.url,
    context.home,
    'recs',
    'build',
    '--incremental',
    '--force',
  );
  assert.is(built.code, 0, built.stderr);
  const folders = () => readdir(path.join(context.home, 'kept')).catch(() => []);
  assert.is((await folders()).length, 1);
  const dry = await run(context, 'erase', ida.id, '--dry-run');
  assert.match(dry.stdout, 'that incremental builds keep');
  assert.is((await folders()).length, 1);
  const { stdout } = await run(context, 'erase', ida.id, '--yes', '--json');
  assert.is(JSON.parse(stdout).kept_lines, true);
  assert.equal(await folders(), []);
  const again = await run(context, 'erase', ida.id, '--yes', '--json');
  assert.equal([JSON.parse(again.stdout).kept_lines, again.code], [false, 0]);
});

test('an export has everything about the person, and nothing about others', async (context) => {
  await context.client.query(`update couture.chat_session set customer_id = $1 where session_id = $2`, [
    ida.id,
    ida.guestChat,
  ]);
  const folder = path.join(context.home, 'for-ida');
  const { code, stdout, stderr } = await run(context, 'export', ida.id, '--to', folder, '--json');
  assert.is(code, 0, stderr);
  assert.is(JSON.parse(stdout).folder, folder);
  assert.is((await stat(folder)).mode & 0o077, 0, 'only its owner may read it');
  const text = await readFile(path.join(folder, 'data.json'), 'utf8');
  const { tables, files } = JSON.parse(text);
  assert.equal(
    tables['couture.chat_session'].map((chat: { session_id: string }) => chat.session_id),
    [ida.chat, ida.guestChat],
  );
  assert.is(tables['couture.push_subscription'][0].consent_version, '2026-11-29');
  assert.equal(
    tables['couture.push_delivery'].map((sent: { title: string }) => sent.title),
    ['For Idalina', 'Sale'],
  );
  assert.ok(tables['couture.customer_list'].length > 0);
  assert.ok(tables['imported.order_line'].length > 0);
  const names = await readdir(path.join(folder, 'files'));
  assert.equal(names, [`${ida.attachment}-zanzibar-b-.gif`]);
  assert.equal(files, { [ida.attachment]: `files/${names[0]}` });
  assert.is(await readFile(path.join(folder, 'files', names[0]!), 'utf8'), 'GIF89a zanzibar');
  const index = await readFile(path.join(folder, 'index.html'), 'utf8');
  assert.match(index, 'I live in zanzibar');
  assert.match(index, 'Agent Anna: So you live in zanzibar');
  for (const foreign of ['sub-of-anna', 'Anna B.', 'Una', 'lisbon', 'bb01', 'cust-1', 'draft.pdf'])
    for (const [name, content] of [
      ['data.json', text],
      ['index.html', index],
    ])
      assert.not.ok(content!.includes(`${foreign}`), `${name} has ${foreign}`);
  const twice = await run(context, 'export', ida.id, '--to', folder);
  assert.is(twice.code, 2);
  assert.match(twice.stderr, 'is not empty');
});

test('an address that several customers gave is refused; the guest is named with --guest', async (context) => {
  await context.client.query(`update couture.chat_session set email = $1 where customer_id = 'cust-1'`, [
    ida.email,
  ]);
  const { code, stderr } = await run(context, 'erase', ida.email, '--yes');
  assert.is(code, 2);
  assert.match(
    stderr,
    `stands for 2 customers: cust-1 (the address given in a chat), ${ida.id} (the address given in a chat)`,
  );
  const guest = await run(context, 'erase', ida.email, '--guest', '--yes', '--json');
  const { customer_id, tables } = JSON.parse(guest.stdout);
  assert.is(customer_id, null);
  assert.is(tables.find((each: { table: string }) => each.table === 'couture.chat_session').rows, 2);
  assert.is((await run(context, 'erase', '7', '--guest')).code, 2);
  assert.is((await run(context, 'export', 'nobody@shop.example')).code, 2);
  const nobody = await run(context, 'erase', 'nobody@shop.example', '--yes');
  assert.is(nobody.code, 0);
  assert.match(nobody.stdout, 'Couture holds nothing');
});

test('without a terminal, an erasure needs --yes; while a build runs, it waits for the next attempt', async (context) => {
  const unasked = await run(context, 'erase', ida.id);
  assert.equal([unasked.code, unasked.stderr.includes('--yes')], [2, true]);
  const build = await openBuildSession(context.database.url);
  try {
    assert.is(await takeBuildLock(build), undefined);
    const locked = await run(context, 'erase', ida.id, '--yes');
    assert.is(locked.code, 4);
    assert.match(locked.stderr, 'a build is running');
  } finally {
    await build.end();
  }
  assert.ok(rowsWith(await everything(context.client), [ida.id]).length > 0);
});

test('a running server closes the chats of the person and forgets their lists', async (context) => {
  await context.client.query('delete from couture.revoked_subject');
  const server = await ChatServer.start({}, context.database);
  try {
    const shopper = await server.signedIn(ida.id);
    const socket = await shopper.follow(ida.chat);
    const other = await server.signedIn('cust-1');
    const { rows } = await context.client.query<{ id: string }>(
      `select session_id as id from couture.chat_session where customer_id = 'cust-1'`,
    );
    const kept = await other.follow(rows[0]!.id);
    const ids = async (person: typeof shopper) =>
      (await person.ask('GET /api/recommendations/personalized')).body.map((each: { id: string }) => each.id);
    const [hers, others] = [await ids(shopper), await ids(other)];
    const personal = (await shopper.ask('GET /api/recommendations/personalized')).body[0].source;
    assert.ok(['history', 'repeat'].includes(personal), personal);
    const erased = await run(context, 'erase', ida.id, '--yes');
    assert.is(erased.code, 0, erased.stderr);
    assert.match((await socket.closed).reason, 'gone');
    const now = (await shopper.ask('GET /api/recommendations/personalized')).body;
    assert.not.ok(['history', 'repeat'].includes(now[0]?.source), `${hers} became ${JSON.stringify(now[0])}`);
    assert.equal(await ids(other), others);
    kept.write('still here');
    await kept.next('ack');
    // Tokens that were revoked before the erasure stay revoked.
    await context.client.query('insert into couture.revoked_subject (sub) values ($1)', [ida.id]);
    await run(context, 'erase', ida.id, '--yes');
    const { rows: revoked } = await context.client.query<{ sub: string }>(
      'select sub from couture.revoked_subject',
    );
    assert.equal([revoked.length, revoked[0]!.sub.startsWith('hashed ')], [1, true]);
  } finally {
    await server.close({ keepDatabase: true });
  }
});
