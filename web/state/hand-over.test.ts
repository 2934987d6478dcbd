// Cart → URL of the shop's checkout.
import { assert, suite } from '../../fixtures/suite.ts';
import { handOverUrl } from './hand-over.ts';

const test = suite('hand-over');
const product = (id: number | string) => ({
  id,
  name: 'x',
  url: '/x',
  image_url: null,
  category: '',
  cents: 1,
});

test('each product appears once, including those of bundles', () => {
  const items = [
    { product: product(7), quantity: 2 },
    { product: product('a,b/1'), quantity: 1 },
  ];
  const bundles = [{ subject: 7, products: [product(7), product(9)], share: 0 }];
  const cart = { items, bundles } as unknown as Parameters<typeof handOverUrl>[1];
  assert.is(
    handOverUrl('https://shop.example/cart/{items}?storefront=true', cart),
    'https://shop.example/cart/7:3,a%2Cb%2F1:1,9:1?storefront=true',
  );
  assert.is(
    handOverUrl('https://shop.example/add?ids={ids}&quantities={quantities}&of={other}', cart),
    'https://shop.example/add?ids=7,a%2Cb%2F1,9&quantities=3,1,1&of={other}',
  );
  const filled = new URL(handOverUrl('https://shop.example/cart/?lines={json}#{items}', cart));
  assert.equal(JSON.parse(filled.searchParams.get('lines')!), [
    { id: '7', quantity: 3 },
    { id: 'a,b/1', quantity: 1 },
    { id: '9', quantity: 1 },
  ]);
});
