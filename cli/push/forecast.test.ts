// The forecast of clicks against campaigns that are drawn from a known process.
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { forecastClicks } from './forecast.ts';

const test = suite('forecast of clicks');

test('needs three campaigns', () => {
  const past = [{ accepted: 1_000, clicked: 10 }];
  assert.is(forecastClicks(500, past), undefined);
  const forecast = forecastClicks(500, [...past, ...past, ...past])!;
  assert.equal([forecast.clicks, forecast.campaigns, forecast.rate], [5, 3, 0.01]);
  assert.ok(forecast.low < 5 && forecast.high > 5);
});

test('never expects more clicks than receivers, or fewer than none', () => {
  const all = Array.from({ length: 4 }, () => ({ accepted: 10, clicked: 10 }));
  assert.ok(forecastClicks(20, all)!.high <= 20);
  const none = Array.from({ length: 4 }, () => ({ accepted: 500, clicked: 0 }));
  const { clicks, low, high } = forecastClicks(10_000, none)!;
  assert.equal([clicks, low], [0, 0]);
  assert.ok(high > 0, 'no click so far is no proof that there will be none');
});

test('the interval covers about nine of ten campaigns, where rates differ between campaigns and where they don’t', () => {
  for (const sigma of [0, 0.5]) {
    let covered = 0;
    const draws = 600;
    const source = new Random(7, `forecast ${sigma}`);
    const random = () => source.next();
    for (let draw = 0; draw < draws; draw++) {
      const campaign = (accepted: number) => {
        const rate = 0.02 * Math.exp(sigma * normal(random) - sigma ** 2 / 2);
        let clicked = 0;
        for (let at = 0; at < accepted; at++) if (random() < rate) clicked += 1;
        return { accepted, clicked };
      };
      const forecast = forecastClicks(
        2_000,
        Array.from({ length: 8 }, () => campaign(1_000)),
      )!;
      const { clicked } = campaign(2_000);
      if (clicked >= forecast.low && clicked <= forecast.high) covered += 1;
    }
    const share = covered / draws;
    assert.ok(share > 0.85 && share < 0.98, `σ ${sigma}: ${share}`);
  }
});

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
