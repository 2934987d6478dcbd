// Product files, and the exports of shop platforms with their products: ids, variants, stock, and what no file lists.
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

test('the further columns of a product file are kept', async (context) => {
  const head =
    'sku,name,price,discounted_price,on_sale,rating,review_count,tags,featured,group_id,handle,url,brand,cost,created_at,colour';
  const report = await bring(context, 'order,sku\n1,A\n', {
    products: `${head}\nA,Coat,90,70,true,4.5,12,"warm;new",yes,G1,coat,/p/coat,Lind,40,2024-01-02,red\nB,Hat,20,15,false,,,,no,,,,,,,\n`,
  });
  const columns =
    'price, discounted_price, on_sale, rating, review_count, tags, featured, group_id, handle, url, brand, cost, created_at::date';
  assert.equal(await productLines(context.client, columns), [
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
  assert.equal(await countedLines(context.client), ['100 a@x.test HO-S 2 45 2024-05-01']);
  const columns = `product_id, coalesce(group_id, '-'), category, handle, inventory, coalesce(image_url, '-'), url`;
  assert.equal(await productLines(context.client, columns), [
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
