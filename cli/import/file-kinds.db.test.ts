// Kinds of order files that went wrong once, each with members made up here: what is imported, or the remedy that the error names.
import { gzipSync } from 'node:zlib';
import { assert, rejects } from '../../fixtures/suite.ts';
import { bring, countedLines, importSuite, productLines } from '../test-support/import-files.ts';

const test = importSuite('kinds of files');

const hintOf = (error: unknown) => (error as Error & { hint: string }).hint;

test('the status of an order holds for all its lines, on whichever line it stands', async (context) => {
  const report = await bring(
    context,
    'order,sku,date,payment status\n1,A,2024-05-01,\n1,B,2024-05-01,Rückerstattet\n2,A,2024-05-02,bezahlt\n2,B,2024-05-02,\n3,A,2024-05-03,\n1,C,2024-05-01,\n',
    { map: 'status=payment status' },
  );
  assert.equal(await countedLines(context.client), [
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
  assert.equal(await countedLines(context.client), [
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
  assert.equal(await countedLines(context.client), [
    '71 Ann A 1 1.00 2024-05-03',
    '71 Ann B 2 1.00 2024-05-03',
    '71 Ann C 1 1.00 2024-05-03',
    '72 Bo A 1 1.00 2024-05-04',
  ]);
  assert.is(report.filled.orders, 2);
});

test('lines without a number that repeat the customer and the time above belong to that order', async (context) => {
  const lines = [
    '7,ann,A,2024-05-03',
    ',ann,B,2024-05-03',
    ',ann,C,2024-06-01',
    '8,bo,A,2024-05-03',
    ',cy,B,2024-05-03',
  ];
  const report = await bring(context, `order,customer,sku,date\n${lines.join('\n')}\n`);
  assert.equal(await countedLines(context.client), [
    '7 ann A 1 1.00 2024-05-03',
    '7 ann B 1 1.00 2024-05-03',
    '8 bo A 1 1.00 2024-05-03',
    'customer:ann ann C 1 1.00 2024-06-01',
    'customer:cy cy B 1 1.00 2024-05-03',
  ]);
  assert.equal([report.filled.orders, report.filled.baskets], [1, 2]);
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
    assert.equal(await countedLines(context.client), [
      'a1 ann X 1 5 2024-05-01',
      'a1 ann Y 2 6 2024-05-01',
      'a3 cy Y 1 6 2024-05-03',
    ]);
    assert.equal(report.joined, { orders: 3, lines: 4, dated: 4, refunded: 0 });
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

test('products returned in the same order do not count as sold', async (context) => {
  const report = await bring(
    context,
    'order,sku,qty,returned qty\n1,A,1,\n1,B,2,\n1,B,-2,\n2,A,3,1\n2,B,1,1\n3,B,2,\n3,B,-1,\n',
  );
  assert.equal(
    (await countedLines(context.client)).map((line) => line.slice(0, 7)),
    ['1 - A 1', '2 - A 2', '3 - B 2'],
  );
  assert.is(report.taken_back, 1);
});

test('returns weeks later are no numbers that restart, and neither are refunds as negative amounts', async (context) => {
  const sales = Array.from({ length: 12 }, (_, at) => [
    `${at},A,1,5,2024-01-${at + 10}`,
    `${at},B,2,3,2024-01-${at + 10}`,
  ]);
  const returns = [
    '0,A,-1,5,2024-02-20',
    '1,B,(2),3,2024-02-20',
    '2,A,1,-5,2024-02-20',
    '3,B,2-,3,2024-02-20',
  ];
  const discount = '4,A,1,-1,2024-02-20';
  const refunds = [...returns, discount].join('\n');
  const file = `order,sku,quantity,price,date\n${sales.flat().join('\n')}\n${refunds}\n`;
  const report = await bring(context, file);
  assert.equal(
    [report.split_by_day, report.counted.orders, report.warnings.filter((each) => /restart/.test(each))],
    [false, 12, []],
  );
  const counted = (await countedLines(context.client)).map((line) => line.slice(0, 5));
  assert.is(counted.length, 20);
  for (const gone of ['0 - A', '1 - B', '2 - A', '3 - B']) assert.not(counted.includes(gone), gone);
  // Where numbers do restart, a return belongs to the latest sale before it.
  const restarting = sales.flat().map((line) => line.replace('2024', '2023'));
  await bring(context, `${file}${restarting.join('\n')}\n`);
  const split = await countedLines(context.client);
  assert.is(split.length, 44);
  assert.ok(
    split.some((line) => line.startsWith('0 2023-01-10 - A')),
    split[0]!,
  );
  assert.not(split.some((line) => line.startsWith('0 2024-01-10 - A')));
});

test('columns of one name are read together unless they contradict each other', async (context) => {
  const file = 'Order,Name,SKU,Name,Price\n1,Ann,A,Blue mug,5\n1,Ann,B,Red mug,6\n';
  const error = await rejects(
    () => bring(context, file),
    /2 columns "Name", with different values such as "Ann" and "Blue mug"/,
  );
  assert.match(hintOf(error), '--map name="Name#1" or --map name="Name#2"');
  await bring(context, file, { map: 'name=Name#2' });
  assert.equal(await productLines(context.client, 'name, price'), ['Blue mug 5.00', 'Red mug 6.00']);
  await bring(context, 'order,sku,order,price,price\n1,A,1,,5\n2,A,2,5,5\n');
  assert.equal(await countedLines(context.client), ['1 - A 1 5 2000-01-01', '2 - A 1 5 2000-01-01']);
});

test('the amount of a line gives the price of a piece, and a row of totals is no product', async (context) => {
  const report = await bring(
    context,
    'order,sku,quantity,Line total\n1,="007",3,"10,50"\n2,="007",٢,"7,00"\n9,Summe,5,"17,50"\n',
  );
  assert.equal(await countedLines(context.client), ['1 - 007 3 3.5 2000-01-01', '2 - 007 2 3.5 2000-01-01']);
  assert.equal(report.filled.prices, 0);
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
  const onFirstLine = 'order,sku,bought on\n1,A,2024-05-01\n,B,\n2,A,2024-05-02\n,B,\n';
  await rejects(() => bring(context, onFirstLine), /"bought on" holds dates/);
});

test('decimal commas are decided by the whole file', async (context) => {
  await bring(context, 'order;sku;date;qty;price\n1;A;2024-05-01;1;1.250\n2;B;2024-05-01;1;3,99\n');
  assert.equal(
    (await countedLines(context.client)).map((line) => line.split(' ')[4]),
    ['1250', '3.99'],
  );
  await bring(context, 'order,sku,date,qty,price\n1,A,2024-05-01,1,"1,250"\n2,B,2024-05-01,1,3.99\n');
  assert.equal(
    (await countedLines(context.client)).map((line) => line.split(' ')[4]),
    ['1250', '3.99'],
  );
  await bring(context, 'order,sku,date,qty,price\n1,A,2024-05-01,"2,000","1,250"\n', { decimal: ',' });
  assert.equal(await countedLines(context.client), ['1 - A 2 1.25 2024-05-01']);
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
    (await countedLines(context.client)).map((line) => Number(line.split(' ')[4])),
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
  assert.equal(await productLines(context.client, 'product_id, price'), ['A 10.00', 'B 5.00']);
  assert.equal(
    (await countedLines(context.client)).map((line) => Number(line.split(' ')[4])),
    [10, 10, 10, 5, 5],
  );
  // C and D were sold in yen only; A and B show the rate of the yen, and nothing that of the dinar.
  const more = await bring(
    context,
    'order,sku,price,currency\n1,A,10,EUR\n2,A,1600,JPY\n3,B,5,EUR\n3,B,5,EUR\n4,B,800,JPY\n5,C,3200,JPY\n6,D,1.125,KWD\n7,B,5,EUR\n',
  );
  assert.match(more.warnings.join(), 'sold in other currencies only (1) are priced at the rate');
  assert.match(more.warnings.join(), '(1) have no price in EUR and are out of stock');
  assert.equal(await productLines(context.client, 'product_id, price, inventory'), [
    'A 10.00 1',
    'B 5.00 1',
    'C 20.00 1',
    'D 1.00 0',
  ]);
});

test('a product of cancelled orders alone has the price that they name', async (context) => {
  await bring(context, 'order,sku,price,status\n1,A,7,paid\n2,B,30,cancelled\n2,A,900,cancelled\n');
  assert.equal(await productLines(context.client, 'product_id, price'), ['A 7.00', 'B 30.00']);
});

test('prices keep the decimals of their currency', async (context) => {
  const priceOf = async (amount: string, currency: string) => {
    await bring(context, `order,sku,price,currency\n1,A,${amount},${currency}\n2,A,${amount},${currency}\n`);
    return productLines(context.client, 'price');
  };
  assert.equal(await priceOf('1.125', 'KWD'), ['1.125']);
  assert.equal(await priceOf('1.125', ''), ['1.125']);
  assert.equal(await priceOf('1.125', 'EUR'), ['1.13']);
  assert.equal(await priceOf('800', 'JPY'), ['800']);
  assert.equal(await priceOf('800', ''), ['800.00']);
  assert.equal(await priceOf('0.001', 'EUR'), ['0.01']);
});

test('signs of currencies tell amounts apart where no column does', async (context) => {
  const lines = (prices: readonly string[]) =>
    `order,sku,price\n${prices.map((price, at) => `${at},A,${price}`).join('\n')}\n`;
  const { warnings } = await bring(context, lines(['€5', '¥800', '¥800', '€5', '€5', '¥800', '€5']));
  assert.match(warnings.join(), 'Prices are in EUR; orders in JPY (3 lines)');
  assert.equal(await productLines(context.client, 'name, price'), ['A 5.00']);
  const { currencies } = await bring(context, lines(['$5', '$5', '$6', '$6']));
  assert.equal(currencies, {}, 'whose dollars these are is not known');
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
    assert.equal(await productLines(context.client, 'product_id, name'), ['Ä1 Grüne Mütze – 5 €']);
  }
});
