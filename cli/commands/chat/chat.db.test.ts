// `couture chat report`, `export`, `purge`, `teams` and `agents`, and `couture auth revoke` from the command line.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migratedDatabase, type TestDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { type CommandOutcome, runCommand } from '../../test-support/run-command.ts';

const test = suite<{ database: TestDatabase; client: Client }>('couture chat');
test.before(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  await context.client.query(`
    insert into couture.chat_session (session_id, visitor_key, name, email, state, assigned_to, created_at, updated_at) values
      ('${recent}', 'guest:aa', 'Ida', 'ida@example.com', 'active', 'anna', now() - interval '2 years', now() - interval '1 day'),
      ('${old}', 'customer:7', 'Seven', null, 'closed', null, now() - interval '2 years', now() - interval '401 days');
    insert into couture.chat_message (session_id, seq, client_message_id, side, sender_name, kind, body, created_at) values
      ('${recent}', 1, gen_random_uuid(), 'shopper', 'Ida', 'text', E'Hello,\n[2026-01-01 00:00:00] Anna: free for you\r[2026-01-01 00:00:00] Anna: CR\u2028[2026-01-01 00:00:00] Anna: LS\u0085[2026-01-01 00:00:00] Anna: NEL\u000b[2026-01-01 00:00:00] Anna: VT', '2026-03-01T10:00:00Z'),
      ('${recent}', 2, gen_random_uuid(), 'system', 'Anna', 'event', 'assigned', '2026-03-01T10:01:00Z'),
      ('${recent}', 3, gen_random_uuid(), 'staff', 'Anna', 'text', 'Hello Ida', '2026-03-01T10:02:00Z'),
      ('${old}', 1, gen_random_uuid(), 'shopper', 'Seven', 'text', 'Long ago', now() - interval '401 days');
    insert into couture.chat_note (session_id, author, body) values ('${recent}', 'anna', 'pays late'), ('${old}', 'anna', 'x');
    insert into couture.chat_attachment (session_id, side, uploader, type, name, bytes, content)
      values ('${old}', 'shopper', 'customer:7', 'image/gif', 'a.gif', 6, 'GIF89a')`);
});
test.after(async (context) => {
  await context.client?.end();
  await context.database?.drop();
});

const recent = '00000000-0000-4000-8000-000000000001';
const old = '00000000-0000-4000-8000-000000000002';

function couture({ database }: { database: TestDatabase }, ...args: string[]): Promise<CommandOutcome> {
  const { PATH = '', HOME = '' } = process.env;
  return runCommand(args, { cwd: '/', env: { PATH, HOME, DATABASE_URL: database.url } });
}

test('a chat is exported as text, and a message cannot fake another line', async (context) => {
  const { code, stdout } = await couture(context, 'chat', 'export', recent);
  assert.is(code, 0);
  assert.match(stdout, /^Chat 0{8}-/);
  assert.match(stdout, 'With Ida, ida@example.com');
  assert.match(
    stdout,
    '[2026-03-01 10:00:00] Shopper Ida: Hello,\n    [2026-01-01 00:00:00] Anna: free for you\n',
  );
  for (const breaker of ['CR', 'LS', 'NEL', 'VT'])
    assert.match(stdout, `\n    [2026-01-01 00:00:00] Anna: ${breaker}\n`);
  for (const control of ['\r', '\v', '\u0085', '\u2028']) assert.not.ok(stdout.includes(control));
  assert.match(stdout, '[2026-03-01 10:01:00] The chat was assigned to Anna');
  assert.match(stdout, '[2026-03-01 10:02:00] Agent Anna: Hello Ida');
  assert.not.match(stdout, 'pays late');
});

test('the JSON export has everything, notes only on request, and no guest hash', async (context) => {
  const { stdout } = await couture(context, 'chat', 'export', recent, '--format', 'json');
  const chat = JSON.parse(stdout);
  assert.equal(
    [chat.session.email, chat.session.visitor, chat.messages.length],
    ['ida@example.com', 'guest', 3],
  );
  assert.not.match(stdout, 'guest:aa');
  assert.is(chat.notes, undefined);
  const withNotes = await couture(context, 'chat', 'export', recent, '--format', 'json', '--notes');
  assert.is(JSON.parse(withNotes.stdout).notes[0].body, 'pays late');
});

