// The made-up products have the names of the sample shop's products whose pictures they show.
import { sampleProducts } from '../../fixtures/sample/catalogue.ts';
import { sampleUntil } from '../../fixtures/sample/sample-shop.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { StoryClient } from './story-client.ts';

const test = suite('made-up products');

test('each has the name of the product in its picture', async () => {
  const shop = new Map(sampleProducts(1, sampleUntil.getTime()).map(({ id, name }) => [id, name]));
  const { products } = await new StoryClient('full').trending(8);
  assert.is(products.length, 8);
  for (const { id, name } of products) assert.ok(name.startsWith(shop.get(Number(id))!), `${id}: ${name}`);
});
