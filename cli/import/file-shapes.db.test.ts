// Shapes of order files: products side by side or in one cell, refunds under other numbers, customers without accounts, and encodings of
// many countries.
import { assert, rejects } from '../../fixtures/suite.ts';
import { bring, bytesOf, countedLines, importSuite, productLines } from '../test-support/import-files.ts';

const test = importSuite('shapes of files');

test('orders that refund another are taken off the order that they name, and not their customers or statuses', async (context) => {
  const file =
    'Order number,Refund of,SKU,Qty,Price,Status,Email,Date\n1,,A,1,5,Complete,a@x.test,2024-05-01\n1,,B,1,5,Complete,a@x.test,2024-05-01\n2,,A,2,5,Complete,b@x.test,2024-05-02\nCM-1,1,A,1,5,Refunded,,2024-05-20\nCM-2,2,A,1,5,Refunded,,2024-05-21\n,,B,1,5,,,\nCM-3,77,B,1,5,Refunded,,2024-05-21\n3,0,B,1,5,Complete,a@x.test,2024-05-22\n';
  const report = await bring(context, file);
  assert.equal(await countedLines(context.client), [
    '1 a@x.test B 1 5 2024-05-01',
    '2 b@x.test A 2 5 2024-05-02',
    '3 a@x.test B 1 5 2024-05-22',
  ]);
  assert.equal(
    [report.refunds, report.taken_back, report.statuses.map(({ status }) => status)],
    [4, 1, ['Complete']],
  );
  for (const name of ['Credit memo for', 'Original order', 'Gutschrift zu']) {
    await bring(context, file.replace('Refund of', name));
    assert.is((await countedLines(context.client)).length, 3, name);
  }
  // A parent is an order that is refunded only if something is paid back: it may be a subscription, too.
  await bring(context, 'order,refund of,sku,qty\n8,,A,1\n9,8,B,1\n10,8,A,-1\n', { map: 'refund_of=' });
  assert.is((await countedLines(context.client)).length, 2);
});

test('guests are no customer, and an e-mail address is one in any case', async (context) => {
  const file =
    'order_id,customer_id,customer,email,sku,date\n1,0,Ann,Ann@X.test,A,2024-05-01\n2,0,Ann,ann@x.test,A,2024-05-01\n3,Guest,,,A,2024-05-01\n4,7,Bo,bo@x.test,A,2024-05-01\n4,,Bo,bo@x.test,B,2024-05-01\n5,Walk-in customer,,,B,2024-05-01\n';
  await bring(context, file);
  assert.equal(
    (await countedLines(context.client)).map((line) => line.slice(0, -18)),
    ['1 ann@x.test A', '2 ann@x.test A', '3 - A', '4 7 A', '4 7 B', '5 - B'],
  );
  // Where customers are all that there is, one of them may have the number 0.
  const { counted } = await bring(context, 'user,sku\n0,A\n0,B\n1,A\n');
  assert.equal([counted.orders, counted.customers], [2, 2]);
});

test('products of an order side by side are its lines', async (context) => {
  await bring(
    context,
    'order_id,customer,date,item1,qty1,price1,item2,qty2,price2,note\n1,ann,2024-05-01,M1,1,9,P1,2,20,x\n2,bo,2024-05-02,P1,1,20,,,,\n',
  );
  assert.equal(await countedLines(context.client), [
    '1 ann M1 1 9 2024-05-01',
    '1 ann P1 2 20 2024-05-01',
    '2 bo P1 1 20 2024-05-02',
  ]);
  const { ignored_columns } = await bring(
    context,
    'Order Number,Email,Order Date,Item 1 Name,Item 1 SKU,Item 1 Qty,Item 2 Name,Item 2 SKU,Item 2 Qty,Note\n1,a@x.test,2024-05-01,Mug,M1,1,Pan,P1,3,\n',
  );
  assert.equal(ignored_columns, ['Note']);
  assert.equal(
    (await countedLines(context.client)).map((line) => line.split(' ')[3]),
    ['1', '3'],
  );
  assert.equal(await productLines(context.client, 'product_id, name'), ['M1 Mug', 'P1 Pan']);
});

