import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type ContentInput, contentNeighbours } from './content.ts';

const test = suite('content similarity');

const vocabulary =
  'linen silk wool cotton denim dress shirt coat skirt wrap midi maxi slim loose red blue green black'.split(
    ' ',
  );

test('products that share distinctive words are neighbours, those of another category or price are not', () => {
  const words = [
    'red silk dress',
    'blue silk dress',
    'silk dress',
    'blue wool coat',
    'red silk dress',
    'red silk dress',
  ];
  const { length, items, cosine, k } = contentNeighbours({
    items: 6,
    category: Int32Array.of(0, 0, 0, 0, 1, 0),
    price: Float64Array.of(10, 10, 12, 10, 10, 20),
    priceBand: 0.3,
    words,
    neighbours: 3,
  });
  const of = (item: number) => Array.from(items.subarray(item * k, item * k + length[item]!));
  assert.equal(
    of(0),
    [2, 1],
    'the coat shares no word; 4 is of another category; 5, the only one in red, costs twice as much',
  );
  assert.equal(of(3), [1]);
  assert.equal(of(4), []);
  assert.equal(of(5), []);
  assert.ok(cosine[0]! <= 1 && cosine[0]! > cosine[1]!);
});

test('words are matched in any script, case-insensitively, from three letters on', () => {
  const near = (a: string, b: string) => {
    // Two more products give the words of the first two something to be rare among.
    const words = [a, b, 'other things', 'other things'];
    const price = new Float64Array(4).fill(1);
    return (
      contentNeighbours({
        items: 4,
        category: new Int32Array(4),
        price,
        priceBand: 0.3,
        words,
        neighbours: 1,
      }).length[0] === 1
    );
  };
  assert.ok(near('Kleid', 'KLEID'));
  assert.ok(near('robe d’été', 'Été'));
  assert.ok(near('羊毛衫 10', '羊毛衫'));
  assert.ok(near('xl-100 case', 'case'));
  assert.not.ok(near('in it', 'it in'));
  assert.not.ok(near('', ''));
});

for (const [items, categories] of [
  [300, 1],
  [900, 3],
] as const) {
  test(`${items} products in ${categories} categories, several blocks of rows, equal brute force`, () => {
    const input = randomCatalog(items, categories);
    const result = contentNeighbours(input);
    const cosines = bruteForce(input);
    for (let i = 0; i < items; i++) {
      const expected = cosines[i]!.slice(0, input.neighbours);
      const base = i * result.k;
      assert.is(result.length[i], expected.length, `item ${i}`);
      for (const [at, { cosine }] of expected.entries()) {
        assert.ok(Math.abs(result.cosine[base + at]! - cosine) < 1e-6, `item ${i}, rank ${at}`);
        const own = cosines[i]!.find(({ item }) => item === result.items[base + at]);
        assert.ok(
          own && Math.abs(own.cosine - cosine) < 1e-9,
          `item ${i}, rank ${at} is ${result.items[base + at]}`,
        );
      }
    }
  });
}

test('in a category of thousands, each product is compared with those nearest in price', () => {
  const items = 3_000;
  const input: ContentInput = {
    ...randomCatalog(items, 1),
    price: Float64Array.from({ length: items }, (_, item) => 100 + item / 100),
    words: Array.from({ length: items }, () => 'the same words'),
    neighbours: 5,
  };
  const { length, items: neighbours } = contentNeighbours(input);
  for (let i = 0; i < items; i++) {
    assert.is(length[i], 5);
    for (let at = i * 5; at < i * 5 + 5; at++)
      assert.ok(Math.abs(neighbours[at]! - i) <= 1_024, `${i} with ${neighbours[at]}`);
  }
});

test('a catalogue without products has no neighbours', () => {
  assert.is(contentNeighbours({ ...randomCatalog(0, 1) }).items.length, 0);
});

interface Neighbour {
  readonly item: number;
  readonly cosine: number;
}

/** (1 + ln tf) · ln((1 + n) / df) over words of two products at least; all pairs in the band, best first. */
function bruteForce({ items, category, price, priceBand, words }: ContentInput): Neighbour[][] {
  const bags = words.map((text) => {
    const list = text.split(' ');
    return new Map(list.map((word) => [word, list.filter((other) => other === word).length]));
  });
  const vectors = bags.map((bag, i) => {
    const peers = bags.filter((_, j) => category[j] === category[i]);
    const vector = new Map<string, number>();
    for (const [word, tf] of bag) {
      const df = peers.filter((peer) => peer.has(word)).length;
      if (df > 1) vector.set(word, (1 + Math.log(tf)) * Math.log((1 + peers.length) / df));
    }
    const norm = Math.hypot(...vector.values());
    return new Map([...vector].map(([word, value]) => [word, value / norm]));
  });
  return Array.from({ length: items }, (_, i) => {
    const [low, high] = [price[i]! * (1 - priceBand), price[i]! * (1 + priceBand)];
    const found: Neighbour[] = [];
    for (let j = 0; j < items; j++) {
      if (j === i || category[j] !== category[i] || price[j]! < low || price[j]! > high) continue;
      let cosine = 0;
      for (const [word, value] of vectors[i]!) cosine += value * (vectors[j]!.get(word) ?? 0);
      if (cosine > 0) found.push({ item: j, cosine });
    }
    return found.sort((a, b) => b.cosine - a.cosine || a.item - b.item);
  });
}

function randomCatalog(items: number, categories: number): ContentInput {
  const random = new Random(items, 'content');
  return {
    items,
    category: Int32Array.from({ length: items }, () => random.below(categories)),
    price: Float64Array.from({ length: items }, () => 5 + random.below(40)),
    priceBand: 0.2,
    words: Array.from({ length: items }, () =>
      Array.from({ length: 2 + random.below(5) }, () => random.pick(vocabulary)).join(' '),
    ),
    neighbours: 300,
  };
}
