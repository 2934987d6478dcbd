import { Random } from '../../../../fixtures/random.ts';
import { assert, suite } from '../../../../fixtures/suite.ts';
import { copurchaseShape, personalizedShape } from '../../models/model-settings.ts';
import { copurchaseSpace } from './copurchase-space.ts';
import { personalizedSpace } from './personalized-space.ts';
import { type Score, type SearchPlan, search, type Trial } from './search.ts';
import type { SearchSpace, SpaceFacts } from './search-space.ts';

const test = suite('search');

interface Point {
  readonly x: number;
  readonly y: number;
}

const hill: SearchSpace<Point> = {
  dimensions: { x: [...Array(12).keys()], y: [...Array(12).keys()] },
  starts: [{ x: 0, y: 0 }],
  settings: (choice) => ({ x: choice.x!, y: choice.y! }),
};
const plan: SearchPlan = { seed: 3, first: 9, steps: 200, minUnits: 10, maxUnits: 90 };
const endless = { expired: () => false, onTrial() {} };

/** A round hill with its peak at (8, 5). */
function height({ x, y }: Point): Score {
  return { value: 100 - (x - 8) ** 2 - (y - 5) ** 2, coverage: 1 };
}

test('the search climbs to the peak, and repeats the same trials for the same seed', async () => {
  const first = await search(hill, plan, async (point) => height(point), endless);
  assert.equal(first.best[0]!.settings, { x: 8, y: 5 });
  assert.not(first.cut);
  const again = await search(hill, plan, async (point) => height(point), endless);
  const shape = (trials: readonly Trial<Point>[]) => trials.map(({ ms: _, ...trial }) => trial);
  assert.equal(shape(first.trials), shape(again.trials));
});

test('from a local peak, random changes lead to a higher one', async () => {
  const twoPeaks = async (point: Point): Promise<Score> => ({
    value: Math.max(height(point).value, 200 - 40 * ((point.x - 1) ** 2 + (point.y - 11) ** 2)),
    coverage: 1,
  });
  const { best } = await search(
    { ...hill, starts: [{ x: 8, y: 5 }] },
    { ...plan, first: 1 },
    twoPeaks,
    endless,
  );
  assert.equal(best[0]!.settings, { x: 1, y: 11 });
});

test('the search maximizes what a score is worth, such as less with lists that show little', async () => {
  const narrow = async (point: Point) => ({ ...height(point), coverage: point.x > 5 ? 0 : 1 });
  const worth = ({ value, coverage }: Score) => value + 20 * coverage;
  const { best } = await search(hill, plan, narrow, endless, worth);
  assert.equal(best[0]!.settings, { x: 5, y: 5 });
});

test('each round keeps the best third and measures it on three times as many units', async () => {
  const { trials } = await search(hill, { ...plan, steps: 0 }, async (point) => height(point), endless);
  const rounds = [10, 30, 90].map(
    (units) => trials.filter((t) => t.units === units && t.phase === 'halving').length,
  );
  assert.equal(rounds, [9, 3, 2]);
  const best = Math.max(...trials.filter((t) => t.units === 10).map((t) => t.score.value));
  assert.ok(trials.some((t) => t.units === 90 && t.score.value === best));
});

test('no trial starts after the time limit, and the best so far wins', async () => {
  let measured = 0;
  const found = await search(
    hill,
    plan,
    async (point) => {
      measured++;
      return height(point);
    },
    { expired: () => measured >= 4, onTrial() {} },
  );
  assert.is(measured, 4);
  assert.ok(found.cut);
  assert.is(found.best[0]!.score.value, Math.max(...found.trials.map((trial) => trial.score.value)));
});

test('on a machine that is too slow for any trial, the first start is measured', async () => {
  const late = { ...endless, expired: () => true };
  const { best, trials, cut } = await search(hill, plan, async (point) => height(point), late);
  assert.equal([trials.length, cut, best[0]!.settings], [1, true, { x: 0, y: 0 }]);
});

test('every choice in both search spaces gives valid model settings', () => {
  for (const basket of ['order', 'customer'] as const) {
    for (const dated of [false, true]) {
      const facts: SpaceFacts = {
        basket,
        dated,
        items: 500,
        exactEase: true,
        maxNeighbours: 400,
        meanHistory: 30,
      };
      for (const [space, read] of [
        [copurchaseSpace(facts), copurchaseShape.parse],
        [personalizedSpace(facts), personalizedShape.parse],
      ] as const) {
        const random = new Random(1);
        for (let each = 0; each < 300; each++) {
          const choice = Object.fromEntries(
            Object.entries(space.dimensions).map(([name, values]) => [name, random.below(values.length)]),
          );
          (read as (settings: unknown) => unknown)(space.settings(choice));
        }
        for (const start of space.starts) (read as (settings: unknown) => unknown)(space.settings(start));
      }
    }
  }
});