test('lists of products in one cell are the lines of an order, in any notation', async (context) => {
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const cells = {
    json: '[{"id":1,"sku":"M1","name":"Mug","quantity":2,"price":"9.00"},{"id":2,"sku":"P1","name":"Pan, large","quantity":1,"price":20}]',
    object:
      '{"items":[{"product_id":"M1","title":"Mug","qty":2,"unit_price":9},{"product_id":"P1","title":"Pan, large","qty":1,"unit_price":20}]}',
    python:
      "[{'sku': 'M1', 'name': 'Mug', 'quantity': 2, 'price': 9.0}, {'sku': 'P1', 'name': 'Pan, large', 'quantity': 1, 'price': 20}]",
    bigcommerce:
      'Product ID: 7, Product Qty: 2, Product SKU: M1, Product Name: Mug, Product Unit Price: 9.00|Product ID: 8, Product Qty: 1, Product SKU: P1, Product Name: Pan, large, Product Unit Price: 20.00',
    pairs: 'name:Mug|sku:M1|quantity:2|total:18.00;name:Pan, large|sku:P1|quantity:1|total:20.00',
  };
  for (const [notation, cell] of Object.entries(cells)) {
    await bring(
      context,
      `order_id,email,created_at,items\n1,a@x.test,2024-05-01,${quoted(cell)}\n2,a@x.test,2024-05-01,\n`,
    );
    const [mug, pan] = notation === 'bigcommerce' ? ['7', '8'] : ['M1', 'P1'];
    assert.equal(
      await countedLines(context.client),
      [`1 a@x.test ${mug} 2 9 2024-05-01`, `1 a@x.test ${pan} 1 20 2024-05-01`],
      notation,
    );
    assert.equal(await productLines(context.client, 'name'), ['Mug', 'Pan, large'], notation);
  }
});

test('names in a column of products are told apart, with a warning; a product may have a comma', async (context) => {
  const report = await bring(
    context,
    'order_id,customer,date,products\n1,ann,2024-05-01,"Mug, Pan x 2, Lid"\n2,bo,2024-05-02,"Mug, Lid"\n3,bo,2024-05-02,Pan\n',
  );
  assert.equal([report.counted.lines, report.counted.products], [6, 3]);
  assert.match(report.warnings.join(), /"products" is read as a list of products, separated by ","/);
  await bring(context, 'order_id,customer,date,product\n1,ann,2024-05-01,"Salt, coarse"\n');
  assert.equal(await productLines(context.client, 'product_id'), ['Salt, coarse']);
});

test('what was never sold for a price is out of stock where other products have one', async (context) => {
  const file =
    'order,sku,name,qty,price,date\n1,M1,Mug,1,9,2024-05-01\n1,D1,Summer!,1,-3,2024-05-01\n1,F1,Free thing,1,0,2024-05-01\n1,S2,Standard shipping - 3 days,1,5,2024-05-01\n1,T1,Tip,1,2,2024-05-01\n';
  const report = await bring(context, file);
  assert.equal(await productLines(context.client, 'product_id, inventory'), ['D1 0', 'F1 0', 'M1 1']);
  assert.equal(report.services.map(({ productId }) => productId).sort(), ['S2', 'T1']);
  await bring(context, 'order,sku\n1,A\n1,B\n');
  assert.equal(await productLines(context.client, 'product_id, inventory'), ['A 1', 'B 1']);
});

test('files of spreadsheets in other countries: encodings, columns, dates', async (context) => {
  const files: ReadonlyArray<
    readonly [name: string, bytes: Buffer, line: string, product: string, encoding: string | undefined]
  > = [
    [
      'Czech',
      bytesOf(
        'windows-1250',
        'Číslo objednávky;Kód zboží;Název;Množství;Cena;Datum;Stav\n1;A1;Hrníček žlutý;2;199,00;1.5.2024;hotovo\n',
      ),
      '1 - A1 2 199 2024-05-01',
      'Hrníček žlutý',
      'windows-1250',
    ],
    [
      'Russian',
      bytesOf(
        'windows-1251',
        'Номер заказа;Артикул;Наименование;Количество;Цена;Дата;Статус\n1;A1;Кружка;1;1 200,50;01.05.2024;Отменён\n2;A1;Кружка;1;1 200,50;01.05.2024;Выполнен\n',
      ),
      '2 - A1 1 1200.5 2024-05-01',
      'Кружка',
      'windows-1251',
    ],
    [
      'Chinese',
      bytesOf('gb18030', '订单编号,商品编号,商品名称,数量,订单日期\n1,A1,红色杯子,2,2024年5月1日\n'),
      '1 - A1 2 1.00 2024-05-01',
      '红色杯子',
      'gb18030',
    ],
    [
      'Japanese',
      bytesOf(
        'shift_jis',
        '注文番号,商品コード,商品名,数量,価格,注文日,メールアドレス\n1,A1,赤いコップ,1,"1,200",令和6年5月1日,A@x.test\n',
      ),
      '1 a@x.test A1 1 1200 2024-05-01',
      '赤いコップ',
      'shift_jis',
    ],
    [
      'English columns, Korean names',
      bytesOf(
        'euc-kr',
        'order,sku,product name,date\n1,A1,빨간 머그컵,2024-05-01\n2,A1,빨간 머그컵,2024-05-01\n',
      ),
      '1 - A1 1 1.00 2024-05-01',
      '빨간 머그컵',
      'euc-kr',
    ],
    [
      'tabs in UTF-16 behind the name .csv',
      Buffer.from('\ufeffOrder\tSKU\tProduct name\tDate\n1\tÄ1\tGrüne Mütze\t01.05.2024\n', 'utf16le'),
      '1 - Ä1 1 1.00 2024-05-01',
      'Grüne Mütze',
      'utf-16le',
    ],
  ];
  for (const [name, bytes, line, product, encoding] of files) {
    const report = await bring(context, bytes);
    assert.is((await countedLines(context.client))[0], line, name);
    assert.equal(await productLines(context.client, 'name'), [product], name);
    assert.is(report.encodings[0]?.encoding, encoding, name);
  }
});

