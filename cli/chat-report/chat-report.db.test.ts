// Chats and orders with known figures → the report on them.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import type { Client } from '../../sql/pool.ts';
import { createOrderLines } from '../test-support/order-lines.ts';
import { type ChatReport, chatReport } from './chat-report.ts';
import { chatReportPage } from './chat-report-page.ts';
import type { SalesAfterChats } from './sales-after-chats.ts';

const test = databaseSuite('the report on chats', { migrated: true });

test.beforeEach(async ({ client }) => {
  await createOrderLines(client);
  await client.query(`insert into couture.chat_team (team_id, name) values ('returns', 'Returns')`);
});

const shop = { name: 'Aoi', currency: 'JPY' };
const [from, to] = [new Date('2026-03-01T00:00:00Z'), new Date('2026-04-01T00:00:00Z')];

function report(client: Client): Promise<ChatReport> {
  const { signal } = new AbortController();
  return chatReport({
    ...{ client, source: client, from, to, windowDays: 7, detect: 0.05, signal },
    timeZone: 'Europe/Vienna',
  });
}

interface Chat {
  /** Start, in UTC. */
  readonly at: string;
  /** Seconds from the start to each message of an agent. */
  readonly answers?: ReadonlyArray<readonly [agent: string, after: number]>;
  /** Seconds from the start. */
  readonly resolved?: number;
  readonly team?: string;
  readonly customer?: string;
  readonly offline?: boolean;
  readonly missed?: boolean;
  readonly score?: number;
}

async function addChats(client: Client, chats: readonly Chat[]): Promise<void> {
  for (const { at, answers = [], ...chat } of chats) {
    const { rows } = await client.query<{ session_id: string }>(
      `insert into couture.chat_session
         (visitor_key, state, created_at, updated_at, team_id, customer_id, left_offline, missed_at, resolved_at, last_seq)
       values ('guest:' || gen_random_uuid(), 'closed', $1, $1, $2, $3, $4,
         case when $5 then $1::timestamptz + interval '2 minutes' end, $1::timestamptz + $6 * interval '1 second', $7)
       returning session_id`,
      [
        at,
        chat.team ?? null,
        chat.customer ?? null,
        chat.offline ?? false,
        chat.missed ?? false,
        chat.resolved ?? null,
        answers.length + 1,
      ],
    );
    const id = rows[0]!.session_id;
    for (const [seq, [agent, after]] of answers.entries())
      await client.query(
        `insert into couture.chat_message (session_id, seq, client_message_id, side, sender, sender_name, kind, body, created_at)
         values ($1, $2, gen_random_uuid(), 'staff', $3, initcap($3), 'text', 'Hello', $4::timestamptz + $5 * interval '1 second')`,
        [id, seq + 2, agent, at, after],
      );
    if (chat.score !== undefined)
      await client.query(
        `insert into couture.chat_rating (session_id, score, agent) values ($1, $2, 'anna')`,
        [id, chat.score],
      );
  }
}

test('volume, times and ratings are those of a hand count', async ({ client }) => {
  await addChats(client, [
    {
      at: '2026-03-02T08:00:00Z',
      answers: [
        ['anna', 10],
        ['anna', 50],
      ],
      resolved: 600,
      team: 'returns',
      score: 5,
    },
    { at: '2026-03-02T08:59:00Z', answers: [['anna', 20]], resolved: 1_200, score: 4 },
    // Anna answered first, but Ben wrote last.
    {
      at: '2026-03-03T09:00:00Z',
      answers: [
        ['anna', 30],
        ['ben', 90],
      ],
      resolved: 1_800,
      missed: true,
      score: 2,
    },
    // Left as a message in the night, answered in the morning: no first response.
    { at: '2026-03-04T23:30:00Z', answers: [['ben', 30_000]], offline: true },
    { at: '2026-03-05T10:00:00Z' },
    { at: '2026-02-28T23:59:59Z', answers: [['ben', 1]] },
    { at: '2026-04-01T00:00:00Z', answers: [['ben', 1]] },
  ]);
  await client.query(
    `with label as (insert into couture.chat_label (name) values ('Refund'), ('sizes') returning label_id, name)
     insert into couture.chat_session_label (session_id, label_id)
     select session_id, label_id from couture.chat_session, label
     where label.name = 'sizes' or created_at > '2026-03-03' and created_at < '2026-03-05'`,
  );
  const { all, teams, agents, labels, hours, sales } = await report(client);
  assert.equal(labels, [
    { name: 'sizes', chats: 5 },
    { name: 'Refund', chats: 2 },
  ]);
  assert.equal(all, {
    ...{ of: 'all', id: null, name: null, chats: 5, offline: 1, answered: 4, missed: 1, resolved: 3 },
    ...{ first_response: [20, 28], resolution: [1_200, 1_680], ratings: 3, score: 11 / 3, satisfied: 2 },
  });
  assert.equal(
    teams.map(({ id, name, chats, first_response }) => [id, name, chats, first_response]),
    [
      [null, null, 4, [25, 29]],
      ['returns', 'Returns', 1, [10, 10]],
    ],
  );
  assert.equal(
    agents.map(({ id, name, chats, answered, resolved, ratings }) => [
      id,
      name,
      chats,
      answered,
      resolved,
      ratings,
    ]),
    [
      ['anna', 'Anna', 2, 2, 2, 2],
      ['ben', 'Ben', 2, 2, 1, 1],
    ],
  );
  // In Vienna it is one hour later in winter.
  assert.equal(
    hours.flatMap((chats, hour) => (chats > 0 ? [[hour, chats]] : [])),
    [
      [0, 1],
      [9, 2],
      [10, 1],
      [11, 1],
    ],
  );
  assert.is(sales, null);
});

