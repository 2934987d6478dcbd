// Experiment arms: the holdout group gets bestsellers, an experiment's visitors another build, everybody else the
// published one.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { armOf } from '../../runtime/shop/arms.ts';
import { publishBuild } from '../../sql/store/builds/builds.ts';
import { startExperiment, stopExperiment } from '../../sql/store/builds/experiments.ts';
import { type Body, buildAgain, type SampleServer, sampleServer } from '../test-support/sample-server.ts';

const test = suite<{ shop: SampleServer }>('arms');
const holdout = 0.3;
test.before(async (context) => {
  context.shop = await sampleServer({ holdout });
});
test.after((context) => context.shop?.close());

const visitors = Array.from({ length: 200 }, (_, n) => `visitor-${n}`);
const shares = { holdout, experiment: undefined };
const held = visitors.find((visitor) => armOf(visitor, shares) === 'holdout')!;
const standard = visitors.find((visitor) => armOf(visitor, shares) === 'standard')!;
const as = (visitor: string) => ({ 'X-Couture-Visitor': visitor });
const sources = (list: Body): string[] => [...new Set<string>(list.map((each: Body) => each.source))];
const similar = '/api/recommendations/similar/6';

test('visitors are assigned to arms by id, in the configured shares, and always to the same arm', () => {
  const experiment = { id: 4, share: 0.5 };
  const many = Array.from({ length: 20_000 }, (_, n) => armOf(`someone-${n}`, { holdout: 0.1, experiment }));
  const share = (arm: string) => many.filter((each) => each === arm).length / many.length;
  assert.ok(Math.abs(share('holdout') - 0.1) < 0.01, `${share('holdout')}`);
  assert.ok(Math.abs(share('experiment') - 0.45) < 0.012, `${share('experiment')}`);
  assert.equal(
    many,
    many.map((_, n) => armOf(`someone-${n}`, { holdout: 0.1, experiment })),
  );
  // Another experiment splits the remaining visitors independently: half of each arm are in the other.
  const next = many.map((_, n) => armOf(`someone-${n}`, { holdout: 0.1, experiment: { id: 5, share: 0.5 } }));
  const both = many.filter((arm, n) => arm === 'experiment' && next[n] === 'experiment').length;
  assert.ok(Math.abs(both / many.length - 0.225) < 0.012, `${both}`);
  assert.is(armOf(undefined, { holdout: 0.1, experiment }), undefined);
  assert.is(armOf('someone-1', { holdout: 0, experiment: undefined }), undefined);
});

test('the holdout group gets bestsellers instead of every list, and no bundle', async ({ shop }) => {
  const usual = await shop.json(similar);
  assert.ok(sources(usual).includes('similar') || sources(usual)[0] !== 'bestseller', sources(usual).join());
  assert.equal(await shop.json(similar, as(standard)), usual);
  const bestsellers = await shop.json(similar, as(held));
  assert.is(bestsellers.length, usual.length);
  assert.not.equal(bestsellers, usual);
  for (const source of sources(bestsellers)) assert.match(source, /bestseller/);
  assert.equal(await shop.json('/api/recommendations/bundle/6', as(held)), { products: [] });
  // Warm caches must not mix the arms.
  for (let again = 0; again < 3; again++) {
    assert.equal(await shop.json(similar, as(held)), bestsellers);
    assert.equal(await shop.json(similar), usual);
  }
});

test('visitors who opt out of tracking are in no arm and leave no events', async ({ shop }) => {
  const usual = await shop.json(similar);
  assert.equal(await shop.json(similar, { ...as(held), 'Sec-GPC': '1' }), usual);
  const event = { type: 'click', kind: 'similar', product_id: 6, place: 1 };
  const send = (visitor: string, headers = {}) =>
    shop.post('/api/events', { events: [event], visitor }, headers);
  assert.is((await send(held, { 'Sec-GPC': '1' })).status, 202);
  assert.is((await send(held)).status, 202);
  assert.is((await send(standard)).status, 202);
  const read = async () =>
    (
      await shop.client.query<{ visitor: string; arm: string }>(
        'select visitor, arm from couture.recommendation_event order by arm',
      )
    ).rows;
  await until(async () => (await read()).length >= 2, 'both events');
  assert.equal(await read(), [
    { visitor: held, arm: 'holdout' },
    { visitor: standard, arm: 'standard' },
  ]);
});

test('an experiment serves its build to its share, and starts and ends immediately', async ({ shop }) => {
  const before = await shop.json(similar);
  const first = Number((await shop.get(similar)).headers.get('x-couture-build'));
  const second = await buildAgain(shop.databaseUrl, { similarity: 'cosine', top: 5 });
  await publishBuild(shop.client, first);
  const { experiment_id: id } = await startExperiment(shop.client, 'cosine', second, 0.5);
  const experiment = { id, share: 0.5 };
  const inIt = visitors.find((visitor) => armOf(visitor, { holdout, experiment }) === 'experiment')!;
  const build = async (visitor: string) =>
    Number((await shop.get(similar, as(visitor))).headers.get('x-couture-build'));
  const out = visitors.find((visitor) => armOf(visitor, { holdout, experiment }) === 'standard')!;
  await until(async () => (await build(out)) === first, 'the first build to be served');
  await until(async () => (await build(inIt)) === second, 'the build of the experiment to be served');
  assert.is(await build(inIt), second);
  assert.is(await build(out), first);
  assert.equal(await shop.json(similar), before);
  await stopExperiment(shop.client);
  await until(async () => (await build(inIt)) === first, 'the experiment to end');
  assert.is(await build(inIt), first);
});