test('an order that two files have counts as the later one says, and not twice', async (context) => {
  const header = 'order_id,customer_id,sku,qty,price,date,status\n';
  const march =
    '1,ann,A,1,5,2024-03-30 10:00:00,paid\n2,bo,A,1,5,2024-03-31 10:00:00,paid\n2,bo,B,2,5,2024-03-31 10:00:00,paid\n3,cy,C,1,5,2024-03-31 11:00:00,unpaid\n';
  const april =
    '3,cy,C,2,5,2024-03-31 11:00:00,paid\n2,bo,A,1,5,2024-03-31 10:00:00,refunded\n2,bo,B,2,5,2024-03-31 10:00:00,refunded\n4,ann,B,1,5,2024-04-01 10:00:00,paid\n4,ann,B,1,5,2024-04-01 10:00:00,paid\n1,di,A,1,5,2024-04-02 10:00:00,paid\n';
  const report = await bring(context, [header + march, header + april]);
  assert.equal(await countedLines(context.client), [
    '1 ann A 1 5 2024-03-30',
    '1 di A 1 5 2024-04-02',
    '3 cy C 2 5 2024-03-31',
    '4 ann B 1 5 2024-04-01',
    '4 ann B 1 5 2024-04-01',
  ]);
  assert.equal([report.overlapping, report.counted.lines], [3, 5]);
  // Two tills with the same numbers sell other products.
  const till = await bring(context, [
    `${header}1,,A,1,5,2024-03-30,paid\n`,
    `${header}1,,B,1,5,2024-03-30,paid\n`,
  ]);
  assert.equal([till.overlapping, till.counted.lines], [0, 2]);
});

test('of several rows of an order in files of orders, the last state counts', async (context) => {
  const lines = 'order_id,sku,quantity,price\n1,A,1,5\n2,A,1,5\n3,A,1,5\n4,A,1,5\n';
  const counted = async (...orders: string[]) => {
    await bring(context, [lines, ...orders]);
    return (await countedLines(context.client)).map((line) => line[0]).join('');
  };
  const states = '1,unpaid\n2,paid\n3,paid\n1,paid\n3,\n2,refunded\n4,paid\n';
  assert.is(await counted(`order_id,status\n${states}`), '134', 'the lower row');
  const dated =
    '4,paid,2024-05-04\n3,paid,2024-05-03\n1,paid,2024-05-01\n2,refunded,2024-05-02\n1,unpaid,2024-05-01\n2,paid,2024-05-02\n';
  assert.is(await counted(`order_id,status,date\n${dated}`), '134', 'the newest come first');
  const mixed =
    '1,unpaid,2024-05-03\n3,paid,2024-05-01\n4,paid,2024-05-04\n1,paid,2024-05-03\n2,refunded,2024-05-01\n';
  assert.is(await counted(`order_id,status,date\n${mixed}`), '134', 'in no order');
  const changes =
    '4,paid,2024-05-01,2024-05-01\n1,paid,2024-05-01,2024-05-03\n1,unpaid,2024-05-01,2024-05-02\n2,refunded,2024-05-01,2024-05-09\n2,paid,2024-05-01,2024-05-02\n3,paid,2024-05-02,\n';
  assert.is(await counted(`order_id,status,date,Updated at\n${changes}`), '134', 'as the file says');
  const first = 'order_id,status\n1,unpaid\n2,paid\n3,paid\n4,paid\n';
  assert.is(await counted(first, 'order_id,status\n2,cancelled\n1,paid\n'), '134', 'the last file');
  const { ignored_columns } = await bring(
    context,
    'order_id,sku,updated_at,date\n1,A,2024-05-02,2024-05-01\n',
  );
  assert.equal(ignored_columns, ['updated_at'], 'lines have the states of their own');
});

