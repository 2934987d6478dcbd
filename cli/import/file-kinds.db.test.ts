// Kinds of files that went wrong once, each with members made up here: what is imported, or the remedy that the error names.
import { gzipSync } from 'node:zlib';
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { quietProgress, type TestFolder, testFolder } from '../test-support/import-files.ts';
import { parseMapping } from './columns.ts';
import { type ImportOptions, type ImportReport, importOrders } from './import-orders.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  folder: TestFolder;
}

const test = suite<Context>('kinds of files');

// One database for all: what each test writes is dropped before the next one.
test.before(async (context) => {
  context.folder = testFolder();
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
});
test.after(async ({ client, database, folder }) => {
  await client?.end();
  await database?.drop();
  folder?.remove();
});
test.beforeEach(async ({ client }) => {
  await client.query('drop schema if exists imported, couture_source cascade');
});

type Options = Partial<Omit<ImportOptions, 'mapping'>> & { map?: string };

function bring(
  { client, folder }: Context,
  orders: string | Buffer | ReadonlyArray<string | Buffer>,
  { map = '', products, ...options }: Options = {},
): Promise<ImportReport> {
  const all = typeof orders === 'string' || Buffer.isBuffer(orders) ? [orders] : orders;
  const files = all.map((content, at) => folder.write(`orders-${at}.csv`, content));
  const file = products === undefined ? undefined : folder.write('products.csv', products);
  const defaults = { mapping: parseMapping(map), strict: false, replace: true, keepServices: false };
  return importOrders(client, { files, products: file, ...defaults, ...options }, quietProgress);
}

async function lines(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select concat_ws(' ', order_id, coalesce(customer_id, '-'), product_id, quantity, unit_price,
       to_char(ordered_at at time zone 'UTC', 'YYYY-MM-DD')) as line
     from couture_source.order_line order by order_id, product_id`,
  );
  return rows.map((row) => row.line);
}

async function products(client: Client, columns: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select concat_ws(' ', ${columns}) as line from couture_source.product order by product_id`,
  );
  return rows.map((row) => row.line);
}

const hintOf = (error: unknown) => (error as Error & { hint: string }).hint;

test('the status of an order holds for all its lines, on whichever line it stands', async (context) => {
  const report = await bring(
    context,
    'order,sku,date,payment status\n1,A,2024-05-01,\n1,B,2024-05-01,Rückerstattet\n2,A,2024-05-02,bezahlt\n2,B,2024-05-02,\n3,A,2024-05-03,\n1,C,2024-05-01,\n',
    { map: 'status=payment status' },
  );
  assert.equal(await lines(context.client), [
    '2 - A 1 1.00 2024-05-02',
    '2 - B 1 1.00 2024-05-02',
    '3 - A 1 1.00 2024-05-03',
  ]);
  assert.equal([report.cancelled, report.filled.statuses], [3, 3]);
});

test('a shop says which of its statuses count', async (context) => {
  const file = 'order,sku,status\n1,A,pending\n2,A,ready\n3,A,ready\n4,A,wc-on-hold\n';
  const { counted } = await bring(context, file, {
    countStatuses: ['Pending'],
    leaveOutStatuses: ['on-hold'],
  });
  assert.is(counted.orders, 3);
  const { warnings } = await bring(context, 'order,sku,status\n1,A,pending\n2,A,pending\n3,A,ok\n');
  assert.match(warnings.join(), '--count-status "pending"');
});

test('the customer of an order holds for all its lines, wherever it stands', async (context) => {
  const report = await bring(
    context,
    'order,sku,customer,date\n1,A,,2024-05-01\n1,B,ann,2024-05-01\n2,A,bo,2024-05-02\n2,B,,2024-05-02\n3,A,,2024-05-03\n2,C,,2024-05-02\n',
  );
  assert.equal(await lines(context.client), [
    '1 ann A 1 1.00 2024-05-01',
    '1 ann B 1 1.00 2024-05-01',
    '2 bo A 1 1.00 2024-05-02',
    '2 bo B 1 1.00 2024-05-02',
    '2 bo C 1 1.00 2024-05-02',
    '3 - A 1 1.00 2024-05-03',
  ]);
  assert.equal([report.filled.customers, report.without_customer], [3, 1]);
});

