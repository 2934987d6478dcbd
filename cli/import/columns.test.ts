// Which column holds which field.
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { orderColumns, parseMapping, productColumns, requireMapped } from './columns.ts';

const test = suite('columns');

const none = parseMapping('');
const names = (columns: Record<string, { name: string } | undefined>) =>
  Object.fromEntries(Object.entries(columns).map(([field, column]) => [field, column?.name]));

test('the columns of UCI Online Retail are found as they are called there', () => {
  const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'.split(
    ',',
  );
  assert.equal(names(orderColumns('f', header, none)), {
    order_id: 'InvoiceNo',
    customer_id: 'CustomerID',
    product_id: 'StockCode',
    ordered_at: 'InvoiceDate',
    quantity: 'Quantity',
    unit_price: 'UnitPrice',
    name: 'Description',
  });
});

test('blanks, case and punctuation in names do not matter', () => {
  const found = names(orderColumns('f', ['Order No.', 'CUSTOMER ID', ' product-id '], none));
  assert.equal(found, { order_id: 'Order No.', customer_id: 'CUSTOMER ID', product_id: 'product-id' });
});

test('--map goes before the usual names, and an empty name leaves a field out', () => {
  const mapping = parseMapping('order_id=Ref, customer_id=');
  const found = names(orderColumns('f', ['order_id', 'Ref', 'customer_id', 'sku'], mapping));
  assert.equal(found, { order_id: 'Ref', product_id: 'sku' });
});

test('a file without a product, or with neither order nor customer, is refused with its columns', async () => {
  const product = await rejects(() => orderColumns('a.csv', ['order_id', 'colour'], none), /names a product/);
  assert.match(product.message, '"order_id", "colour"');
  await rejects(() => orderColumns('a.csv', ['sku', 'colour'], none), /names an order or a customer/);
});

test('a field that does not exist gets a suggestion', async () => {
  const error = await rejects(() => parseMapping('ordr_id=Ref'), /no field "ordr_id"/);
  assert.match((error as Error & { hint: string }).hint, 'Did you mean "order_id"?');
  await rejects(() => parseMapping('order_id'), /expected field=column/);
});

test('a column that is in no file gets a suggestion', async () => {
  const mapping = parseMapping('order_id=InvoiceNum');
  const error = await rejects(() => requireMapped(mapping, [['InvoiceNo', 'sku']]), /no file has a column/);
  assert.match((error as Error & { hint: string }).hint, 'Did you mean "InvoiceNo"?');
  requireMapped(parseMapping('name=Title,order_id=InvoiceNo'), [
    ['InvoiceNo', 'sku'],
    ['sku', 'Title'],
  ]);
});

test('in a product file a lone description is the name', () => {
  assert.equal(names(productColumns('f', ['StockCode', 'Description'], none)), {
    product_id: 'StockCode',
    name: 'Description',
  });
  assert.equal(names(productColumns('f', ['id', 'name', 'description', 'price'], none)), {
    product_id: 'id',
    name: 'name',
    description: 'description',
    price: 'price',
  });
});
