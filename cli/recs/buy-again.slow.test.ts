// Builds of a shop whose customers buy at known intervals: what is due, when, and in which words.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadTinyShop, type TinyLine, type TinyProduct, type TinyShop } from '../../fixtures/tiny-shop.ts';
import { exportRows } from '../../sql/store/lists/list-export.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import { inspectCustomer } from './builds/inspect/customer.ts';
import { openInspection } from './builds/inspect/inspection.ts';

interface Context extends DatabaseContext {
  home: string;
}

const test = databaseSuite<Context>('buy again', { timeout: 300_000, migrated: true });
test.beforeEach((context) => {
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-buy-again-'));
});
test.afterEach(({ home }) => rmSync(home, { recursive: true, force: true }));

test('a list has what its customer buys again, with the last day and the interval; never what is bought once', async (context) => {
  const summary = await build(context, pantry());
  assert.ok(summary.lists.buy_again! > 20, JSON.stringify(summary.lists));
  const lists = await listsOf(context);
  // Every customer buys coffee, some of them soap; all have one coat each.
  for (const entries of Object.values(lists))
    for (const { item } of entries) assert.match(item, /^(coffee|soap)/);
  const [first] = lists['customer-1']!;
  assert.is(first!.item, 'coffee-dark', 'the variant that was bought');
  assert.match(first!.reason, /^you buy this about every 5 weeks; last on \d+ October 2024$/);
  const probabilities = lists['customer-1']!.map(({ score }) => score);
  assert.equal(
    probabilities,
    probabilities.toSorted((a, b) => b - a),
  );
  assert.ok(probabilities.every((each) => each > 0 && each < 1));
});

test('a proven product is listed after one purchase, and the reason says who buys it again', async (context) => {
  await build(context, pantry());
  const lists = await listsOf(context);
  const [entry] = lists.newcomer!;
  assert.is(entry!.item, 'coffee-light');
  assert.match(entry!.reason, /^customers buy this about every \d weeks; you bought it on \d+ October 2024$/);
});

test('a customer who stopped buying has no list, and none has one with --repurchase never', async (context) => {
  await build(context, pantry());
  assert.is((await listsOf(context)).lapsed, undefined);
  await build(context, pantry(), { repurchase: 'never' });
  assert.equal(await listsOf(context), {});
});

test('without dates intervals are counted in orders', async (context) => {
  const shop = pantry();
  const lines = shop.lines.map((line) => ({ ...line, at: '2024-06-01T12:00:00Z' }));
  await build(context, { ...shop, lines });
  const lists = await listsOf(context);
  const reasons = Object.values(lists).flatMap((entries) => entries.map(({ reason }) => reason));
  assert.ok(reasons.length > 20);
  for (const reason of reasons)
    assert.match(reason, /^(you|customers) buy this in about every (order|\d+ orders)$/);
});

test('the kind alone is built, exported and inspected', async (context) => {
  const { build_id, lists } = await build(context, pantry(), { kinds: 'buy_again' });
  assert.equal(Object.keys(lists), ['buy_again']);
  const view = await context.client.query({
    text: `select kind, subject, rank, item_id, score, reason, source from couture.recommendation
           order by subject, rank`,
    rowMode: 'array',
  });
  const exported: unknown[][] = [];
  for await (const batch of exportRows(context.client, build_id, ['buy_again'])) exported.push(...batch);
  const place = ([, subject, rank]: unknown[]) => `${subject} ${String(rank).padStart(3, '0')}`;
  exported.sort((a, b) => (place(a) < place(b) ? -1 : 1));
  assert.equal(exported, view.rows);

  const { url } = context.database;
  const inspection = await openInspection({ databaseUrl: url, sourceUrl: url });
  try {
    const found = await inspectCustomer(inspection, 'customer-1');
    assert.match(found.lists.buy_again![0]!.reason, /^you buy this about every 5 weeks; last on /);
    assert.equal(Object.keys(found.missing), ['personalized']);
    const lapsed = await inspectCustomer(inspection, 'lapsed', ['buy_again']);
    assert.match(lapsed.missing.buy_again!, /is due/);
  } finally {
    await inspection.close();
  }
});

test('intervals are given as people say them', async ({ client }) => {
  const words = async (every: number) => {
    const { rows } = await client.query<{ words: string }>(
      `select couture.buy_again_words(2, $1, '2026-10-02') as words`,
      [every],
    );
    return rows[0]!.words.replace('you buy this about every ', '').replace('; last on 2 October 2026', '');
  };
  const said: string[] = [];
  for (const days of [0.6, 3, 6, 7, 12, 35, 59, 61, 100, 500, 600]) said.push(await words(days));
  assert.equal(said, [
    ...['day', '3 days', 'week', 'week', '2 weeks', '5 weeks', '8 weeks'],
    ...['2 months', '3 months', '16 months', '2 years'],
  ]);
});

async function build(
  { client, database, home }: Context,
  shop: TinyShop,
  flags: Record<string, unknown> = {},
) {
  await loadTinyShop(client, shop);
  return buildHere({ url: database.url, home }, { flags, force: true });
}

/** Customer → entries of the published build. */
async function listsOf({ client }: Context) {
  const { rows } = await client.query<{ subject: string; item: string; score: number; reason: string }>(
    `select subject, item_id as item, score, reason from couture.recommendation
     where kind = 'buy_again' order by subject, rank`,
  );
  const lists: Record<string, typeof rows> = {};
  for (const row of rows) (lists[row.subject] ??= []).push(row);
  return lists;
}

const day = (number: number) => new Date(Date.UTC(2024, 0, 1 + number, 12)).toISOString();

/**
 * 40 customers who buy coffee in one of two roasts every five weeks, soap every ten weeks, and one coat; one who bought
 * coffee once, and one who bought it four times and not for half a year.
 */
function pantry(): TinyShop {
  const product = (id: string, category: string, group?: string): TinyProduct => ({
    id,
    ...(group !== undefined && { group }),
    category,
    price: 9,
  });
  const products = [
    product('coffee-dark', 'food', 'coffee'),
    product('coffee-light', 'food', 'coffee'),
    product('soap', 'bath'),
    ...Array.from({ length: 40 }, (_, n) => product(`coat-${n}`, 'coats')),
  ];
  const lines: TinyLine[] = [];
  let orders = 0;
  const buy = (customer: string, item: string, at: number) => {
    const line = { order: `order-${orders++}`, customer, product: item, at: day(at) };
    lines.push(line);
  };
  for (let n = 0; n < 40; n++) {
    const [customer, start] = [`customer-${n}`, (n * 7) % 35];
    for (let at = start; at < 300; at += 35) buy(customer, n % 2 ? 'coffee-dark' : 'coffee-light', at);
    for (let at = start; at < 300; at += 70) if (n % 3 === 0) buy(customer, 'soap', at);
    buy(customer, `coat-${n}`, start);
  }
  buy('newcomer', 'coffee-light', 285);
  for (const at of [0, 30, 60, 90]) buy('lapsed', 'coffee-dark', at);
  return { products, lines, watched: [] };
}
