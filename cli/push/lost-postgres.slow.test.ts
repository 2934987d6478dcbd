// Campaigns that lose Postgres while sending: they continue after the reconnect without duplicates, and SIGTERM stops the
// runtime with or without Postgres.
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { certificate } from '../../fixtures/local-certificate.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { runCampaign } from '../../runtime/push/campaign-run.ts';
import { Delivery } from '../../runtime/push/delivery.ts';
import { openClient } from '../../sql/pool.ts';
import { createCampaign } from '../../sql/store/push/campaigns.ts';
import { ChatProcess, prepareChatShop } from '../test-support/chat-processes.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';
import { RestartablePostgres } from '../test-support/restartable-postgres.ts';

const people = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));
const words = ['--title', 'a', '--body', 'b', '--all', '--yes'];

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

function plan(count: number): Parameters<typeof createCampaign>[1] {
  return {
    message: { title: 'a', body: 'b', url: '/' },
    audience: { all: true },
    topic: 'news',
    settings: { ttl: 60, urgency: 'normal', rate: 50, concurrency: 5, quiet: null, cap: null },
    people: count,
    startsAt: null,
  };
}

function deliveryTo({ pair, server }: PushShop): Delivery {
  return new Delivery({
    keys: { pairs: [pair], contact: 'mailto:shop@shop.example', file: undefined },
    network: { hosts: [server.host], allowPrivate: true, ca: certificate },
    concurrency: 5,
  });
}

const test = suite<{ shop: PushShop }>('a campaign that loses sessions', { timeout: 120_000 });
test.before(async (context) => {
  context.shop = await pushShop({ check: false });
});
test.beforeEach(async ({ shop }) => {
  await shop.client.query('truncate couture.push_subscription, couture.push_campaign, couture.push_delivery');
  shop.server.answer = () => ({ status: 201 });
});
test.after((context) => context.shop?.close());

for (const [what, condition] of [
  ['the reading session', `application_name = 'couture push, subscriptions'`],
  ['the writing session', `application_name = 'couture push'`],
  ['all sessions', `application_name like 'couture push%'`],
] as const) {
  test(`a campaign at a terminal resumes three times after Postgres ends ${what}`, async ({ shop }) => {
    await shop.subscribe(people(1_500));
    const before = shop.server.got.length;
    const child = shop.start('send', ...words, '--rate', '300', '--concurrency', '20');
    const closed = once(child, 'close');
    let stderr = '';
    child.stderr!.on('data', (chunk) => (stderr += chunk));
    for (const sent of [200, 500, 800]) {
      await until(() => shop.server.got.length >= before + sent);
      await shop.client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and ${condition}`,
      );
    }
    const [code] = await closed;
    assert.is(code, 0, stderr);
    assert.match(
      stderr,
      /Lost the connection to Postgres; reconnecting\.\n(.|\n)*Reconnected to Postgres; resuming the campaign\./,
    );
    const { rows } = await shop.client.query('select state, doubtful from couture.push_campaign');
    assert.equal(rows, [{ state: 'done', doubtful: 0 }]);
    const paths = shop.server.got.slice(before).map((each) => each.path);
    assert.is(new Set(paths).size, 1_500);
    assert.is(paths.length, 1_500, 'no duplicates');
  });
}

test('a campaign goes on by itself after Postgres took no writes for a while', async ({ shop }) => {
  await shop.subscribe(people(200));
  const campaign = await createCampaign(shop.client, plan(200));
  const delivery = deliveryTo(shop);
  const before = shop.server.got.length;
  const name = new URL(shop.url).pathname.slice(1);
  const states: string[] = [];
  const running = runCampaign(campaign.campaign_id, {
    databaseUrl: shop.url,
    delivery,
    signal: new AbortController().signal,
    onConnection: (state, cause) => states.push(`${state} ${(cause as { code?: string })?.code ?? ''}`),
  });
  // A failure is reported below.
  running.catch(() => {});
  try {
    await until(() => shop.server.got.length >= before + 20);
    // As after a failover to a standby: sessions can be opened, but not written with.
    await shop.client.query(`alter database "${name}" set default_transaction_read_only = on`);
    await shop.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'couture push%' and datname = current_database()`,
    );
    const blocked = `select from pg_stat_activity where application_name = 'couture push' and datname = current_database()
      and backend_start > now() - interval '1 minute'`;
    await until(() => states.length > 0);
    await until(async () => (await shop.client.query(blocked)).rowCount! > 0);
  } finally {
    await shop.client.query(`alter database "${name}" reset default_transaction_read_only`);
  }
  const { state, accepted } = await running;
  delivery.close();
  assert.equal([state, accepted], ['done', 200]);
  assert.is(states.length, 2, `${states}`);
  const paths = shop.server.got.slice(before).map((each) => each.path);
  assert.equal([paths.length, new Set(paths).size], [200, 200], 'everybody got it once');
});

