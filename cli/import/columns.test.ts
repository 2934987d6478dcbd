// Matching of columns to fields.
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { orderColumns, parseMapping, productColumns, requireMapped } from './columns.ts';

const test = suite('columns');

const none = parseMapping('');
const names = (columns: Record<string, { name: string } | undefined>) =>
  Object.fromEntries(Object.entries(columns).map(([field, column]) => [field, column?.name]));

test('the columns of UCI Online Retail are found by their own names', () => {
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

test('spaces, case and punctuation in column names are ignored', () => {
  const found = names(orderColumns('f', ['Order No.', 'CUSTOMER ID', ' product-id '], none));
  assert.equal(found, { order_id: 'Order No.', customer_id: 'CUSTOMER ID', product_id: 'product-id' });
});

test('--map takes precedence over aliases, and an empty name ignores a field', () => {
  const mapping = parseMapping('order_id=Ref, customer_id=');
  const found = names(orderColumns('f', ['order_id', 'Ref', 'customer_id', 'sku'], mapping));
  assert.equal(found, { order_id: 'Ref', product_id: 'sku' });
});

test('a file without a product, or with neither order nor customer, is rejected with a list of its columns', async () => {
  const product = await rejects(
    () => orderColumns('a.csv', ['order_id', 'colour'], none),
    /no column for a product/,
  );
  assert.match(product.message, '"order_id", "colour"');
  await rejects(() => orderColumns('a.csv', ['sku', 'colour'], none), /no column for an order or a customer/);
});

test('an unknown field gets a suggestion', async () => {
  const error = await rejects(() => parseMapping('ordr_id=Ref'), /unknown field "ordr_id"/);
  assert.match((error as Error & { hint: string }).hint, 'Did you mean "order_id"?');
  await rejects(() => parseMapping('order_id'), /expected field=column/);
  const far = await rejects(() => parseMapping('=Ref'), /unknown field ""/);
  assert.not.match((far as Error & { hint: string }).hint, 'Did you mean');
});

test('a field that is mapped twice is rejected', async () => {
  await rejects(() => parseMapping('order_id=Ref,order_id=No'), /order_id is mapped twice/);
});

test('an unknown column gets a suggestion', async () => {
  const mapping = parseMapping('order_id=InvoiceNum');
  const error = await rejects(() => requireMapped(mapping, [['InvoiceNo', 'sku']]), /no file has a column/);
  assert.match((error as Error & { hint: string }).hint, 'Did you mean "InvoiceNo"?');
  requireMapped(parseMapping('name=Title,order_id=InvoiceNo'), [
    ['InvoiceNo', 'sku'],
    ['sku', 'Title'],
  ]);
});

test('columns whose names only contain that of a field are read, but no others', () => {
  const of = (...header: string[]) => {
    const { order_id, product_id, ...others } = names(
      orderColumns('f', ['order_id', 'sku', ...header], none),
    );
    return others;
  };
  for (const column of ['Price (incl. VAT)', 'Price with tax', 'Net price', 'Preis brutto', 'Cena brutto'])
    assert.equal(of(column), { unit_price: column });
  for (const column of ['Ordered qty', 'Bestellmenge', 'Qty sold'])
    assert.equal(of(column), { quantity: column });
  for (const column of ['Auftragsstatus', 'Order item status', 'Sales order status', 'Bill status'])
    assert.equal(of(column), { status: column });
  assert.equal(of('Total (order currency)', 'Order currency code'), { currency: 'Order currency code' });
  const others = [
    ...[
      'Billing State',
      'Bill state',
      'Order export status',
      'Order sync status',
      'Invoice mail status',
      'Order print status',
    ],
    ...[
      'Mengeneinheit',
      'Quantity discount',
      'Qty per pack',
      'Quantity unit',
      'Qty backordered',
      'Menge pro Karton',
    ],
    ...[
      'Einkaufspreis',
      'Purchase price',
      'Grundpreis',
      'Preiseinheit',
      'Price tax',
      "Prix d'achat",
      'Ocena',
      'Price date',
    ],
    ...['Valutadatum', 'Total in order currency', 'Exchange currency'],
  ];
  assert.equal(of(...others), {});
});

test('a product file without a name column uses the description as the name', () => {
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

test('what a product is made of does not stand for its id', async () => {
  const found = names(productColumns('f', ['id', 'Title', 'Material', 'price'], none));
  assert.equal(found, { product_id: 'id', name: 'Title', price: 'price' });
  assert.is(productColumns('f', ['Material', 'Bezeichnung'], none).product_id?.name, 'Material');
  await rejects(() => productColumns('f', ['Title', 'Material'], none), /no column for a product/);
  const mapping = parseMapping('product_id=Material');
  assert.is(productColumns('f', ['Title', 'Material'], mapping).product_id?.name, 'Material');
});