test('lines below the first line of an order belong to it, in files for people', async (context) => {
  const file =
    'Bestellnummer;Kunde;Bestelldatum;Artikelnummer;Menge\n71;Ann;03.05.2024;A;1\n;;;B;2\n;;;C;1\n72;Bo;04.05.2024;A;1\n';
  const report = await bring(context, file);
  assert.equal(await lines(context.client), [
    '71 Ann A 1 1.00 2024-05-03',
    '71 Ann B 2 1.00 2024-05-03',
    '71 Ann C 1 1.00 2024-05-03',
    '72 Bo A 1 1.00 2024-05-04',
  ]);
  assert.is(report.filled.orders, 2);
});

test('orders and their lines come from two files, in either order', async (context) => {
  const orders =
    'order_id,customer_id,order_status,placed_at\na1,ann,paid,2024-05-01\na2,bo,cancelled,2024-05-02\na3,cy,paid,2024-05-03\n';
  const items = 'order_id,item_sku,qty,price\na1,X,1,5\na1,Y,2,6\na2,X,1,5\na3,Y,1,6\n';
  for (const files of [
    [orders, items],
    [items, orders],
  ]) {
    const report = await bring(context, files);
    assert.equal(await lines(context.client), [
      'a1 ann X 1 5 2024-05-01',
      'a1 ann Y 2 6 2024-05-01',
      'a3 cy Y 1 6 2024-05-03',
    ]);
    assert.equal(report.joined, { orders: 3, lines: 4, dated: 4 });
  }
});

test('receipt numbers that restart each year are different orders', async (context) => {
  const year = (which: number) =>
    Array.from(
      { length: 12 },
      (_, at) => `${at},A,${which}-02-${at + 10}\n${at},B,${which}-02-${at + 10}\n`,
    ).join('');
  const file = `receipt no,sku,date\n${year(2023)}${year(2024)}`;
  const report = await bring(context, file);
  assert.equal([report.split_by_day, report.counted.orders], [true, 24]);
  assert.match(
    report.warnings.join(),
    /Order numbers restart: 12 of 12 .* from 2023-02-\d\d to 2024-02-\d\d/,
  );
  const kept = await bring(context, file, { keepOrderNumbers: true });
  assert.equal([kept.split_by_day, kept.counted.orders], [false, 12]);
});

test('what is given back in the same order is not sold', async (context) => {
  const report = await bring(
    context,
    'order,sku,qty,returned qty\n1,A,1,\n1,B,2,\n1,B,-2,\n2,A,3,1\n2,B,1,1\n3,B,2,\n3,B,-1,\n',
  );
  assert.equal(
    (await lines(context.client)).map((line) => line.slice(0, 7)),
    ['1 - A 1', '2 - A 2', '3 - B 2'],
  );
  assert.is(report.taken_back, 1);
});

test('ids that a spreadsheet rounded stop the import', async (context) => {
  const rows = Array.from({ length: 10 }, (_, at) => `8.80012E+12,A${at},2024-05-01\n`).join('');
  const error = await rejects(
    () => bring(context, `order,sku,date\n${rows}`),
    /"8\.80012E\+12": a spreadsheet/,
  );
  assert.match(hintOf(error), 'as text');
  const good = Array.from({ length: 300 }, (_, at) => `${at},1E5,2024-05-01\n`).join('');
  const { rejected, counted } = await bring(context, `order,sku,date\n${good}9,4,5E+15,2024-05-01\n`);
  assert.equal([rejected, counted.products], [{ fields: 1 }, 1]);
});

