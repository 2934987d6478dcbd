// The ranking against a dense computation of the same sum, and the cause of each entry.
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type Histories, noHistories } from '../cooccurrence/baskets.ts';
import { ItemCounter } from '../cooccurrence/item-counter.ts';
import { startsOf } from '../csr.ts';
import { type NeighbourTable, openNeighbourTable } from './neighbour-table.ts';
import { PersonalRanking, type RankingInput } from './personal-ranking.ts';
import { fitPopularity } from './popularity.ts';

const test = suite('personal ranking');

const [items, customers, top] = [40, 60, 12];
const repeatSettings = { weight: 2, decay: 0.95, chances: 0.5, interval: 0, threshold: 0.07 };

interface Shop {
  readonly input: RankingInput;
  readonly histories: Histories;
  /** Known item by recommended item. */
  readonly table: number[][];
  readonly share: Float64Array;
}

/** A random shop; every third item may be recommended again. */
function randomShop(seed: number, terms: { repeat: boolean; popularity: number; length?: number }): Shop {
  const random = new Random(seed);
  const neighbours: NeighbourTable = openNeighbourTable(items, 6);
  const table = Array.from({ length: items }, () => new Array<number>(items).fill(0));
  for (let known = 0; known < items; known++) {
    const chosen = random.some([...Array(items).keys()], random.below(7)).filter((item) => item !== known);
    neighbours.length[known] = chosen.length;
    for (const [at, item] of chosen.entries()) {
      // Some weights of a linear model are negative.
      const score = Math.fround(random.between(-0.1, 1));
      neighbours.items[neighbours.start[known]! + at] = item;
      neighbours.scores[neighbours.start[known]! + at] = score;
      table[known]![item] = score;
    }
  }
  const bought = Array.from({ length: customers }, () =>
    random.some([...Array(items).keys()], random.below(8)),
  );
  const lines = bought.flat();
  const counter = new ItemCounter(items);
  for (const [at, history] of bought.entries())
    counter.addPopularity(Int32Array.from(history), 0, history.length, 1 / (1 + (at % 5)));
  const tallies = counter.tallies();
  const popularity = fitPopularity(
    tallies,
    { weight: terms.popularity, half_life_days: 'none', half_life_orders: 'none', trend: 0 },
    undefined,
  );
  const histories: Histories = {
    ...noHistories,
    count: customers,
    start: startsOf(bought.map(({ length }) => length)),
    items: Int32Array.from(lines),
    interactionWeight: Float32Array.from(lines, () => random.between(0.1, 1)),
    repurchaseWeight: Float32Array.from(lines, () => random.between(0, 3)),
    last: new Uint16Array(lines.length),
    times: Uint16Array.from(lines, () => 1 + random.below(4)),
    chances: Uint16Array.from(lines, () => random.below(6)),
    customer: Int32Array.from({ length: customers }, (_, customer) => customer),
  };
  const none = new Int32Array(0);
  return {
    input: {
      items,
      profileLength: terms.length ?? 50,
      neighbours,
      repeat: terms.repeat ? { settings: repeatSettings, intervals: undefined, trend: undefined } : undefined,
      popularity: terms.popularity > 0 ? popularity : undefined,
      repurchase: {
        mode: 'auto',
        threshold: 0.07,
        rate: Float64Array.from({ length: items }, () => random.next()),
        again: Uint8Array.from({ length: items }, (_, item) => (item % 3 === 0 ? 1 : 0)),
      },
      watch: { start: new Int32Array(customers + 1), items: none, products: none },
      top,
    },
    histories,
    table,
    share: terms.popularity > 0 ? popularity.share : new Float64Array(items),
  };
}

/** The score of `models/repeat.ts`, its sums written out. */
function repeatScore({ chances, repurchaseWeight }: Histories, at: number, rate: number): number {
  const { weight, decay } = repeatSettings;
  const offered = Array.from({ length: chances[at]! }, (_, rank) => decay ** rank);
  const taken = Math.max(0, repurchaseWeight[at]! - decay ** chances[at]!);
  return (weight * (taken + 2 * rate)) / Math.sqrt(offered.reduce((sum, each) => sum + each, 0) + 2);
}

/** Σ of the weights of a profile. */
function massOf({ interactionWeight }: Histories, from: number, to: number): number {
  return interactionWeight.subarray(from, to).reduce((sum, each) => sum + each, 0);
}

/** Item → score, of the items that may be listed for the customer. */
function scoresOf({ input, histories, table, share }: Shop, customer: number): Map<number, number> {
  const { rate, again } = input.repurchase;
  const scores = new Map<number, number>();
  const [from, to] = [histories.start[customer]!, histories.start[customer + 1]!];
  const places = Array.from({ length: to - from }, (_, at) => from + at);
  for (let item = 0; item < items; item++) {
    const own = places.find((at) => histories.items[at] === item);
    if (own !== undefined && again[item] === 0) continue;
    let score = share[item]! * massOf(histories, from, Math.min(to, from + input.profileLength));
    for (const at of places.slice(0, input.profileLength))
      score += histories.interactionWeight[at]! * table[histories.items[at]!]![item]!;
    if (own !== undefined && input.repeat) score += repeatScore(histories, own, rate[item]!);
    if (score > 1e-12) scores.set(item, score);
  }
  return scores;
}

test('a list is the best items by the sum of the terms', () => {
  for (let seed = 0; seed < 12; seed++) {
    const terms = {
      repeat: seed % 2 === 0,
      popularity: [0, 0.5, 5][seed % 3]!,
      length: seed % 4 === 0 ? 3 : 50,
    };
    const shop = randomShop(seed, terms);
    const ranking = new PersonalRanking(shop.input);
    for (let customer = 0; customer < customers; customer++) {
      const expected = [...scoresOf(shop, customer)].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, top);
      const length = ranking.rank(shop.histories, customer);
      const title = `seed ${seed}, customer ${customer}`;
      assert.is(length, expected.length, title);
      for (const [at, [item, score]] of expected.entries()) {
        assert.ok(Math.abs(ranking.best.scores[at]! - score) < 1e-9, `${title}, rank ${at + 1}`);
        assert.is(ranking.best.ids[at], item, `${title}, rank ${at + 1}`);
      }
    }
  }
});

test('the cause is a purchase that leads to the item, the item itself, or its popularity if nothing else led to it', () => {
  const shop = randomShop(3, { repeat: true, popularity: 1 });
  const { histories, table, share } = shop;
  const ranking = new PersonalRanking(shop.input);
  const kinds = new Set<string>();
  for (let customer = 0; customer < customers; customer++) {
    const own = histories.items.subarray(histories.start[customer]!, histories.start[customer + 1]!);
    const mass = massOf(histories, histories.start[customer]!, histories.start[customer + 1]!);
    const length = ranking.rank(histories, customer);
    for (let at = 0; at < length; at++) {
      const [item, score] = [ranking.best.ids[at]!, ranking.best.scores[at]!];
      const { kind, item: cause } = ranking.cause(at);
      kinds.add(kind);
      if (kind === 'popular') assert.ok(Math.abs(mass * share[item]! - score) < 1e-9, `${customer}: ${item}`);
      else if (kind === 'bought')
        assert.ok(own.includes(cause) && table[cause]![item] !== 0, `${customer}: ${item}`);
      else assert.ok(cause === item && own.includes(item), `${customer}: ${item}`);
    }
  }
  assert.equal([...kinds].sort(), ['before', 'bought', 'often', 'popular']);
});