test('if Postgres does not come back, the campaign ends with an error, and resume continues it', async ({
  shop,
}) => {
  await shop.subscribe(people(200));
  const { campaign_id: id } = await createCampaign(shop.client, plan(200));
  const { server } = shop;
  const delivery = deliveryTo(shop);
  const name = new URL(shop.url).pathname.slice(1);
  const admin = await openClient(shop.url.replace(/[^/]+$/, 'postgres'));
  const before = server.got.length;
  const { signal } = new AbortController();
  const running = rejects(
    () => runCampaign(id, { databaseUrl: shop.url, delivery, signal, reconnectWithin: 300 }),
    (error) => (error as { code?: string }).code === 'postgres_lost',
  );
  try {
    await until(() => server.got.length >= before + 20);
    await admin.query(`alter database "${name}" allow_connections false`);
    await shop.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'couture push%' and datname = current_database()`,
    );
    const error = await running;
    assert.match(error.message, /connection to Postgres was lost/);
    assert.match((error as Error & { hint: string }).hint, `couture push resume ${id}`);
  } finally {
    await admin.query(`alter database "${name}" allow_connections true`);
    await admin.end();
    delivery.close();
  }
  const list = await shop.json('status');
  assert.is((list.campaigns as unknown as Array<{ state: string }>)[0]!.state, 'died');
  const report = await shop.json('resume', String(id));
  assert.equal([report.state, report.accepted], ['done', 200]);
});

test('if only the report is lost, nothing asks for the campaign again', async ({ shop }) => {
  await shop.subscribe(people(20));
  const holder = await openClient(shop.url);
  await holder.query('begin; lock table couture_source.order_line in access exclusive mode');
  const sending = shop.couture('send', '--title', 'a', '--body', 'b', '--all', '--yes');
  try {
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'couture push report'
                 and datname = current_database() and wait_event_type = 'Lock'`;
    await until(async () => (await shop.client.query(cut)).rowCount === 1);
  } finally {
    await holder.end();
  }
  const { code, stderr } = await sending;
  assert.is(code, 1);
  assert.match(stderr, /The campaign has ended, only its report is missing: couture push status \d+/);
  assert.not.match(stderr, /run the same command again/);
});

interface Restarting {
  postgres: RestartablePostgres;
  shop: PushShop;
  runtime: ChatProcess;
}
const restart = suite<Restarting>('a runtime whose Postgres restarts', { timeout: 120_000 });
restart.before(async (context) => {
  const postgres = await RestartablePostgres.start(await mkdtemp(path.join(os.tmpdir(), 'couture-restart-')));
  context.postgres = postgres;
  await prepareChatShop(postgres.url);
  context.shop = await pushShop({ check: false, own: { url: postgres.url, drop: async () => {} } });
  context.runtime = new ChatProcess(postgres.url, { ...context.shop.env, COUTURE_SHUTDOWN_TIMEOUT: '2000' });
});
restart.after(async ({ runtime, shop, postgres }) => {
  await runtime?.end('SIGKILL');
  await shop?.close();
  await postgres?.remove();
});

restart('a scheduled campaign continues after the restart, and SIGTERM ends the process', async (context) => {
  const { postgres, shop, runtime } = context;
  await shop.subscribe(people(300));
  const campaign = await schedule(shop);
  await runtime.start();
  await until(() => shop.server.got.length >= 50);
  await postgres.restart();
  await until(async () => (await shop.json('status', campaign)).state === ('done' as unknown));
  const report = await shop.json('status', campaign);
  assert.equal([report.accepted, report.doubtful], [300, 0]);
  const paths = shop.server.got.map((each) => each.path);
  assert.is(new Set(paths).size, 300);
  assert.is(paths.length, 300, 'no duplicates');
  assert.match(runtime.log, 'campaign lost Postgres; reconnecting');
  assert.is(await runtime.end('SIGTERM'), 0);
});

restart('SIGTERM ends the runtime while Postgres is down during a campaign', async (context) => {
  const { postgres, shop, runtime } = context;
  const campaign = await schedule(shop);
  const before = shop.server.got.length;
  await runtime.start();
  await until(() => shop.server.got.length >= before + 50);
  await postgres.stop();
  try {
    await until(() => runtime.log.split('campaign lost Postgres').length > 2);
    assert.is(await runtime.end('SIGTERM'), 0, runtime.log);
    assert.not.match(runtime.log, 'kept alive');
  } finally {
    await postgres.start();
  }
  await runtime.start();
  await until(async () => (await shop.json('status', campaign)).state === ('done' as unknown));
  assert.is((await shop.json('status', campaign)).accepted, 300);
  assert.is(await runtime.end('SIGTERM'), 0);
});

/** Creates a scheduled campaign that is due now. @returns its number */
async function schedule(shop: PushShop): Promise<string> {
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const sent = await shop.json(
    'send',
    '--title',
    'a',
    '--body',
    'b',
    '--all',
    '--yes',
    '--rate',
    '60',
    '--at',
    at,
  );
  const client = await openClient(shop.url);
  await client.query(
    `update couture.push_campaign set created_at = now() - interval '1 hour', starts_at = now() - interval '1 second'
     where campaign_id = $1`,
    [sent.campaign],
  );
  await client.end();
  return String(sent.campaign);
}