test('an order number that no field reads is asked for, rather than a customer’s life taken for one order', async (context) => {
  const file = 'Web order ref,user,sku\nR1,7,A\nR1,7,B\nR2,7,C\n';
  const error = await rejects(() => bring(context, file), /"Web order ref" looks like one/);
  assert.match(hintOf(error), '--map order_id="Web order ref"');
  assert.is((await bring(context, file, { map: 'order_id=Web order ref' })).counted.orders, 2);
  assert.is((await bring(context, file, { map: 'order_id=' })).counted.orders, 1);
});

test('a column of dates that no field reads is asked for', async (context) => {
  const file = 'order,sku,bought on\n1,A,2024-05-01\n2,A,2024-05-02\n';
  const error = await rejects(() => bring(context, file), /"bought on" holds dates/);
  assert.match(hintOf(error), '--map ordered_at=');
  assert.is((await bring(context, file, { map: 'ordered_at=' })).filled.times, 2);
});

test('decimal commas are decided by the whole file', async (context) => {
  await bring(context, 'order;sku;date;qty;price\n1;A;2024-05-01;1;1.250\n2;B;2024-05-01;1;3,99\n');
  assert.equal(
    (await lines(context.client)).map((line) => line.split(' ')[4]),
    ['1250', '3.99'],
  );
  await bring(context, 'order,sku,date,qty,price\n1,A,2024-05-01,1,"1,250"\n2,B,2024-05-01,1,3.99\n');
  assert.equal(
    (await lines(context.client)).map((line) => line.split(' ')[4]),
    ['1250', '3.99'],
  );
  await bring(context, 'order,sku,date,qty,price\n1,A,2024-05-01,"2,000","1,250"\n', { decimal: ',' });
  assert.equal(await lines(context.client), ['1 - A 2 1.25 2024-05-01']);
});

test('amounts with currencies in signs and words are prices', async (context) => {
  const amounts = [
    '¥1500',
    '19,- kr',
    'CHF 12.50',
    '₺ 1.299,00',
    'Rs. 450',
    '€9',
    '12.50 USD',
    '7.20€',
    'AU$ 3',
    '20 Kč',
  ];
  const rows = amounts.map((amount, at) => `${at},P${at},2024-05-01,"${amount}"\n`).join('');
  const report = await bring(context, `order,sku,date,price\n${rows}`);
  assert.equal(report.rejected, {});
  assert.equal(
    (await lines(context.client)).map((line) => Number(line.split(' ')[4])),
    [1500, 19, 12.5, 1299, 450, 9, 12.5, 7.2, 3, 20],
  );
});

test('amounts in another currency count as sales, not as prices', async (context) => {
  const report = await bring(
    context,
    'order,sku,date,price,currency\n1,A,2024-05-01,10,eur\n2,A,2024-05-01,10,EUR\n3,A,2024-05-02,1600,JPY\n3,B,2024-05-02,800,JPY\n4,B,2024-05-02,5,EUR\n',
  );
  assert.equal(report.currencies, { EUR: 3, JPY: 2 });
  assert.match(report.warnings.join(), 'Prices are in EUR');
  assert.equal(await products(context.client, 'product_id, price'), ['A 10.00', 'B 5.00']);
  assert.equal(
    (await lines(context.client)).map((line) => Number(line.split(' ')[4])),
    [10, 10, 10, 5, 5],
  );
});

