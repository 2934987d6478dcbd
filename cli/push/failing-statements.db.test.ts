// A campaign whose statements fail: it goes on if a retry helps; otherwise it stops with the reason, and a resume completes
// it. Nobody gets a message twice, except what was in flight when its outcome could not be recorded.
import { certificate } from '../../fixtures/local-certificate.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { runCampaign } from '../../runtime/push/campaign-run.ts';
import { Delivery } from '../../runtime/push/delivery.ts';
import { Connection, destroyConnection } from '../../sql/connection.ts';
import type { Client } from '../../sql/pool.ts';
import { createCampaign, readCampaign } from '../../sql/store/push/campaigns.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';

const people = Array.from({ length: 20 }, (_, n) => String(n + 1));
/** Customers whose messages are too large, whose subscription is gone, and whose push service asks to wait a moment. */
const [tooLarge, gone, deferred] = ['2', '3', '4'] as const;
/** Customers whose messages have waited: one has reached the cap by now, one has unsubscribed. */
const [waiting, capped, unsubscribed] = ['5', '6', '7'] as const;

type Query = (this: Client, ...args: unknown[]) => unknown;
const query = Connection.prototype.query as Query;

interface Cursor {
  readonly text: string;
  read: (rows: number, done: (error: Error) => void) => void;
}

/** What becomes of a statement: Postgres refuses it, or runs it and the connection is lost before the answer. */
type Fault = { readonly code: string } | 'lost';
/** Statement and which call of it this is, from 1 on → its fault. */
type Faults = (statement: string, nth: number) => Fault | undefined;

/** Statements of campaigns' sessions fail as `faults` says. @returns statements → calls */
function injectFaults(faults: Faults): Map<string, number> {
  const calls = new Map<string, number>();
  let hasBegun = false;
  (Connection.prototype as { query: Query }).query = function (this: Client, ...args) {
    const { application_name: name } = (
      this as unknown as { connectionParameters: { application_name: string } }
    ).connectionParameters;
    const [given] = args as [string | { readonly text: string } | Cursor];
    const statement = (typeof given === 'string' ? given : given.text).trim();
    const isSetting = /^set |pg_backend_pid|pg_settings/.test(statement);
    if (!name.startsWith('couture push') || isSetting) return query.apply(this, args);
    // A campaign that could not begin is as it was.
    if (!hasBegun) {
      hasBegun = statement.startsWith('with doubtful');
      return query.apply(this, args);
    }
    const nth = (calls.get(statement) ?? 0) + 1;
    calls.set(statement, nth);
    const fault = faults(statement, nth);
    if (fault === undefined) return query.apply(this, args);
    if (typeof given === 'object' && 'read' in given) {
      const cursor = query.apply(this, args) as Cursor;
      if (fault === 'lost') destroyConnection(this, new Error('lost'));
      else cursor.read = (_, done) => done(refusal(fault));
      return cursor;
    }
    if (fault !== 'lost') return Promise.reject(refusal(fault));
    return (query.apply(this, args) as Promise<unknown>).then(() => {
      destroyConnection(this);
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    });
  };
  return calls;
}

function refusal({ code }: { code: string }): Error {
  return Object.assign(new Error(`refused with ${code}`), { code, severity: 'ERROR' });
}

function restore(): void {
  (Connection.prototype as { query: Query }).query = query;
}

interface Context {
  shop: PushShop;
  /** Statements of an undisturbed campaign → calls. */
  calls: Map<string, number>;
}

const test = suite<Context>('a campaign whose statements fail');
test.before(async (context) => {
  const shop = await pushShop({ check: false });
  context.shop = shop;
  const id = await prepare(shop);
  context.calls = injectFaults(() => undefined);
  await send(shop, id);
  restore();
  await expectComplete(shop, id, 'without a fault');
});
test.afterEach(restore);
test.after((context) => context.shop?.close());

/** A campaign of which three messages have waited. */
async function prepare({ client, server, subscribe }: PushShop): Promise<number> {
  await client.query('truncate couture.push_subscription, couture.push_campaign, couture.push_delivery');
  await subscribe(people);
  server.got.length = 0;
  server.answer = ({ path }) => {
    const customer = path.split('/').at(-1)!;
    const isFirst = server.got.filter((each) => each.path === path).length === 1;
    if (customer === deferred && isFirst) return { status: 429, headers: { 'retry-after': '0' } };
    return { status: { [tooLarge]: 413, [gone]: 410 }[customer] ?? 201 };
  };
  const given: Parameters<typeof createCampaign>[1] = {
    message: { title: 'a', body: 'b', url: '/' },
    audience: { all: true },
    topic: 'news',
    settings: {
      ...{ ttl: 60, urgency: 'normal', rate: null, concurrency: 5, quiet: null },
      cap: { messages: 1, days: 7 },
    },
    people: people.length,
    startsAt: null,
  };
  const [earlier, { campaign_id }] = [
    await createCampaign(client, given),
    await createCampaign(client, given),
  ];
  await client.query(
    `insert into couture.push_delivery (campaign_id, subscription_id, customer_id, origin, state, attempts, next_at, settled_at)
     select $1::int, subscription_id, customer_id, origin, 'waiting', 1, now(), null from couture.push_subscription
     where customer_id = any ($2::text[])
     union all select $4::int, subscription_id, customer_id, origin, 'accepted', 1, null, now() from couture.push_subscription
     where customer_id = $3`,
    [campaign_id, [waiting, capped, unsubscribed], capped, earlier.campaign_id],
  );
  await client.query('delete from couture.push_subscription where customer_id = $1', [unsubscribed]);
  return campaign_id;
}