test('switches take orders away, guests are no customers, and garbled names are warned about', async (context) => {
  const file =
    'order_id,customer,materialnummer,name,cancelled\n1,Guest checkout,A,CafÃ© GrÃ¼n,0\n1,Laufkunde,B,Â£5 voucher holder,no\n2,ann,A,CafÃ© GrÃ¼n,1\n3,ann,C,"ÂNGELO, NÃO",0.00\n4,ann,B,Bag,true\n';
  const report = await bring(context, file);
  const lines = await countedLines(context.client);
  assert.equal(
    lines.map((line) => line.split(' ').slice(0, 3).join(' ')),
    ['1 - A', '1 - B', '3 ann C'],
  );
  assert.is(report.cancelled, 2);
  assert.match(report.warnings.join('\n'), '1 name of a product is garbled, such as "CafÃ© GrÃ¼n"');
  const { warnings } = await bring(context, 'order_id,sku,name,is_deleted\n1,A,Café,f\n2,A,Café,t\n');
  assert.not.match(warnings.join('\n'), /garbled|no status/);
  assert.is((await countedLines(context.client)).length, 1);
});

test('a switch of a line is no switch of its order, any of several counts, and pieces are taken off', async (context) => {
  const counted = async (file: string) => {
    await bring(context, file);
    return (await countedLines(context.client)).map((line) => line.split(' ').slice(0, 4).join(' '));
  };
  const deleted =
    'order_id,customer,sku,quantity,is_deleted\n1,ann,A,1,1\n1,ann,B,1,0\n2,ann,A,1,0\n2,ann,B,1,1\n';
  assert.equal(await counted(deleted), ['1 ann B 1', '2 ann A 1']);
  const two =
    'order_id,customer,sku,quantity,cancelled,is_test\n1,ann,A,1,0,1\n2,ann,A,1,0,0\n3,ann,A,1,1,0\n';
  assert.equal(await counted(two), ['2 ann A 1']);
  const first = 'order_id,customer,sku,quantity,cancelled_at\n1,ann,A,1,2024-05-01\n1,ann,B,1,\n2,ann,A,1,\n';
  assert.equal(await counted(first), ['2 ann A 1'], 'said on the first line of the order');
  const words = 'pedido,cliente,sku,quantity,Cancelado\n1,ann,A,1,Não\n2,ann,A,1,Sim\n3,ann,A,1,Nee\n';
  assert.equal(await counted(words), ['1 ann A 1', '3 ann A 1']);
  const pieces = 'order_id,customer,sku,quantity,cancelled\n1,ann,A,3,1\n1,ann,B,2,2\n2,ann,A,4,0\n';
  assert.equal(await counted(pieces), ['1 ann A 2', '2 ann A 4']);
});

test('a material is an article number, unless another column names the products', async (context) => {
  await bring(context, 'order_id,Material,Material description\n1,M-1,Mug\n');
  assert.match((await countedLines(context.client))[0]!, 'M-1');
  await rejects(
    () => bring(context, 'order_id,Product name,Material\n1,Mug,Steel\n'),
    /has no column for a product/,
  );
});

test('a customer with most lines does not slow down their index, and a standby is named as the reason why nothing is replaced', async (context) => {
  await bring(context, 'order,customer,sku,qty,date\n1,till,A,1,2024-03-01\n');
  const { rows } = await context.client.query(
    `select a.amname as kind, pg_get_indexdef(i.indexrelid) like '%(customer_id text_pattern_ops)%' as by_customer
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
     where i.indrelid = 'imported.order_line'::regclass`,
  );
  // Hash indexes walk through all pages of a value for each of its lines.
  assert.equal(rows, [{ kind: 'btree', by_customer: true }]);

  // Not for the user to drop: the hint of the error names the primary.
  await context.client.query('set default_transaction_read_only = on');
  await rejects(
    () => bring(context, 'order,customer,sku,qty,date\n1,till,A,1,2024-03-01\n'),
    (error) => (error as Error & { code?: string }).code === '25006',
  );
  await context.client.query('reset default_transaction_read_only');
});