test('services are found in many languages, and a shop can name others', async (context) => {
  const names = [
    'Lieferkosten',
    'Gutschein 50 €',
    'Frais d’expédition',
    'Chèque cadeau 20',
    'Gastos de envío',
    'Tarjeta regalo 30',
    'Spese di spedizione',
    'Verzendkosten NL',
    'Statiegeld',
    'Parcel insurance',
    'UPS Standard',
    'Gift wrapping',
  ];
  const goods = [
    'Shipping container lamp',
    'Gift box of soaps',
    'Bag',
    'Portobello mushroom',
    'Rabbit figure',
  ];
  const rows = [...names, ...goods, 'Engraving'].map((name, at) => `${at},S${at},"${name}"\n`).join('');
  const report = await bring(context, `order,sku,name\n${rows}`, { services: ['engraving'] });
  assert.equal(report.services.map((each) => each.name).sort(), [...names, 'Engraving'].sort());
});

test('a shop’s file in any encoding keeps its letters', async (context) => {
  const text = 'order;sku;product name;date\n1;Ä1;Grüne Mütze – 5 €;2024-05-01\n';
  const latin1 = Buffer.from(text.replace('–', '\x96').replace('€', '\x80'), 'latin1');
  for (const bytes of [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(text, 'utf16le'),
    Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    latin1,
    gzipSync(latin1),
  ]) {
    await bring(context, bytes);
    assert.equal(await products(context.client, 'product_id, name'), ['Ä1 Grüne Mütze – 5 €']);
  }
});

test('products that the product file lacks are out of stock, and a file for other products is refused', async (context) => {
  const orders = 'order,sku\n1,A\n1,B\n2,A\n2,C\n';
  const report = await bring(context, orders, {
    products: 'sku,name,stock,status\nA,Coat,4,active\nB,Hat,3,archived\nD,Cap,1,draft\n',
  });
  assert.equal(await products(context.client, 'product_id, name, inventory'), [
    'A Coat 4',
    'B Hat 0',
    'C C 0',
    'D Cap 0',
  ]);
  assert.is(report.unlisted_products, 1);
  assert.match(report.warnings.join(), '1 of 3 sold products are not in the product file, such as C');
  const error = await rejects(
    () => bring(context, orders, { products: 'sku,name\nX1,Coat\n' }),
    /No product of the orders \(A, B, C\)/,
  );
  assert.match(hintOf(error), '--map product_id');
});

test('ids of the orders are found in any column of the product file, also without their zeros', async (context) => {
  const named = await bring(context, 'order,sku,item\n1,S-1,x\n1,S-2,y\n', {
    products: 'id,title,sku,price\n71,Coat,S-1,50\n72,Hat,S-2,20\n',
  });
  assert.equal(named.product_columns.product_id, 'sku');
  await bring(context, 'order,product name\n1,Coat\n1,Hat\n', {
    map: 'product_id=product name',
    products: 'productid,title,price\n71,Coat,50\n72,Hat,20\n',
  });
  assert.equal(await products(context.client, 'product_id, price'), ['Coat 50', 'Hat 20']);
  await bring(context, 'order,ean\n1,0042\n1,0043\n', { products: 'ean,name\n42,Coat\n43,Hat\n' });
  assert.equal(await products(context.client, 'product_id, name'), ['0042 Coat', '0043 Hat']);
});

test('the further columns of a product file are kept', async (context) => {
  const head =
    'sku,name,price,discounted_price,on_sale,rating,review_count,tags,featured,group_id,handle,url,brand,cost,created_at,colour';
  const report = await bring(context, 'order,sku\n1,A\n', {
    products: `${head}\nA,Coat,90,70,true,4.5,12,"warm;new",yes,G1,coat,/p/coat,Lind,40,2024-01-02,red\nB,Hat,20,15,false,,,,no,,,,,,,\n`,
  });
  const columns =
    'price, discounted_price, on_sale, rating, review_count, tags, featured, group_id, handle, url, brand, cost, created_at::date';
  assert.equal(await products(context.client, columns), [
    '90 70 t 4.5 12 {warm,new} t G1 coat /p/coat Lind 40 2024-01-02',
    '20 15 f 0 0 {} f',
  ]);
  assert.equal(report.ignored_product_columns, ['colour']);
});