test('a period without chats is a report, too', async ({ client }) => {
  const empty = await report(client);
  assert.equal([empty.all.chats, empty.all.first_response, empty.teams, empty.agents], [0, null, [], []]);
  assert.match(chatReportPage(empty, shop), 'No chat was answered in this period.');
});

/**
 * Customers with 1, 2, 4 or 8 earlier orders: the more of them, the more often they chat, and the more often they order
 * anyway. `lift` is what a chat adds to the share who order.
 */
async function simulate(client: Client, seed: number, lift: number): Promise<void> {
  await client.query('truncate couture.chat_session, public.line cascade');
  await client.query('select setseed($1)', [seed / 1_000]);
  await client.query(
    `create temp table person on commit drop as
       select n, (array[1, 2, 4, 8])[1 + floor(random() * 4)::int] as orders, random() as chats, random() as buys
       from generate_series(1, 4000) n`,
  );
  await client.query(
    `insert into couture.chat_session (visitor_key, state, customer_id, created_at, last_seq)
       select 'customer:' || n, 'closed', n::text, $1::timestamptz + interval '10 days', 1 from person where chats < 0.02 * orders`,
    [from],
  );
  await client.query(
    `insert into public.line
       select n * 100 + k, n, 1, 1, 20, $1::timestamptz - k * interval '60 days' from person, generate_series(1, orders) k
       union all
       select n * 100, n, 1, 1, 20, $1::timestamptz + interval '12 days' from person
       where buys < (0.1 + 0.05 * orders) * case when chats < 0.02 * orders then 1 + $2::float8 else 1 end`,
    [from, lift],
  );
}

for (const lift of [0, 0.4]) {
  test(`about 19 of 20 intervals contain an effect of ${lift} on the share who order`, async ({ client }) => {
    let held = 0;
    for (let seed = 1; seed <= 10; seed++) {
      await client.query('begin');
      await simulate(client, seed, lift);
      const { effects } = (await report(client)).sales!;
      await client.query('rollback');
      const { low, high } = effects.conversion;
      if (low! <= lift && lift <= high!) held++;
    }
    assert.ok(held >= 8, `${held} of 10`);
  });
}

/** A line of an order of two products at 10. */
const line = (order: number, customer: number, at: string) =>
  `(${order}, ${customer}, 1, 2, 10, '${at}'::timestamptz)`;

