// POST /api/events over a real server: what is written, for which customer, and what happens while Postgres is unreachable.
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { openPool } from '../../../sql/pool.ts';
import { openLog } from '../../core/log.ts';
import { type ShopServer, shopServer } from '../../test-support/shopper-routes.ts';
import { EventBuffer } from '../event-buffer.ts';

const test = suite<{ shop: ShopServer }>('events');

test.beforeEach(async (context) => {
  context.shop = await shopServer();
});
test.afterEach(({ shop }) => shop.close());

const click = { type: 'click', kind: 'similar', product_id: 3, place: 2, subject: 1, build_id: 1 };
const seen = { type: 'impression', kind: 'trending', product_id: '2', place: 1 };

async function rows(shop: ShopServer): Promise<unknown[]> {
  const result = await shop.client.query(
    `select type, kind, build_id, subject, item, place, customer, visitor from couture.recommendation_event
     order by type, item`,
  );
  return result.rows;
}

test('events are written soon, with the token’s customer', async ({ shop }) => {
  const body = { events: [click, seen], visitor: 'v-1', customer: '9' };
  const reply = await shop.ask('POST /api/events', { as: '7', body });
  assert.equal([reply.status, reply.body], [202, undefined]);
  await until(async () => (await rows(shop)).length === 2, '2 rows');
  assert.equal(await rows(shop), [
    {
      type: 'click',
      kind: 'similar',
      build_id: 1,
      subject: '1',
      item: '3',
      place: 2,
      customer: '7',
      visitor: 'v-1',
    },
    {
      type: 'impression',
      kind: 'trending',
      build_id: null,
      subject: null,
      item: '2',
      place: 1,
      customer: '7',
      visitor: 'v-1',
    },
  ]);
});

test('a view of a product page is an event of its own kind, and of no list', async ({ shop }) => {
  const view = { type: 'view', kind: 'product_page', product_id: 3, place: 1 };
  const reply = await shop.ask('POST /api/events', { body: { events: [view], visitor: 'v-1' } });
  assert.is(reply.status, 202);
  await until(async () => (await rows(shop)).length === 1, 'a row');
  const [row] = (await rows(shop)) as Array<Record<string, unknown>>;
  assert.equal([row!.type, row!.kind, row!.item], ['view', 'product_page', '3']);
  for (const wrong of [
    { ...view, kind: 'similar' },
    { ...click, kind: 'product_page' },
  ]) {
    const refused = await shop.ask('POST /api/events', { body: { events: [wrong] } });
    assert.is(refused.status, 400);
    assert.match(JSON.stringify(refused.body), 'expected kind product_page for a view');
  }
});

test('bodies of sendBeacon are accepted: text without a session', async ({ shop }) => {
  const headers = { 'Content-Type': 'text/plain;charset=UTF-8' };
  const reply = await shop.ask('POST /api/events', { headers, body: JSON.stringify({ events: [click] }) });
  assert.is(reply.status, 202);
  await until(async () => (await rows(shop)).length === 1, '1 rows');
  assert.equal(
    (await rows(shop)).map((row) => (row as { customer: unknown }).customer),
    [null],
  );
});

test('invalid events are rejected', async ({ shop }) => {
  for (const events of [
    [],
    Array.from({ length: 51 }, () => seen),
    [{ ...seen, type: 'purchase' }],
    [{ ...seen, kind: 'x' }],
    [{ ...seen, place: 0 }],
    [{ ...seen, product_id: 'x' }],
    [{ ...seen, subject: 'a\0b' }],
    [{ ...seen, build_id: 2 ** 31 }],
  ]) {
    const reply = await shop.ask('POST /api/events', { body: { events } });
    assert.is(reply.status, 400, JSON.stringify(events).slice(0, 100));
  }
  const html = await shop.ask('POST /api/events', { headers: { 'Content-Type': 'text/html' }, body: '{}' });
  assert.is(html.status, 415);
});

const event = {
  at: new Date(),
  type: 'click',
  kind: 'similar',
  buildId: null,
  subject: null,
  item: '1',
  place: 1,
  customer: null,
  visitor: null,
} as const;

test('while Postgres is unreachable events are buffered; those without room are dropped and counted', async () => {
  const pool = openPool('postgresql://nobody@127.0.0.1:1/nothing', { connectTimeout: 100 });
  const buffer = new EventBuffer(pool, openLog('silent'), { gather: 5, max: 3 });
  try {
    buffer.add([event, event]);
    await sleep(50);
    assert.equal([buffer.waiting, buffer.written, buffer.dropped], [2, 0, 0]);
    buffer.add([event, event, event]);
    assert.equal([buffer.waiting, buffer.dropped], [3, 2]);
    await buffer.close();
    assert.equal([buffer.waiting, buffer.dropped], [0, 5]);
  } finally {
    await pool.end();
  }
});

test('buffered events are written when Postgres is back', async ({ shop }) => {
  const pool = openPool(shop.url, { statementTimeout: 50 });
  const buffer = new EventBuffer(pool, openLog('silent'), { gather: 5 });
  try {
    await shop.client.query('begin; lock table couture.recommendation_event');
    buffer.add([event, event]);
    await sleep(150);
    assert.equal([buffer.waiting, buffer.written], [2, 0], 'the statement has run out of time');
    await shop.client.query('rollback');
    await until(() => buffer.written === 2, 'both events to be written');
    assert.is((await rows(shop)).length, 2);
  } finally {
    await buffer.close();
    await pool.end();
  }
});

test('a batch that Postgres always rejects does not block later ones', async ({ shop }) => {
  shop.buffer.add([{ ...event, item: 'a\0b' }]);
  await until(() => shop.buffer.dropped === 1, 'the event to be dropped');
  shop.buffer.add([event]);
  await until(() => shop.buffer.written === 1, 'the event to be written');
});

test('close writes the buffered events', async ({ shop }) => {
  const pool = openPool(shop.url);
  const buffer = new EventBuffer(pool, openLog('silent'), { gather: 60_000 });
  try {
    buffer.add([event, event]);
    await buffer.close();
    buffer.add([event]);
    assert.equal([buffer.written, buffer.dropped], [2, 1]);
    assert.is((await rows(shop)).length, 2);
  } finally {
    await pool.end();
  }
});

test('expired events are deleted when new ones arrive', async ({ shop }) => {
  const pool = openPool(shop.url);
  const buffer = new EventBuffer(pool, openLog('silent'), { gather: 5, keepDays: 30 });
  const daysAgo = (days: number) => ({ ...event, at: new Date(Date.now() - days * 86_400_000) });
  try {
    buffer.add([daysAgo(31), daysAgo(29), event]);
    await until(() => buffer.written === 3, 'three events to be written');
    await buffer.close();
    assert.is((await rows(shop)).length, 2);
  } finally {
    await pool.end();
  }
});