test('a shop of Shopify without SKUs: variants are known by their names', async (context) => {
  const orders =
    'Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n#1,a@x.test,paid,2024-05-01 10:00:00 +0200,1,Linen shirt - Blue / M,40,\n#1,a@x.test,,,1,Mug,9,\n';
  const file =
    'Handle,Title,Vendor,Product Category,Type,Option1 Value,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src\nlinen-shirt,Linen shirt,Lind,,Shirts,Blue,M,,shopify,0,continue,40,50,https://cdn.test/1.jpg\nlinen-shirt,,,,,Blue,L,,shopify,3,deny,42,,\nlinen-shirt,,,,,,,,,,,,,https://cdn.test/2.jpg\nmug,Mug,Lind,,Kitchen,Default Title,,,,,deny,9,,\n';
  const report = await bring(context, orders, { products: file, shopUrl: 'https://shop.test' });
  assert.equal([report.format, report.unlisted_products], ['shopify', 0]);
  const columns = `product_id || ':', name, category, group_id, price, coalesce(discounted_price::text, '-'), inventory, url`;
  assert.equal(await products(context.client, columns), [
    'Linen shirt - Blue / L: Linen shirt Shirts linen-shirt 42 - 3 https://shop.test/products/linen-shirt',
    'Linen shirt - Blue / M: Linen shirt Shirts linen-shirt 50 40 1 https://shop.test/products/linen-shirt',
    'Mug: Mug Kitchen mug 9 - 1 https://shop.test/products/mug',
  ]);
});

test('a shop of WooCommerce: variations are members of their parent’s group, guests have no customer', async (context) => {
  const orders =
    'order_id,status,date_created,customer_id,product_id,quantity,price\n1,wc-completed,2024-05-01 10:00:00,0,12,1,30\n1,wc-completed,2024-05-01 10:00:00,0,20,1,8\n2,wc-failed,2024-05-02 10:00:00,5,20,1,8\n';
  const file =
    'ID,Type,SKU,Name,Published,In stock?,Stock,Sale price,Regular price,Categories,Tags,Images,Parent\n10,variable,SH,Shirt,1,1,,,,"Clothing > Shirts, Sale","a, b","https://x.test/1.jpg, https://x.test/2.jpg",\n12,variation,SH-M,Shirt - M,1,1,4,24,30,,,,id:10\n13,variation,SH-L,Shirt - L,1,0,,,30,,,,SH\n20,"simple, virtual",MU,Mug,1,1,,,8,Kitchen,,,\n21,simple,OLD,Old mug,-1,1,5,,8,Kitchen,,,\n';
  const report = await bring(context, orders, { products: file });
  assert.is(report.format, 'woocommerce');
  assert.equal(await lines(context.client), ['1 - 12 1 30 2024-05-01', '1 - 20 1 8 2024-05-01']);
  const columns = `product_id, name, coalesce(group_id, '-'), category, price, coalesce(discounted_price::text, '-'), inventory, tags, image_url`;
  assert.equal(await products(context.client, columns), [
    '10 Shirt 10 Clothing > Shirts 1.00 - 1 {a,b} https://x.test/1.jpg',
    '12 Shirt - M 10 Clothing > Shirts 30 24 4 {a,b} https://x.test/1.jpg',
    '13 Shirt - L 10 Clothing > Shirts 30 - 0 {a,b} https://x.test/1.jpg',
    '20 Mug - Kitchen 8 - 1 {}',
    '21 Old mug - Kitchen 8 - 0 {}',
  ]);
});

