// Kept comparisons of products: the same as new ones after any change of the catalogue, and no more work than it takes.
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { findAlikeNames } from './alike-names.ts';
import { type ContentInput, contentNeighbours } from './content.ts';
import { keptAlikeNames, keptContentNeighbours } from './kept-comparisons.ts';
import { indexNameWords } from './name-words.ts';

const test = suite<{ folder: string }>('kept comparisons');

test.beforeEach((context) => {
  context.folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'couture-compared-')), 'kept');
});
test.afterEach(({ folder }) => rmSync(path.dirname(folder), { recursive: true, force: true }));

interface Product {
  name: string;
  category: number;
  price: number;
}

/** Few words, prices near one another and small categories, so that ties and the ends of price bands decide. */
const vocabulary = 'silk wool dress coat'.split(' ');
const [categories, prices] = [15, 6];

function product(random: Random): Product {
  const name = Array.from({ length: 1 + random.below(3) }, () => random.pick(vocabulary)).join(' ');
  return { name, category: random.below(categories), price: 10 + random.below(prices) };
}

function contentInput(products: readonly Product[]): ContentInput {
  return {
    items: products.length,
    category: Int32Array.from(products, ({ category }) => category),
    price: Float64Array.from(products, ({ price }) => price),
    priceBand: 0.3,
    words: products.map(({ name }) => name),
    neighbours: 5,
  };
}

const place = (folder: string, version = '1') => ({ folder, version });

/** One day's change of a catalogue, whose products have numbers in the order of their ids. */
const changes: Readonly<Record<string, (products: Product[], random: Random) => void>> = {
  none: () => {},
  new: (products, random) => void products.splice(random.below(products.length + 1), 0, product(random)),
  removed: (products, random) => void products.splice(random.below(products.length), 1),
  renamed: (products, random) => {
    random.pick(products).name = product(random).name;
  },
  'sold at another price': (products, random) => {
    random.pick(products).price = 10 + random.below(prices);
  },
  'put in another category': (products, random) => {
    random.pick(products).category = random.below(categories);
  },
  'given other ids': (products) => void products.reverse(),
};

test('after any change, kept results are those of a comparison of all products', ({ folder }) => {
  const random = new Random(3);
  const products = Array.from({ length: 60 }, () => product(random));
  for (let day = 0; day < 150; day++) {
    const change = random.pick(Object.keys(changes));
    changes[change]!(products, random);
    const input = contentInput(products);
    const content = keptContentNeighbours(input, place(folder));
    assert.equal(content.result, contentNeighbours(input), `day ${day}: ${change}`);
    const names = { names: indexNameWords(input.words), neighbours: 5 };
    const alike = keptAlikeNames(names, place(folder));
    assert.equal([...alike.result.start], [...findAlikeNames(names).start], `day ${day}: ${change}`);
    assert.equal([...alike.result.items], [...findAlikeNames(names).items], `day ${day}: ${change}`);
    if (day > 0) {
      const most = change === 'none' ? 0 : change === 'given other ids' ? categories : 2;
      assert.ok(content.compared <= most, `day ${day}: ${change}: ${content.compared} categories`);
    }
    if (change === 'none' && day > 0) assert.is(alike.compared, 0);
  }
});

test('another setting, or another version, compares all products again', ({ folder }) => {
  const products = Array.from({ length: 60 }, () => product(new Random(4)));
  const input = contentInput(products);
  const names = { names: indexNameWords(input.words), neighbours: 5 };
  const compared = (change: Partial<ContentInput>, version = '1') => [
    keptContentNeighbours({ ...input, ...change }, place(folder, version)).compared > 0,
    keptAlikeNames({ ...names, neighbours: change.neighbours ?? 5 }, place(folder, version)).compared > 0,
  ];
  assert.equal(compared({}), [true, true]);
  assert.equal(compared({}), [false, false]);
  assert.equal(compared({ priceBand: 0.5 }), [true, false]);
  assert.equal(compared({ priceBand: 0.5, neighbours: 4 }), [true, true]);
  assert.equal(compared({ priceBand: 0.5, neighbours: 4 }, '2'), [true, true]);
  assert.equal(compared({ priceBand: 0.5, neighbours: 4 }, '2'), [false, false]);
});

test('damaged files are named, and replaced', ({ folder }) => {
  const input = contentInput(Array.from({ length: 60 }, (_, n) => product(new Random(n))));
  const names = { names: indexNameWords(input.words), neighbours: 5 };
  const both = () => [keptContentNeighbours(input, place(folder)), keptAlikeNames(names, place(folder))];
  both();
  const damages: ReadonlyArray<(file: string) => void> = [
    (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(file, bytes);
    },
    (file) => truncateSync(file, 100),
    (file) => truncateSync(file, 0),
    (file) => writeFileSync(file, 'of something else'),
  ];
  for (const damage of damages) {
    for (const name of readdirSync(folder)) damage(path.join(folder, name));
    assert.equal(
      both().map(({ compared, fault }) => [compared > 0, fault]),
      ['alike-words', 'alike-names'].map((name) => [true, `Comparing all products: ${name} is damaged.`]),
    );
    assert.equal(
      both().map(({ compared, fault }) => [compared, fault]),
      [0, 0].map((none) => [none, undefined]),
    );
  }
});

test('a folder that cannot be written costs the comparison, not the build', ({ folder }) => {
  writeFileSync(folder, 'a file where the folder should be');
  const input = contentInput(Array.from({ length: 60 }, (_, n) => product(new Random(n))));
  const { result, fault } = keptContentNeighbours(input, place(folder));
  assert.equal(result, contentNeighbours(input));
  assert.match(fault!, /alike-words cannot be read|are not kept/);
});
