// Facts of a product record: what remains of a description in HTML.
import { assert, suite } from '../../fixtures/suite.ts';
import { parseMapping, productColumns } from './columns.ts';
import { productFacts } from './product-facts.ts';

const test = suite('product facts');

const columns = productColumns('f', ['id', 'name', 'description'], parseMapping(''));
const described = (text: string) =>
  productFacts(['1', 'Shirt', text], { format: 'plain', columns, decimal: undefined }).description;

test('a description in HTML becomes plain text', () => {
  assert.is(described('<p>Soft &amp; warm.</p><script>alert(1)</script>'), 'Soft & warm.');
  assert.is(described('Soft &amp; warm.'), 'Soft &amp; warm.');
});

test('names of members of Object are no entities', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'])
    assert.is(described(`<b>a</b> &${name}; b`), `a &${name}; b`);
});
