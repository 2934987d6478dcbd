// Product files, and the exports of shop platforms with their products: ids, variants, stock, and what no file lists.
import { readFileSync } from 'node:fs';
import { assert, rejects } from '../../fixtures/suite.ts';
import { bring, countedLines, importSuite, productLines } from '../test-support/import-files.ts';

const test = importSuite('platform files');

const hintOf = (error: unknown) => (error as Error & { hint: string }).hint;

test('products that the product file lacks are out of stock, and a file for other products is refused', async (context) => {
  const orders = 'order,sku\n1,A\n1,B\n2,A\n2,C\n';
  const report = await bring(context, orders, {
    products: 'sku,name,stock,status\nA,Coat,4,active\nB,Hat,3,archived\nD,Cap,1,draft\n',
  });
  assert.equal(await productLines(context.client, 'product_id, name, inventory'), [
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
  assert.equal(await productLines(context.client, 'product_id, price'), ['Coat 50', 'Hat 20']);
  await bring(context, 'order,ean\n1,0042\n1,0043\n', { products: 'ean,name\n42,Coat\n43,Hat\n' });
  assert.equal(await productLines(context.client, 'product_id, name'), ['0042 Coat', '0043 Hat']);
});

test('ids of the two files may differ in letter case, unless the product file has both', async (context) => {
  const orders = 'order,sku\n1,ABC-1\n1,ABC-2\n1,XY-3\n';
  const all = await bring(context, orders, { products: 'sku,name\nabc-1,One\nabc-2,Two\nxy-3,Three\n' });
  assert.equal(await productLines(context.client, 'product_id, name'), [
    'ABC-1 One',
    'ABC-2 Two',
    'XY-3 Three',
  ]);
  assert.match(all.warnings.join('\n'), '3 ids differ between the two files');
  const some = await bring(context, orders, {
    products: 'sku,name\nabc-1,One\nABC-2,Two\nXY-3,Three\nxy-3,Other\n',
  });
  assert.equal(await productLines(context.client, 'product_id, name'), [
    'ABC-1 One',
    'ABC-2 Two',
    'XY-3 Three',
    'xy-3 Other',
  ]);
  assert.is(some.unlisted_products, 0);
});

test('ids that a spreadsheet took for dates are warned about, those of a shop that has dates are not', async (context) => {
  const warned = async (ids: readonly string[]) =>
    (await bring(context, `order,sku\n${ids.map((id) => `1,${id}\n`).join('')}`)).warnings.some((each) =>
      each.includes('into dates'),
    );
  assert.ok(await warned(['2-Jan', 'A-17', 'A-18']));
  assert.ok(await warned(['01. Mrz', 'A-17', 'A-18']));
  assert.ok(await warned(['5/1/2024', 'Mar-45', 'A-17', 'A-18', 'A-19']));
  assert.not.ok(await warned(['1-2', 'MAR-10', '10-MAR', '2024-05-01', '12-Set', 'A-17']));
  assert.ok(await warned(['2-Jan', '3-Jan']));
  assert.not.ok(await warned(['1/5/2024', '2/5/2024', 'A-17']));
});

test('the further columns of a product file are kept', async (context) => {
  const head =
    'sku,name,price,discounted_price,on_sale,rating,review_count,tags,featured,group_id,handle,url,brand,cost,created_at,season';
  const report = await bring(context, 'order,sku\n1,A\n', {
    products: `${head}\nA,Coat,90,70,true,4.5,12,"warm;new",yes,G1,coat,/p/coat,Lind,40,2024-01-02,red\nB,Hat,20,15,false,,,,no,,,,,,,\n`,
  });
  const columns =
    'price, discounted_price, on_sale, rating, review_count, tags, featured, group_id, handle, url, brand, cost, created_at::date';
  assert.equal(await productLines(context.client, columns), [
    '90 70 t 4.5 12 {warm,new} t G1 coat /p/coat Lind 40 2024-01-02',
    '20 15 f 0 0 {} f',
  ]);
  assert.equal(report.ignored_product_columns, ['season']);
});

test('a shop of Shopify without SKUs: variants are known by their names', async (context) => {
  const orders =
    'Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n#1,a@x.test,paid,2024-05-01 10:00:00 +0200,1,Linen shirt - Blue / M,40,\n#1,a@x.test,,,1,Mug,9,\n';
  const file =
    'Handle,Title,Vendor,Product Category,Type,Option1 Value,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src\nlinen-shirt,Linen shirt,Lind,,Shirts,Blue,M,,shopify,0,continue,40,50,https://cdn.test/1.jpg\nlinen-shirt,,,,,Blue,L,,shopify,3,deny,42,,\nlinen-shirt,,,,,,,,,,,,,https://cdn.test/2.jpg\nmug,Mug,Lind,,Kitchen,Default Title,,,,,deny,9,,\n';
  const report = await bring(context, orders, { products: file, shopUrl: 'https://shop.test' });
  assert.equal([report.format, report.unlisted_products], ['shopify', 0]);
  const columns = `product_id || ':', name, category, group_id, price, coalesce(discounted_price::text, '-'), inventory, url`;
  assert.equal(await productLines(context.client, columns), [
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
  assert.equal(await countedLines(context.client), ['1 - 12 1 30 2024-05-01', '1 - 20 1 8 2024-05-01']);
  const columns = `product_id, name, coalesce(group_id, '-'), category, price, coalesce(discounted_price::text, '-'), inventory, tags, image_url`;
  assert.equal(await productLines(context.client, columns), [
    '12 Shirt - M 10 Shirts 30 24 4 {a,b} https://x.test/1.jpg',
    '13 Shirt - L 10 Shirts 30 - 0 {a,b} https://x.test/1.jpg',
    '20 Mug - Kitchen 8 - 1 {}',
    '21 Old mug - Kitchen 8 - 0 {}',
  ]);
});

test('a variable product of WooCommerce is sold as its variations, unless orders name it', async (context) => {
  const orders =
    'Order Number,Order Status,Order Date,Customer User ID,Product Id,Variation Id,Quantity,Item Cost\n1,completed,2024-05-01,7,10,11,1,9\n2,completed,2024-05-02,8,20,0,1,9\n';
  const file =
    'ID,Type,SKU,Name,Published,Categories,Regular price,Images,Stock,In stock?,Parent,Attribute 1 name,Attribute 1 value(s)\n10,variable,TEE,Tee,1,Shirts,,https://cdn.test/tee.jpg,,1,,Size,"S, M"\n11,variation,TEE-S,Tee - S,1,,9,,4,1,id:10,Size,S\n12,variation,TEE-M,Tee - M,1,,9,,4,1,id:10,Size,M\n20,variable,CAP,Cap,1,Caps,,,,1,,Size,"S, M"\n21,variation,CAP-S,Cap - S,1,,5,,4,1,id:20,Size,S\n';
  await bring(context, orders, { products: file });
  assert.equal(
    await productLines(
      context.client,
      `product_id, name, group_id, category, coalesce(size, '-'), coalesce(image_url, '-')`,
    ),
    [
      '11 Tee 10 Shirts S https://cdn.test/tee.jpg',
      '12 Tee 10 Shirts M https://cdn.test/tee.jpg',
      '20 Cap 20 Caps - -',
      '21 Cap 20 Caps S -',
    ],
  );
});

test('a shop of Magento: configurable products group their variations, refunded quantities are subtracted', async (context) => {
  const orders =
    'increment_id,status,created_at,customer_email,sku,name,qty_ordered,qty_refunded,price,order_currency_code\n100,complete,2024-05-01 10:00:00,a@x.test,HO-S,Hoodie S,2,0,45,EUR\n100,complete,2024-05-01 10:00:00,a@x.test,CAP,Cap,1,1,12,EUR\n101,closed,2024-05-01 10:00:00,b@x.test,CAP,Cap,1,0,12,EUR\n';
  const file =
    'sku,attribute_set_code,product_type,categories,product_online,name,price,special_price,url_key,base_image,qty,is_in_stock,configurable_variations\nHO,Top,configurable,"Default Category/Men/Hoodies,Default Category/Men",1,Hoodie,,,hoodie,/h/o/ho.jpg,0,1,"sku=HO-S,size=S|sku=HO-L,size=L"\nHO-S,Top,simple,Default Category/Men/Hoodies,1,Hoodie-S,50,45,hoodie-s,/h/o/s.jpg,4,1,\nHO-L,Top,simple,Default Category/Men/Hoodies,1,Hoodie-L,50,,hoodie-l,/h/o/l.jpg,9,0,\nCAP,Default,simple,Default Category/Caps,2,Cap,12,,cap,,7,1,\n';
  const report = await bring(context, orders, { products: file, shopUrl: 'https://shop.test/' });
  assert.is(report.format, 'magento');
  assert.equal(await countedLines(context.client), ['100 a@x.test HO-S 2 45 2024-05-01']);
  const columns = `product_id, coalesce(group_id, '-'), category, handle, inventory, coalesce(image_url, '-'), url`;
  assert.equal(await productLines(context.client, columns), [
    'CAP - Caps cap 7 - https://shop.test/cap.html',
    'HO HO Hoodies hoodie 0 /media/catalog/product/h/o/ho.jpg https://shop.test/hoodie.html',
    'HO-L HO Hoodies hoodie 0 /media/catalog/product/h/o/l.jpg https://shop.test/hoodie.html',
    'HO-S HO Hoodies hoodie 4 /media/catalog/product/h/o/s.jpg https://shop.test/hoodie.html',
  ]);
});

test('all products of an order in one cell are its lines', async (context) => {
  const file =
    'Date,Order #,Status,Customer,Product(s),Items sold\n2024-05-01,7,completed,Ann,"2× Salt, coarse, 1× Pan 10 x 12, 1× Oil",4\n2024-05-02,8,refunded,Bo,1× Oil,1\n';
  const report = await bring(context, file);
  assert.equal([report.format, report.lines_read, report.cancelled], ['woocommerce', 4, 1]);
  assert.equal(await countedLines(context.client), [
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
  assert.equal(await countedLines(context.client), [
    '500 ann1 77 1 30 2024-05-01',
    '501 bo2 78 2 12 2024-05-31',
  ]);
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

test('guests of WooCommerce with one e-mail address are one customer, as in its analytics; erased ones are nobody', async (context) => {
  const head =
    'order_id,date,status,customer_id,billing_email,item_id,item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_refunded_qty\n';
  const report = await bring(
    context,
    `${head}1,2024-05-01,completed,0,Ann@x.test,901,11,Mug,M1,1,9,0\n1,2024-05-01,completed,0,Ann@x.test,902,12,Pan,P1,2,40,0\n2,2024-05-02,completed,0,ann@X.test,903,12,Pan,P1,1,20,1\n3,2024-05-02,completed,7,ann@x.test,904,12,Pan,P1,1,20,0\n4,2024-05-03,completed,0,deleted@site.invalid,905,12,Pan,P1,1,20,0\n5,2024-05-03,completed,0,ANN@x.test,906,11,Mug,M1,1,9,0\n`,
  );
  assert.is(report.format, 'woocommerce');
  assert.equal(await countedLines(context.client), [
    '1 ann@x.test 11 1 9 2024-05-01',
    '1 ann@x.test 12 2 20 2024-05-01',
    '3 7 12 1 20 2024-05-02',
    '4 - 12 1 20 2024-05-03',
    '5 ann@x.test 11 1 9 2024-05-03',
  ]);
  // Guests ask for their orders by number and address.
  const { rows } = await context.client.query(
    'select distinct order_number, order_email from couture_source.order_line where order_email is not null order by 1',
  );
  assert.equal(
    rows.map(({ order_number }) => order_number),
    ['1', '5'],
  );
});

test('WooCommerce’s own tables: orders and refunds join the lines of its analytics', async (context) => {
  const orders =
    'id\tstatus\tcurrency\ttype\ttotal_amount\tcustomer_id\tbilling_email\tdate_created_gmt\tparent_order_id\n1\twc-completed\tEUR\tshop_order\t30\t0\tAnn@x.test\t2024-05-01 10:00:00\t0\n2\twc-completed\tEUR\tshop_order_refund\t-9\t0\tNULL\t2024-05-03 10:00:00\t1\n3\twc-processing\tEUR\tshop_order\t30\t7\tbo@x.test\t2024-05-02 10:00:00\t0\n4\twc-processing\tEUR\tshop_order\t9\t7\tbo@x.test\t2024-05-04 10:00:00\t3\n';
  const stats =
    'order_id\tparent_id\tdate_created_gmt\tnum_items_sold\ttotal_sales\treturning_customer\tstatus\tcustomer_id\n1\t0\t2024-05-01 10:00:00\t3\t30\t0\twc-completed\t5\n2\t1\t2024-05-03 10:00:00\t-1\t-9\tNULL\twc-completed\t5\n3\t0\t2024-05-02 10:00:00\t1\t9\t0\twc-processing\t6\n4\t0\t2024-05-04 10:00:00\t1\t9\t1\twc-processing\t6\n';
  const lines =
    'order_item_id\torder_id\tproduct_id\tvariation_id\tcustomer_id\tproduct_qty\tproduct_net_revenue\n1\t1\t11\t0\t5\t1\t9\n2\t1\t12\t121\t5\t2\t21\n3\t2\t11\t0\t5\t-1\t-9\n4\t3\t11\t0\t6\t1\t9\n5\t4\t11\t0\t6\t1\t9\n';
  for (const [file, ann, bo] of [
    [orders, 'ann@x.test', '7'],
    [stats, '5', '6'],
  ] as const) {
    const { joined, refunds } = await bring(context, [lines, file]);
    assert.equal(await countedLines(context.client), [
      `1 ${ann} 121 2 10.5 2024-05-01`,
      `3 ${bo} 11 1 9 2024-05-02`,
      `4 ${bo} 11 1 9 2024-05-04`,
    ]);
    assert.equal([joined?.lines, refunds], [5, 1]);
  }
  await rejects(
    () => bring(context, [lines, orders.replaceAll(/^\d/gm, 'X$&')]),
    /No order line has an order id .* "1", orders such as "X1"/,
  );
});

test('the README’s query over WooCommerce’s analytics tables gives the orders of customers and guests', async (context) => {
  const readme = readFileSync(new URL('../../../cli/import/README.md', import.meta.url), 'utf8');
  const query = /```sql\n([\s\S]*?)```/.exec(readme)![1]!;
  const { client } = context;
  await client.query(`
    set search_path to pg_temp, public;
    create temp table wp_wc_order_stats (order_id bigint, parent_id bigint, status text, date_created_gmt timestamp, customer_id bigint);
    create temp table wp_wc_customer_lookup (customer_id bigint, user_id bigint, email text);
    create temp table wp_wc_order_product_lookup (order_id bigint, product_id bigint, variation_id bigint, product_qty int, product_net_revenue numeric);
    insert into wp_wc_order_stats values (1, 0, 'wc-completed', '2024-05-01', 5), (2, 1, 'wc-completed', '2024-05-03', 5), (3, 0, 'wc-processing', '2024-05-02', 6);
    insert into wp_wc_customer_lookup values (5, null, 'Ann@x.test'), (6, 7, 'bo@x.test');
    insert into wp_wc_order_product_lookup values (1, 11, 0, 1, 9), (1, 12, 121, 2, 21), (2, 11, 0, -1, -9), (3, 11, 0, 1, 9);`);
  const { fields, rows } = await client.query<Record<string, unknown>>(query);
  const cell = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value ?? 'NULL'));
  const lines = rows.map((row) => fields.map(({ name }) => cell(row[name])).join('\t'));
  await bring(context, `${[fields.map(({ name }) => name).join('\t'), ...lines].join('\n')}\n`);
  assert.equal(await countedLines(client), ['1 ann@x.test 121 2 10.5 2024-05-01', '3 7 11 1 9 2024-05-02']);
  await client.query('reset search_path');
});

test('Magento’s own tables: items join their orders, parts of products are none, stores do not rename products', async (context) => {
  const orders =
    'entity_id,status,store_id,customer_id,base_grand_total,increment_id,created_at,customer_email,order_currency_code\n1,complete,1,NULL,75,1000000001,2024-05-01 10:00:00,Ann@x.test,EUR\n2,canceled,2,7,12,2000000001,2024-05-02 10:00:00,bo@x.test,EUR\n3,complete,2,NULL,12,2000000002,2024-05-02 10:00:00,ann@x.test,EUR\n';
  const items =
    'item_id,order_id,parent_item_id,created_at,product_id,product_type,sku,name,qty_ordered,qty_refunded,price,row_total\n1,1,NULL,2024-05-01,100,configurable,HO-S,Hoodie,1,0,45,45\n2,1,1,2024-05-01,101,simple,HO-S,Hoodie-S,1,0,0,0\n3,1,NULL,2024-05-01,200,bundle,KIT-CAP-BAG,Kit,1,0,30,30\n4,1,3,2024-05-01,201,simple,CAP,Cap,1,0,12,12\n5,1,3,2024-05-01,202,simple,BAG,Bag,1,0,18,18\n6,2,NULL,2024-05-02,201,simple,CAP,Cap,1,0,12,12\n7,3,NULL,2024-05-02,201,simple,CAP,Cap,1,0,12,12\n';
  const products =
    'sku,store_view_code,attribute_set_code,product_type,categories,name,price,special_price,special_price_to_date,url_key,qty,is_in_stock,configurable_variations\nHO,,Top,configurable,Men,Hoodie,,,,hoodie,0,1,"sku=HO-S,size=S"\nHO,de,,,,Kapuzenpulli,,,,kapuzenpulli,,,\nHO-S,,Top,simple,Men,Hoodie-S,50,45,2020-02-01,hoodie-s,4,1,\nCAP,,Default,simple,Caps,Cap,12,,,cap,7,1,\nCAP,eu,,,,,14,,,,,,\nBAG,,Default,simple,Caps,Bag,18,,,bag,7,1,\nKIT,,Default,bundle,Caps,Kit,0,,,kit,0,1,\n';
  const report = await bring(context, [orders, items], { products, strict: true });
  assert.equal(await countedLines(context.client), [
    '1 ann@x.test HO-S 1 45 2024-05-01',
    '1 ann@x.test KIT-CAP-BAG 1 30 2024-05-01',
    '3 ann@x.test CAP 1 12 2024-05-02',
  ]);
  assert.equal([report.left_out.parts, report.cancelled, report.unlisted_products], [3, 1, 0]);
  const columns = `product_id, name, price, coalesce(discounted_price::text, '-'), inventory, coalesce(group_id, '-')`;
  assert.equal(await productLines(context.client, columns), [
    'BAG Bag 18 - 7 -',
    'CAP Cap 12 - 7 -',
    'HO Hoodie 50 - 0 HO',
    'HO-S Hoodie-S 50 - 4 HO',
    'KIT Kit 30.00 - 1 KIT',
    'KIT-CAP-BAG Kit 30.00 - 1 KIT',
  ]);
});

test('exports of marketplaces and tills: amounts of lines, rows of sales and payments, lines without SKU', async (context) => {
  const amazon =
    'amazon-order-id\tpurchase-date\torder-status\tproduct-name\tsku\titem-status\tquantity\tcurrency\titem-price\n111-1\t2024-05-01T10:00:00+00:00\tShipped\tMug\tM-1\tShipped\t2\tEUR\t18.00\n111-1\t2024-05-01T10:00:00+00:00\tShipped\tPan\tP-1\tCancelled\t1\tEUR\t20.00\n';
  assert.is((await bring(context, amazon)).format, 'amazon');
  assert.equal(await countedLines(context.client), ['111-1 - M-1 2 9 2024-05-01']);
  const square =
    'Date,Item,Qty,Price Point Name,SKU,Gross Sales,Transaction ID,Event Type,Customer ID\n05/15/24,Latte,2,Regular,L-1,$9.00,T1,Payment,C1\n05/15/24,Bagel,1,Regular,,$4.00,T1,Payment,C1\n05/16/24,Latte,-2,Regular,L-1,-$9.00,T2,Refund,C1\n';
  assert.is((await bring(context, square)).format, 'square');
  assert.equal(await countedLines(context.client), [
    'T1 C1 Bagel 1 4 2024-05-15',
    'T1 C1 L-1 2 4.5 2024-05-15',
  ]);
  const lightspeed =
    'Date,Receipt Number,Line Type,Customer Code,Quantity,Subtotal,Total,Details,User,Status,Sku\n2024-05-01 10:00:00,R1,Sale,ann-1,3,30,30,2 X Mug,Bo,CLOSED,\n2024-05-01 10:00:00,R1,Sale Line,,2,20,20,Mug,Bo,,M1\n2024-05-01 10:00:00,R1,Sale Line,,1,10,10,Pan,Bo,,P1\n2024-05-01 10:00:00,R1,Payment,,,,,Cash,Bo,,\n2024-05-02 10:00:00,R2,Sale,WALKIN,1,10,10,1 X Pan,Bo,VOIDED,\n2024-05-02 10:00:00,R2,Sale Line,,1,10,10,Pan,Bo,,P1\n';
  assert.is((await bring(context, lightspeed, { strict: true })).format, 'lightspeed');
  assert.equal(await countedLines(context.client), [
    'R1 ann-1 M1 2 10 2024-05-01',
    'R1 ann-1 P1 1 10 2024-05-01',
  ]);
});

test('lines of shipping, discounts and fees are told by their type', async (context) => {
  const file =
    'orderNumber,orderDateTime,paymentState,orderCustomerEmail,lineItemType,lineItemLabel,lineItemQuantity,lineItemUnitPrice,lineItemProductNumber\n1,2024-05-01,Bezahlt,a@x.test,product,Tasse,2,9,SW1\n1,2024-05-01,Bezahlt,a@x.test,promotion,Sommer,1,-3,PROMO\n1,2024-05-01,Bezahlt,a@x.test,Shipping line,Expressbote,1,5,EXP\n1,2024-05-01,Bezahlt,a@x.test,product,Pfanne,1,20,SW2\n';
  const report = await bring(context, file, { strict: true });
  assert.is(report.left_out.charges, 2);
  assert.equal(await productLines(context.client, 'name, price'), ['Tasse 9.00', 'Pfanne 20.00']);
});

test('sizes and colours of variants can be chosen, and a variant has the product’s picture unless it has its own', async (context) => {
  const choices = `product_id, coalesce(colour, '-'), coalesce(size, '-')`;
  const shopify =
    'Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Image Src,Variant Image\nshirt,Shirt,Color,Blue,Size,M,B-M,40,https://x.test/front.jpg,\nshirt,,,Blue,,L,B-L,40,https://x.test/back.jpg,\nshirt,,,Red,,L,R-L,40,https://x.test/side.jpg,https://x.test/red.jpg\nmug,Mug,Title,Default Title,,,MUG,9,,\n';
  const orders =
    'Name,Email,Created at,Lineitem sku,Lineitem name,Currency\n#1,a@x.test,2024-05-01,B-M,Shirt,USD\n#1,,,MUG,Mug,\n';
  const { warnings, ignored_product_columns } = await bring(context, orders, {
    products: shopify,
    currency: 'EUR',
  });
  assert.equal(ignored_product_columns, []);
  assert.match(
    warnings.join(),
    'Amounts are in USD, and prices would be shown in EUR. Set COUTURE_CURRENCY=USD',
  );
  assert.equal(await productLines(context.client, `${choices}, image_url`), [
    'B-L Blue L https://x.test/front.jpg',
    'B-M Blue M https://x.test/front.jpg',
    'MUG - -',
    'R-L Red L https://x.test/red.jpg',
  ]);
  const others =
    'Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Price\nphone,Phone,Storage,128 GB,,,,,P-128,400\nphone,,,256 GB,,,,,P-256,500\nshirt,Shirt,Size,M,Material,Linen,Origin,Italy,S-ML,40\nshirt,,,M,,Wool,,Italy,S-MW,40\n';
  await bring(context, orders.replace('B-M', 'P-128').replace('MUG', 'S-ML'), { products: others });
  assert.equal(await productLines(context.client, `${choices}, name`), [
    'P-128 - Storage: 128 GB Phone',
    'P-256 - Storage: 256 GB Phone',
    'S-ML - M / Material: Linen Shirt',
    'S-MW - M / Material: Wool Shirt',
  ]);
  const woo =
    'ID,Type,SKU,Name,Regular price,Parent,Categories,Attribute 1 name,Attribute 1 value(s)\n10,variable,SH,Shirt,,,Shirts,Größe,"M, L"\n12,variation,SH-M,Shirt,30,id:10,,Größe,M\n13,variation,SH-L,Shirt,30,id:10,,Größe,L\n';
  await bring(context, 'order,sku\n1,SH-M\n2,SH-M\n', { products: woo });
  assert.equal(await productLines(context.client, choices), ['SH-L - L', 'SH-M - M']);
  const magento =
    'sku,attribute_set_code,product_type,name,price,url_key,qty,additional_attributes\nHO-S,Top,simple,Hoodie,50,hoodie-s,4,"color=Blue,size=S,climate=Cold|Mild"\n';
  await bring(context, 'order,sku\n1,HO-S\n2,HO-S\n', { products: magento });
  assert.equal(await productLines(context.client, choices), ['HO-S Blue S']);
});