async function send({ url, pair, server }: PushShop, id: number): Promise<string> {
  const delivery = new Delivery({
    keys: { pairs: [pair], contact: 'mailto:shop@shop.example', file: undefined },
    network: { hosts: [server.host], allowPrivate: true, ca: certificate },
    concurrency: 5,
  });
  try {
    const { signal } = new AbortController();
    return (await runCampaign(id, { databaseUrl: url, delivery, signal, reconnectWithin: 20_000 })).state;
  } finally {
    delivery.close();
  }
}

/** Every message has its outcome, and nobody got more than `repeated` allows. */
async function expectComplete(
  { client, server }: PushShop,
  id: number,
  what: string,
  repeated = 0,
): Promise<void> {
  const { rows } = await client.query<{ state: string; customers: string[] }>(
    `select state, array_agg(customer_id order by customer_id::int) as customers from couture.push_delivery
     where campaign_id = $1 group by state order by state`,
    [id],
  );
  const outcomes = Object.fromEntries(rows.map(({ state, customers }) => [state, customers]));
  const others = people.filter((each) => ![tooLarge, gone, capped, unsubscribed].includes(each as never));
  assert.equal(
    outcomes,
    { accepted: others, failed: [tooLarge], gone: [gone, unsubscribed], skipped: [capped] },
    what,
  );
  const times = new Map<string, number>();
  for (const { path } of server.got) {
    const customer = path.split('/').at(-1)!;
    times.set(customer, (times.get(customer) ?? 0) + 1);
  }
  const expected = new Map([...others, tooLarge, gone].map((each) => [each, each === deferred ? 2 : 1]));
  const twice = [...times].reduce((sum, [each, n]) => sum + n - (expected.get(each) ?? 0), 0);
  assert.equal([...times.keys()].sort(), [...expected.keys()].sort(), what);
  assert.ok(twice >= 0 && twice <= repeated, `${what}: ${twice} repeated, ${repeated} in doubt`);
  const left = await client.query<{ id: string; failures: number }>(
    'select customer_id as id, failures from couture.push_subscription where customer_id = any ($1::text[])',
    [[tooLarge, gone, deferred]],
  );
  assert.equal(
    left.rows.map(({ id: customer, failures }) => `${customer} ${Math.min(failures, 1)}`).sort(),
    [`${tooLarge} 1`, `${deferred} 0`].sort(),
    what,
  );
  assert.is((await readCampaign(client, id))!.state, 'done', what);
}

for (const [what, fault] of [
  ['ends in a deadlock', { code: '40P01' }],
  ['is lost with its connection before the answer', 'lost'],
] as const)
  test(`a campaign goes on, without a message twice, when any statement ${what}`, async ({ shop, calls }) => {
    for (const [statement, count] of calls) {
      const [id, nth] = [await prepare(shop), Math.ceil(count / 2)];
      const title = `call ${nth} of ${count}: ${statement}`;
      injectFaults((each, call) => (each === statement && call === nth ? fault : undefined));
      const state = await send(shop, id).catch((error) => assert.unreachable(`${title}: ${error.stack}`));
      restore();
      assert.is(state, 'done', title);
      await expectComplete(shop, id, title);
    }
  });

test('a campaign whose statement is refused stops with the reason, and a resume completes it', async ({
  shop,
  calls,
}) => {
  for (const [statement, count] of calls) {
    // Replaced by the end of the connection.
    if (/pg_advisory_unlock/.test(statement)) continue;
    const [id, nth] = [await prepare(shop), Math.ceil(count / 2)];
    const title = `from call ${nth} of ${count} on: ${statement}`;
    injectFaults((each, call) => (each === statement && call >= nth ? { code: '42501' } : undefined));
    let failed: unknown;
    await send(shop, id).catch((error) => (failed = error));
    restore();
    const stopped = (await readCampaign(shop.client, id))!;
    assert.ok(failed, title);
    // The state itself cannot be written: the next process sees that nobody holds the campaign.
    const isState = statement.startsWith('update couture.push_campaign');
    assert.is(stopped.state, isState ? 'running' : 'stopped', title);
    if (!isState) assert.match(stopped.stopped_why ?? '', '42501', title);
    assert.is(await send(shop, id), 'done', title);
    const { doubtful } = (await readCampaign(shop.client, id))!;
    const isLedger = statement.startsWith('with noted');
    if (!isLedger) assert.is(doubtful, 0, title);
    await expectComplete(shop, id, title, doubtful);
  }
});

test('a campaign that may not go on after a lost connection stops with the reason', async ({ shop }) => {
  const id = await prepare(shop);
  injectFaults((each, nth) => {
    if (each.startsWith('with noted') && nth === 2) return 'lost';
    return each.startsWith('with doubtful') ? { code: '42501' } : undefined;
  });
  let failed: unknown;
  await send(shop, id).catch((error) => (failed = error));
  restore();
  const { state, stopped_why } = (await readCampaign(shop.client, id))!;
  assert.equal([(failed as { code?: string }).code, state], ['42501', 'stopped']);
  assert.match(stopped_why ?? '', '42501');
  assert.is(await send(shop, id), 'done');
  await expectComplete(shop, id, 'after the resume', (await readCampaign(shop.client, id))!.doubtful);
});