test('a shop of Magento: configurable products group their variations, refunded quantities are subtracted', async (context) => {
  const orders =
    'increment_id,status,created_at,customer_email,sku,name,qty_ordered,qty_refunded,price,order_currency_code\n100,complete,2024-05-01 10:00:00,a@x.test,HO-S,Hoodie S,2,0,45,EUR\n100,complete,2024-05-01 10:00:00,a@x.test,CAP,Cap,1,1,12,EUR\n101,closed,2024-05-01 10:00:00,b@x.test,CAP,Cap,1,0,12,EUR\n';
  const file =
    'sku,attribute_set_code,product_type,categories,product_online,name,price,special_price,url_key,base_image,qty,is_in_stock,configurable_variations\nHO,Top,configurable,"Default Category/Men/Hoodies,Default Category/Men",1,Hoodie,,,hoodie,/h/o/ho.jpg,0,1,"sku=HO-S,size=S|sku=HO-L,size=L"\nHO-S,Top,simple,Default Category/Men/Hoodies,1,Hoodie-S,50,45,hoodie-s,/h/o/s.jpg,4,1,\nHO-L,Top,simple,Default Category/Men/Hoodies,1,Hoodie-L,50,,hoodie-l,/h/o/l.jpg,9,0,\nCAP,Default,simple,Default Category/Caps,2,Cap,12,,cap,,7,1,\n';
  const report = await bring(context, orders, { products: file, shopUrl: 'https://shop.test/' });
  assert.is(report.format, 'magento');
  assert.equal(await lines(context.client), ['100 a@x.test HO-S 2 45 2024-05-01']);
  const columns = `product_id, coalesce(group_id, '-'), category, handle, inventory, coalesce(image_url, '-'), url`;
  assert.equal(await products(context.client, columns), [
    'CAP - Caps cap 7 - https://shop.test/cap.html',
    'HO HO Men > Hoodies hoodie 0 /media/catalog/product/h/o/ho.jpg https://shop.test/hoodie.html',
    'HO-L HO Men > Hoodies hoodie 0 /media/catalog/product/h/o/l.jpg https://shop.test/hoodie.html',
    'HO-S HO Men > Hoodies hoodie 4 /media/catalog/product/h/o/s.jpg https://shop.test/hoodie.html',
  ]);
});

test('all products of an order in one cell are its lines', async (context) => {
  const file =
    'Date,Order #,Status,Customer,Product(s),Items sold\n2024-05-01,7,completed,Ann,"2× Salt, coarse, 1× Pan 10 x 12, 1× Oil",4\n2024-05-02,8,refunded,Bo,1× Oil,1\n';
  const report = await bring(context, file);
  assert.equal([report.format, report.lines_read, report.cancelled], ['woocommerce', 4, 1]);
  assert.equal(await lines(context.client), [
    '7 Ann Oil 1 1.00 2024-05-01',
    '7 Ann Pan 10 x 12 1 1.00 2024-05-01',
    '7 Ann Salt, coarse 2 1.00 2024-05-01',
  ]);
});

test('an Etsy export is read by listing, with the dates of its country', async (context) => {
  const file =
    'Sale Date,Item Name,Buyer,Quantity,Price,Currency,Transaction ID,Listing ID,Date Paid,Order ID,SKU\n05/01/24,Ring,ann1,1,30,USD,9001,77,05/01/2024,500,\n05/31/24,Pin,bo2,2,12,USD,9002,78,05/31/2024,501,P1\n';
  const report = await bring(context, file);
  assert.is(report.format, 'etsy');
  assert.equal(await lines(context.client), ['500 ann1 77 1 30 2024-05-01', '501 bo2 78 2 12 2024-05-31']);
  assert.match(report.warnings.join(), 'The files have no status');
});

test('--format takes precedence over the header, and ignored columns are named', async (context) => {
  const file =
    'Name,Email,Lineitem sku,Created at,Lineitem name,Gift note\n#1,a@x.test,A,2024-05-01,Mug,hi\n';
  const own = await bring(context, file);
  assert.equal([own.format, own.columns.order_id, own.ignored_columns], ['shopify', 'Name', ['Gift note']]);
  await rejects(
    () => bring(context, file.replace('Email', 'Who'), { format: 'plain' }),
    /no column for an order or a customer/,
  );
});
