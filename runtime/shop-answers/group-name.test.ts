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

test('what the name says is not said again', () => {
  assert.is(variantWords('Jeans in Indigo Denim', { colour: 'Indigo Denim', size: '28' }), '28');
  assert.is(variantWords('Shirt S', { size: 'S' }), '');
  assert.is(variantWords('Shirt', { colour: 'Red', size: 'M' }), 'Red, M');
});