test('who chatted recently, is new or is like nobody is left out, and counted', async ({ client }) => {
  const others = [11, 12, 13, 14, 15].map((customer) => line(customer, customer, '2026-02-01'));
  await client.query(
    `insert into public.line values ${[
      line(1, 1, '2026-02-01'),
      line(2, 1, '2026-03-11'),
      // Ordered first after the chat; chatted a day before the end; is the only one who ordered years ago.
      line(3, 2, '2026-03-12'),
      line(4, 3, '2026-02-01'),
      line(5, 4, '2021-02-01'),
      ...others,
      line(20, 11, '2026-03-13'),
    ].join()}`,
  );
  await addChats(client, [
    { at: '2026-03-10T10:00:00Z', customer: '1' },
    { at: '2026-03-10T10:00:00Z', customer: '2' },
    { at: '2026-03-31T10:00:00Z', customer: '3' },
    { at: '2026-03-10T10:00:00Z', customer: '4' },
    // A second chat is not a second customer.
    { at: '2026-03-20T10:00:00Z', customer: '1' },
  ]);
  const { chatted, comparable, left_out } = (await report(client)).sales as SalesAfterChats;
  assert.equal(chatted, { visitors: 1, buyers: 1, orders: 1, revenue: 20 });
  assert.is(comparable.visitors, 4);
  assert.equal(left_out, { too_recent: 1, new_customers: 1, unmatched: 1 });
});

test('invitations are compared with the control group of each rule, by a hand count', async ({ client }) => {
  const rows = [
    ['v1', '1', 'sizes', 'invited', '2026-03-05', true],
    // The same customer on another device, later.
    ['v2', '1', 'sizes', 'invited', '2026-03-14', false],
    ['v3', null, 'sizes', 'invited', '2026-03-06', false],
    ['v4', '2', 'sizes', 'holdout', '2026-03-07', false],
    ['v5', null, 'sizes', 'holdout', '2026-03-08', false],
    // In both groups, too recent, and before the period.
    ['v6', '3', 'sizes', 'holdout', '2026-03-01', false],
    ['v7', '3', 'sizes', 'invited', '2026-03-09', false],
    ['v8', '4', 'sizes', 'invited', '2026-03-30', false],
    ['v9', '5', 'sizes', 'invited', '2026-02-01', false],
    ['v1', '1', 'cart', 'invited', '2026-03-20', false],
  ];
  for (const [visitor, customer, invite, arm, at, opened] of rows)
    await client.query(
      `insert into couture.chat_invitation (visitor, customer, invite_id, arm, at, opened_at)
       values ($1, $2, $3, $4, $5::timestamptz, case when $6 then now() end)`,
      [visitor, customer, invite, arm, at, opened],
    );
  // v5 signed in on another day, without an invitation.
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer, visitor)
     values ('2026-03-21', 'impression', 'similar', '1', 1, '6', 'v5')`,
  );
  await client.query(
    `insert into public.line values ${[
      line(1, 1, '2026-03-06'),
      line(2, 1, '2026-03-11'),
      // Before, and after the window.
      line(3, 1, '2026-03-04'),
      line(4, 1, '2026-03-13'),
      line(5, 2, '2026-03-08'),
      line(6, 6, '2026-03-09'),
      line(7, 1, '2026-03-22'),
    ].join()}`,
  );
  const whole = await report(client);
  const [cart, sizes] = whole.invitations;
  assert.equal([sizes!.invite, sizes!.opened, sizes!.left_out], ['sizes', 1, { too_recent: 1, both: 1 }]);
  assert.equal(sizes!.invited, { visitors: 2, buyers: 1, orders: 2, revenue: 40 });
  assert.equal(sizes!.holdout, { visitors: 2, buyers: 2, orders: 2, revenue: 40 });
  assert.is(sizes!.effects!.conversion.relative, -0.5);
  assert.equal([cart!.invite, cart!.invited.orders, cart!.effects], ['cart', 1, null]);
  assert.match(chatReportPage(whole, shop), 'Invitation sizes');
});

test('about 19 of 20 intervals contain what an invitation adds to the share who order', async ({
  client,
}) => {
  let held = 0;
  for (let seed = 1; seed <= 10; seed++) {
    await client.query('begin');
    await client.query('select setseed($1)', [seed / 1_000]);
    await client.query(
      `insert into couture.chat_invitation (visitor, customer, invite_id, arm, at)
       select 'v' || n, n::text, 'help', case when random() < 0.3 then 'holdout' else 'invited' end, '2026-03-03'
       from generate_series(1, 3000) n`,
    );
    await client.query(
      `insert into public.line select n, customer::int, 1, 1, 20, '2026-03-05'
       from (select row_number() over () as n, * from couture.chat_invitation) i
       where random() < case arm when 'invited' then 0.26 else 0.2 end`,
    );
    const { low, high } = (await report(client)).invitations[0]!.effects!.conversion;
    await client.query('rollback');
    if (low! <= 0.3 && 0.3 <= high!) held++;
  }
  assert.ok(held >= 8, `${held} of 10`);
});
