// The variant that a list shows of a group, and the price from which the group is sold.
import { assert, suite } from '../../fixtures/suite.ts';
import { bestVariant, lowerPrice } from './best-variant.ts';
import type { Card } from './card-cache.ts';

const test = suite('the variant of a group');

const card = (id: string, pay: number | null, inventory: number | null): Card => ({
  id,
  name: `product ${id}`,
  category: '',
  price_cents: pay,
  sale_cents: null,
  pay_cents: pay,
  image_url: null,
  rating: 0,
  review_count: 0,
  inventory,
  in_stock: pay !== null && inventory !== 0,
  group_id: 'g',
  url: null,
  colour: null,
  size: null,
  swatch: null,
});
const shelf = (...cards: Card[]) => new Map(cards.map((each) => [each.id, each]));

test('the representative is shown while it is in stock, else the cheapest variant, else the one with most stock', () => {
  const cards = shelf(card('1', 2_000, 1), card('2', 900, 3), card('3', 800, 3), card('4', 800, 9));
  const ids = ['1', '2', '3', '4'];
  assert.is(bestVariant(ids, cards)?.id, '1');
  cards.set('1', card('1', 2_000, 0));
  assert.is(bestVariant(ids, cards)?.id, '4');
  cards.set('4', card('4', null, 9));
  assert.is(bestVariant(ids, cards)?.id, '3');
  assert.is(bestVariant(['1', '5'], cards), undefined);
});

test('the lowest price counts variants in stock only, and is left out if the displayed one has it', () => {
  const cards = shelf(card('1', 2_000, 1), card('2', 900, 0), card('3', 1_500, null), card('4', null, 9));
  const ids = ['1', '2', '3', '4'];
  assert.is(lowerPrice(cards.get('1')!, ids, cards), 1_500);
  assert.is(lowerPrice(cards.get('3')!, ids, cards), undefined);
  assert.is(lowerPrice(cards.get('2')!, ids, cards), undefined, 'a sold-out product shows its own price');
});