test('a report has figures for people and programs, and a page', async (context) => {
  await context.client.query(`create schema couture_source;
    create view couture_source.product as select 1 as product_id, 'Coat' as name, 'Coats' as category, 5.0 as price, 1 as inventory;
    create view couture_source.order_line as
      select 1 as order_id, 7 as customer_id, 1 as product_id, 1 as quantity, 5.0 as unit_price, now() - interval '3 years' as ordered_at;
    create view couture_source.watchlist as select 7 as customer_id, 1 as product_id where false;
    create view couture_source.customer as select 7 as customer_id;
    update couture.chat_session set last_seq = 3, customer_id = case when name = 'Seven' then '7' end;
    update couture.chat_message set sender = 'anna' where side = 'staff'`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-chats-'));
  try {
    const file = path.join(folder, 'chats.html');
    const { code, stdout, stderr } = await couture(
      context,
      'chat',
      'report',
      '--days',
      '800',
      '--html',
      file,
    );
    assert.is(code, 0, stderr);
    assert.match(stdout, /all chats +2 +1 +0 +0/);
    assert.match(stdout, /^ ?Anna +1 +1 /m);
    assert.match(readFileSync(file, 'utf8'), '<h2>Orders after chats</h2>');
    const parsed = JSON.parse((await couture(context, 'chat', 'report', '--days', '800', '--json')).stdout);
    assert.equal([parsed.all.chats, parsed.agents[0].id, parsed.sales.left_out.unmatched], [2, 'anna', 1]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  assert.is((await couture(context, 'chat', 'report', '--days', 'all')).code, 2);
  assert.is((await couture(context, 'chat', 'report', '--window', '0d')).code, 2);
});

test('an unknown chat exits with 2', async (context) => {
  for (const id of ['00000000-0000-4000-8000-0000000000ff', 'seven']) {
    const { code, stderr } = await couture(context, 'chat', 'export', id);
    assert.is(code, 2);
    assert.match(stderr, 'There is no chat');
  }
});

test('a purge needs a span of at least one day', async (context) => {
  assert.is((await couture(context, 'chat', 'purge')).code, 2);
  assert.is((await couture(context, 'chat', 'purge', '--older-than', '10m')).code, 2);
});

test('a purge accepts spans of any length', async (context) => {
  for (const [span, days] of [
    ['2y', 730.5],
    ['36h', 1.5],
    ['100h', 100 / 24],
    ['1.3w', 9.1],
    ['99999y', 99_999 * 365.25],
  ] as const) {
    const { code, stdout, stderr } = await couture(
      context,
      ...['chat', 'purge', '--older-than', span, '--dry-run', '--json'],
    );
    assert.equal([code, stderr.includes('Postgres refused')], [0, false], span);
    const found = JSON.parse(stdout);
    assert.ok(Math.abs(found.older_than_days - days) < 1e-6, span);
    assert.is(found.sessions, days < 401 ? 1 : 0, span);
  }
});

test('a dry run only counts; a purge deletes only old chats', async (context) => {
  const dry = await couture(context, 'chat', 'purge', '--older-than', '400d', '--dry-run', '--json');
  const found = { older_than_days: 400, sessions: 1, messages: 1, attachments: 1 };
  assert.equal(JSON.parse(dry.stdout), { ...found, dry_run: true, removed: 0 });
  const done = await couture(context, 'chat', 'purge', '--older-than', '400d', '--json');
  assert.equal(JSON.parse(done.stdout), { ...found, dry_run: false, removed: 1 });
  const { rows } = await context.client.query<{ sessions: number; rest: number }>(
    `select (select count(*)::int from couture.chat_session) as sessions,
       (select count(*)::int from couture.chat_message where session_id = '${old}')
         + (select count(*)::int from couture.chat_note where session_id = '${old}')
         + (select count(*)::int from couture.chat_attachment) as rest`,
  );
  assert.equal(rows[0], { sessions: 1, rest: 0 });
});

test('a team is created, changed, listed and removed', async (context) => {
  const made = await couture(
    context,
    ...[
      'chat',
      'teams',
      'set',
      'returns',
      '--name',
      'Returns',
      '--members',
      'anna,ben,anna',
      '--target',
      '2m',
      '--json',
    ],
  );
  const team = {
    team_id: 'returns',
    name: 'Returns',
    intake: 'choice',
    target: 120,
    members: ['anna', 'ben'],
    waiting: 0,
  };
  assert.equal(JSON.parse(made.stdout), { ...team, created: true });
  const changed = await couture(
    context,
    ...['chat', 'teams', 'set', 'returns', '--members', 'ben', '--intake', 'page', '--target', 'default'],
  );
  assert.match(
    changed.stdout,
    'Changed team returns: "Returns", intake page, the default target, agents ben.',
  );
  const listed = await couture(context, 'chat', 'teams', 'list');
  assert.match(listed.stdout, /returns +Returns +page +default +0 +ben/);
  for (const wrong of [
    ['set', 'No Spaces'],
    ['set', 'returns', '--target', '0s'],
    ['set', 'returns', '--name', ' '],
    ['remove', 'unknown'],
  ])
    assert.is((await couture(context, 'chat', 'teams', ...wrong)).code, 2, wrong.join(' '));
  assert.is((await couture(context, 'chat', 'teams', 'remove', 'returns')).code, 0);
  assert.match((await couture(context, 'chat', 'teams', 'list')).stdout, 'No teams');
});

test('an agent’s capacity is set, listed, and reset to the default', async (context) => {
  assert.match((await couture(context, 'chat', 'agents', 'list')).stdout, 'No agent has opened');
  assert.is((await couture(context, 'chat', 'agents', 'set', 'anna', '--capacity', '2')).code, 2);
  await context.client.query(`insert into couture.chat_agent (sub, name) values ('anna', 'Anna')`);
  assert.is((await couture(context, 'chat', 'agents', 'set', 'anna', '--capacity', '2')).code, 0);
  const listed = await couture(context, 'chat', 'agents', 'list');
  assert.match(listed.stdout, /anna +Anna +offline +1 +2/);
  for (const wrong of ['-1', '1.5', 'many', ''])
    assert.is((await couture(context, 'chat', 'agents', 'set', 'anna', '--capacity', wrong)).code, 2, wrong);
  const reset = await couture(context, 'chat', 'agents', 'set', 'anna', '--capacity', 'default', '--json');
  assert.equal(JSON.parse(reset.stdout), { sub: 'anna', capacity: null });
});

test('a subject is revoked and restored', async (context) => {
  const revoked = await couture(context, 'auth', 'revoke', 'anna', '--json');
  assert.equal(JSON.parse(revoked.stdout), { sub: 'anna', revoked: true, changed: true });
  const again = await couture(context, 'auth', 'revoke', 'anna', '--json');
  assert.is(JSON.parse(again.stdout).changed, false);
  const restored = await couture(context, 'auth', 'revoke', 'anna', '--restore');
  assert.match(restored.stdout, 'are accepted again');
});

test('rules for invitations are created, changed, listed and removed; wrong ones are refused', async (context) => {
  const invites = (...args: string[]) => couture(context, 'chat', 'invites', ...args);
  assert.match((await invites('list')).stdout, 'The chat invites nobody');
  const made = await invites(
    ...['set', 'sizes', '--path', '/product/*', '--idle', '30s', '--min-cart', '49.50', '--holdout', '20%'],
    ...['--visitors', 'returning', '--text', 'en=Need help = now?', 'de=Hilfe?', '--json'],
  );
  const { created, ...rule } = JSON.parse(made.stdout);
  assert.ok(created);
  assert.equal(rule, {
    ...{
      invite_id: 'sizes',
      enabled: true,
      path: '/product/*',
      idle: 30,
      min_cart: 49.5,
      only_returning: true,
    },
    ...{ team_id: null, holdout: 0.2, texts: { de: 'Hilfe?', en: 'Need help = now?' } },
  });
  const changed = await invites('set', 'sizes', '--off', '--min-cart', 'none', '--text', 'de=Fragen?');
  assert.match(changed.stdout, 'Changed invitation sizes: off, /product/*, after 30 s, returning visitors.');
  assert.match((await invites('list')).stdout, /sizes .*20\.0 %.*de: Fragen\?/);
  for (const wrong of [
    ['set', 'No', '--text', 'en=Help'],
    ['set', 'new'],
    ['set', 'new', '--text', 'Help'],
    ['set', 'new', '--text', `en=${'x'.repeat(161)}`],
    ['set', 'new', '--text', 'en=two\nlines'],
    ['set', 'new', '--text', 'en=Help', '--path', 'product'],
    ['set', 'new', '--text', 'en=Help', '--idle', '1s'],
    ['set', 'new', '--text', 'en=Help', '--min-cart', '-1'],
    ['set', 'new', '--text', 'en=Help', '--holdout', '95%'],
    ['set', 'new', '--text', 'en=Help', '--team', 'nobody'],
    ['set', 'new', '--text', 'en=Help', '--on', '--off'],
    ['remove', 'new'],
  ])
    assert.is((await invites(...wrong)).code, 2, wrong.join(' '));
  assert.match((await invites('remove', 'sizes')).stdout, 'Removed');
});
