// Names of products and what their variants add to them.
import { assert, suite } from '../../fixtures/suite.ts';
import { groupName, variantWords } from './group-name.ts';

const test = suite('names of groups');

test('the words that all variants begin with are the name, without what joins them to the rest', () => {
  assert.is(groupName(['Juno Dress in White', 'Juno Dress in Navy Blue'], 'x'), 'Juno Dress');
  assert.is(groupName(['Look 20 Shirt S', 'Look 20 Shirt M'], 'x'), 'Look 20 Shirt');
  assert.is(groupName(['Tee – Red', 'Tee – Blue'], 'x'), 'Tee');
  assert.is(groupName(['Kleid, Größe S', 'Kleid, Größe M'], 'x'), 'Kleid');
});

test('variants with one name, or with nothing in common, keep the name of the one asked for', () => {
  assert.is(groupName(['Juno Dress', 'Juno Dress'], 'Juno Dress'), 'Juno Dress');
  assert.is(groupName(['White Dress', 'Navy Dress'], 'White Dress'), 'White Dress');
  assert.is(groupName([], 'Tote'), 'Tote');
});

test('names with lines of dashes, colons and pipes are read at once, and joining words go with what separates them', () => {
  const line = '- | : '.repeat(2_000);
  assert.is(groupName([`Kettle ${line}2 l red`, `Kettle ${line}2 l blue`], 'x'), `Kettle ${line}2 l`);
  assert.is(groupName([`Kettle ${line}in red`, `Kettle ${line}in blue`], 'x'), 'Kettle');
  assert.is(groupName(['Dress - in Colour: red', 'Dress - in Colour: blue'], 'x'), 'Dress');
  assert.is(groupName(['Made in red', 'Made in blue'], 'x'), 'Made');
  assert.is(groupName(['in red', 'in blue'], 'x'), 'in');
  assert.is(groupName(['- - red', '- - blue'], 'x'), 'x');
});

test('what the name says is not said again', () => {
  assert.is(variantWords('Jeans in Indigo Denim', { colour: 'Indigo Denim', size: '28' }), '28');
  assert.is(variantWords('Shirt S', { size: 'S' }), '');
  assert.is(variantWords('Shirt', { colour: 'Red', size: 'M' }), 'Red, M');
});
