// Campaigns with planted effects → what is reported of them.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { Random } from '../../fixtures/random.ts';
import { assert } from '../../fixtures/suite.ts';
import { campaignArm } from '../../runtime/push/campaign-arms.ts';
import type { Client } from '../../sql/pool.ts';
import { createCampaign } from '../../sql/store/push/campaigns.ts';
import { createOrderLines } from '../test-support/order-lines.ts';
import { type CampaignEffects, campaignEffects } from './campaign-effects.ts';
import { campaignEffectsPage } from './campaign-effects-page.ts';

const test = databaseSuite('the report on a campaign', { migrated: true });

test.beforeEach(({ client }) => createOrderLines(client));

interface Chances {
  readonly held: number;
  readonly a: number;
  readonly b: number;
}

/** Sends a campaign to as many customers, of whom some buy and click by chance. */
async function simulate(
  client: Client,
  random: Random,
  { customers, buys, clicks }: { customers: number; buys: Chances; clicks: Omit<Chances, 'held'> },
): Promise<CampaignEffects> {
  const made = await createCampaign(client, {
    message: { title: 'Coats <b>', body: 'New', url: '/', b: { title: 'Warm', body: 'New' } },
    ...{ audience: { all: true }, topic: 'news', people: customers, startsAt: null },
    settings: {
      ...{ ttl: 60, urgency: 'low', rate: null, concurrency: 1, quiet: null, cap: null, holdout: 0.4 },
    },
  });
  const started_at = new Date('2026-03-01T00:00:00Z');
  const campaign = { ...made, started_at };
  const people = Array.from({ length: customers }, (_, n) => {
    const customer = String(made.campaign_id * 100_000 + n);
    const arm = campaignArm(campaign, { customer_id: customer, subscription_id: String(n) });
    return { customer, arm, clicked: arm !== 'held_out' && random.chance(clicks[arm]) };
  });
  await client.query(
    `insert into couture.push_delivery (campaign_id, subscription_id, customer_id, origin, state, reason, clicked_at)
     select $1, n, c, 'https://push.example', case when held then 'skipped' else 'accepted' end, case when held then 'held_out' end,
       case when clicked then now() end
     from unnest($2::text[], $3::bool[], $4::bool[]) with ordinality as g (c, held, clicked, n)`,
    [
      made.campaign_id,
      people.map(({ customer }) => customer),
      people.map(({ arm }) => arm === 'held_out'),
      people.map(({ clicked }) => clicked),
    ],
  );
  const buyers = people.filter(({ arm }) => random.chance(buys[arm === 'held_out' ? 'held' : arm]));
  await client.query(
    `insert into public.line select $1::bigint * 100000 + n, c, 1, 1, p, $4::timestamptz + d * interval '1 day'
     from unnest($2::bigint[], $3::numeric[], $5::float8[]) with ordinality as g (c, p, d, n)`,
    [
      made.campaign_id,
      buyers.map(({ customer }) => customer),
      buyers.map(() => 20 + random.below(60)),
      started_at,
      buyers.map(() => random.between(0.1, 6.9)),
    ],
  );
  const { signal } = new AbortController();
  return campaignEffects({
    ...{ client, source: client, signal, campaign, windowDays: 7, detect: 0.05 },
    now: new Date('2026-03-05T00:00:00Z'),
  });
}

test('the planted lift of messages and the better text are found, and nothing where there is nothing', async ({
  client,
}) => {
  const seeds = 10;
  const [found, none] = [
    { lift: 0, text: 0 },
    { lift: 0, text: 0 },
  ];
  const covers = ({ low, high }: { low: number | null; high: number | null }, truth: number) =>
    Number(low! <= truth && truth <= high!);
  for (let seed = 1; seed <= seeds; seed++) {
    const random = new Random(seed, 'campaign');
    const lifted = await simulate(client, random, {
      customers: 1_600,
      buys: { held: 0.12, a: 0.2, b: 0.2 },
      clicks: { a: 0.1, b: 0.2 },
    });
    found.lift += covers(lifted.proof!.effects.revenue_per_visitor, 0.2 / 0.12 - 1);
    found.text += covers(lifted.texts!.clicks, 1);
    const flat = await simulate(client, random, {
      customers: 1_600,
      buys: { held: 0.15, a: 0.15, b: 0.15 },
      clicks: { a: 0.15, b: 0.15 },
    });
    none.lift += covers(flat.proof!.effects.revenue_per_visitor, 0);
    none.text += covers(flat.texts!.clicks, 0);
    const { proof, texts, messages } = flat;
    assert.is(proof!.treated.visitors + proof!.held_out.visitors, 1_600);
    assert.is(texts!.a.sales.visitors + texts!.b.sales.visitors, proof!.treated.visitors);
    assert.is(messages, proof!.treated.visitors);
  }
  console.log(
    `of ${seeds}: found ${JSON.stringify(found)}, none where there is none ${JSON.stringify(none)}`,
  );
  for (const n of [found.lift, found.text, none.lift, none.text]) assert.ok(n >= 8);
});

test('the page says until when orders may come, and escapes the texts', async ({ client }) => {
  const report = await simulate(client, new Random(3), {
    customers: 400,
    buys: { held: 0.3, a: 0.5, b: 0.5 },
    clicks: { a: 0.3, b: 0.3 },
  });
  assert.not.ok(report.complete);
  const html = campaignEffectsPage(report, { name: 'Lind & Moe', currency: 'KWD' });
  for (const text of [
    'Lind &amp; Moe',
    'KWD',
    'Coats &lt;b&gt;',
    'Until 2026-03-08',
    'Text B compared with text A',
    'held out',
  ])
    assert.ok(html.includes(text), text);
});
