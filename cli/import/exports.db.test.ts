// Exports of shop systems and marketplaces of many countries, ids and dates that programs changed, credit memos, categories in a tree.
import { assert, rejects } from '../../fixtures/suite.ts';
import { bring, bytesOf, countedLines, importSuite, productLines } from '../test-support/import-files.ts';

const test = importSuite('exports of platforms');

test('exports of marketplaces and shop systems of many countries: columns, statuses of delivery and of refunds, kinds of rows', async (context) => {
  const sold = (order: string, customer: string, pan = '11') => [
    `${order} ${customer} M1 2 9 2024-03-01`,
    `${order} ${customer} P1 1 ${pan} 2024-03-01`,
  ];
  const files: ReadonlyArray<readonly [name: string, bytes: string | Buffer, lines: readonly string[]]> = [
    [
      'Ecwid: what was paid and not delivered is not sold',
      'order_number;email;date;item_name;sku;item_quantity;item_price;payment_status;fulfillment_status\nX1;a@x.test;2024-03-01;Mug;M1;2;9;PAID;SHIPPED\nX1;a@x.test;2024-03-01;Pan;P1;1;11;PAID;AWAITING_PROCESSING\nX2;a@x.test;2024-03-02;Mug;M1;1;9;PAID;WILL_NOT_DELIVER\nX3;a@x.test;2024-03-02;Mug;M1;1;9;REFUNDED;RETURNED\n',
      sold('X1', 'a@x.test'),
    ],
    [
      'Wix',
      'Order number,Date created,Contact email,Item,SKU,Qty,Quantity refunded,Price,Payment status,Fulfillment status\n7,"Mar 1, 2024",a@x.test,Mug,M1,2,0,9,Paid,Fulfilled\n7,"Mar 1, 2024",a@x.test,Pan,P1,1,0,11,Paid,Not fulfilled\n7,"Mar 1, 2024",a@x.test,Lid,L1,1,1,5,Paid,Fulfilled\n8,"Mar 2, 2024",a@x.test,Mug,M1,1,0,9,Paid,Canceled\n',
      sold('7', 'a@x.test'),
    ],
    [
      'eBay, without labels of their own for some items, and with a last line',
      '\n"Sales Record Number","Order Number","Buyer Username","Item Number","Item Title","Custom Label","Quantity","Sold For","Sale Date"\n"1","11-1","ann1","","","","3","","Mar-01-24"\n"1","11-1","ann1","1501","Mug","M1","2","$9.00","Mar-01-24"\n"1","11-1","ann1","P1","Pan","","1","$11.00","Mar-01-24"\n"2","record(s) downloaded"\n',
      sold('11-1', 'ann1'),
    ],
    [
      'Amazon’s orders report, whose prices are of all pieces',
      'order-id\torder-item-id\tpurchase-date\tbuyer-email\tsku\tproduct-name\tquantity-purchased\tcurrency\titem-price\n111-1\t9\t2024-03-01T10:20:30+00:00\ta@x.test\tM1\tMug\t2\tUSD\t18.00\n111-1\t10\t2024-03-01T10:20:30+00:00\ta@x.test\tP1\tPan\t1\tUSD\t11.00\n',
      sold('111-1', 'a@x.test'),
    ],
    [
      'Amazon’s transactions, with refunds and fees',
      '"All amounts in USD"\n"date/time","type","order id","sku","description","quantity","product sales"\n"Mar 1, 2024 10:20:30 AM PST","Order","111-1","M1","Mug","2","18.00"\n"Mar 1, 2024 10:20:30 AM PST","Order","111-1","P1","Pan","1","11.00"\n"Mar 1, 2024 10:20:30 AM PST","Order","111-1","L1","Lid","1","5.00"\n"Mar 4, 2024 10:20:30 AM PST","Refund","111-1","L1","Lid","1","-5.00"\n"Mar 5, 2024 10:20:30 AM PST","Service Fee","","","Advertising","","0"\n',
      sold('111-1', '-'),
    ],
    [
      'Allegro: a row for the order, then its items',
      'Type;OrderId;OrderDate;SellerStatus;BuyerEmail;Name;ExternalId;Quantity;Price;Currency\norder;a-1;2024-03-01T10:20:30Z;Wysłane;a@x.test;;;;;\nlineItem;a-1;;;;Kubek;M1;2;9.00;PLN\nlineItem;a-1;;;;Patelnia;P1;1;11.00;PLN\norder;a-2;2024-03-02T10:20:30Z;Anulowane;a@x.test;;;;;\nlineItem;a-2;;;;Kubek;M1;1;9.00;PLN\n',
      sold('a-1', 'a@x.test'),
    ],
    [
      'Odoo: columns of a line behind a slash, the order on its first line',
      'Order Reference,Customer,Order Date,Status,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price\nS1,Ann,2024-03-01 10:20:30,Sales Order,M1,2.00,9.00\n,,,,P1,1.00,11.00\n,,,,[SHIP] Standard delivery,1.00,5.00\nS2,Bo,2024-03-02 10:20:30,Quotation,M1,1.00,9.00\n',
      sold('S1', 'Ann'),
    ],
    [
      'Salla, in Arabic',
      'رقم الطلب,حالة الطلب,تاريخ الطلب,البريد الإلكتروني,اسم المنتج,رمز المنتج SKU,الكمية,سعر المنتج,العملة\n7,تم التنفيذ,2024-03-01 10:20:30 ص,a@x.test,كوب,M1,٢,٩٫٠٠,SAR\n7,تم التنفيذ,2024-03-01 10:20:30 ص,a@x.test,مقلاة,P1,1,11.00,SAR\n8,مسترجع,2024-03-02 10:20:30 م,a@x.test,كوب,M1,1,9.00,SAR\n',
      sold('7', 'a@x.test'),
    ],
    [
      'Youzan, in GBK: one line was refunded',
      bytesOf(
        'gb18030',
        '订单号,订单状态,买家昵称,商品名称,商品编码,商品数量,商品单价(元),下单时间,退款状态\n="E1",交易成功,ann,杯子,M1,2,9.00,2024-03-01 10:20:30,\n="E1",交易成功,ann,平底锅,P1,1,11.00,2024-03-01 10:20:30,\n="E2",交易成功,ann,杯子,M1,1,9.00,2024-03-01 10:20:30,退款成功\n="E3",交易关闭,ann,杯子,M1,1,9.00,2024-03-01 10:20:30,\n',
      ),
      sold('E1', 'ann'),
    ],
    [
      'Ozon, in Windows-1251',
      bytesOf(
        'windows-1251',
        'Номер заказа;Принят в обработку;Статус;Наименование товара;Артикул;Итоговая стоимость товара;Код валюты отправления;Количество\n1-1;2024-03-01 10:20:30;Доставлен;Кружка;M1;18,00;RUB;2\n1-1;2024-03-01 10:20:30;Доставлен;Сковорода;P1;11,00;RUB;1\n1-2;2024-03-02 10:20:30;Отменён;Кружка;M1;9,00;RUB;1\n',
      ),
      sold('1-1', '-'),
    ],
    [
      'Allegro’s panel, in Windows-1250',
      bytesOf(
        'windows-1250',
        'Nr zamówienia;Data zakupu;Kupujący;Tytuł oferty;Sygnatura;Liczba sztuk;Cena jednostkowa;Status płatności\n7;01.03.2024 10:20;ann;Kubek żółty;M1;2 szt.;9,00 zł;Opłacone\n7;01.03.2024 10:20;ann;Patelnia;P1;1 szt.;11,00 zł;Opłacone\n8;02.03.2024 10:20;bo;Kubek żółty;M1;1 szt.;9,00 zł;Zwrot środków\n',
      ),
      sold('7', 'ann'),
    ],
  ];
  for (const [name, bytes, lines] of files) {
    await bring(context, bytes);
    assert.equal(await countedLines(context.client), lines, name);
  }
});

test('statuses that are numbers, or words that nobody knows, are named; times of cancellation that programs write for none are not', async (context) => {
  const presta =
    'id_order;id_customer;date_add;current_state;product_id;product_quantity\n1;5;2024-03-01 10:20:30;5;7;2\n2;6;2024-03-02 10:20:30;6;7;1\n';
  const { warnings } = await bring(context, presta);
  assert.match(warnings.join(), 'Statuses are numbers, and count as sales: 5 (1), 6 (1)');
  assert.is((await bring(context, presta, { leaveOutStatuses: ['6'] })).cancelled, 1);
  const words = await bring(context, 'order,sku,status\n1,A,frobnicated\n2,A,paid\n');
  assert.match(words.warnings.join(), 'A status is not known, and counts as sales: frobnicated (1)');
  const cancelled = await bring(
    context,
    'order,sku,date,cancelled at\n1,A,2024-03-01,0000-00-00 00:00:00\n2,A,2024-03-01,1970-01-01 00:00:00\n3,A,2024-03-01,false\n4,A,2024-03-01,2024-03-02 10:00:00\n',
  );
  assert.is(cancelled.cancelled, 1);
});

test('ids that spreadsheets and programs changed are what they were, or refused', async (context) => {
  await bring(
    context,
    "order,customer,sku,date\n1001.0,5.0,'001,2024-03-01\n1001.0,5.0,'002,2024-03-01\n1002,5,001.0,2024-03-01\n",
    {
      products: 'sku,name,price\n001,Mug,9\n002,Pan,11\n',
    },
  );
  assert.equal(await countedLines(context.client), [
    '1001 5 001 1 1.00 2024-03-01',
    '1001 5 002 1 1.00 2024-03-01',
    '1002 5 001 1 1.00 2024-03-01',
  ]);
  const long = (ids: readonly string[]) => `order,sku\n${ids.map((id, at) => `${at},${id}`).join('\n')}\n`;
  await rejects(
    () => bring(context, long(['1234567890123450000', '1234567890123460000', '1234567890123470000'])),
    /ids such as "1234567890123450000": a spreadsheet rounded them/,
  );
  const { lines } = await bring(
    context,
    long(['1234567890123456789', '1234567890123460000', '1234567890123470001']),
  );
  assert.is(lines, 3);
});

test('dates of other calendars, and with the year of two digits first', async (context) => {
  for (const [dates, days] of [
    ['1403/01/12 10:20,1403/01/13 11:00', ['2024-03-31', '2024-04-01']],
    ['13/03/2567 09:00,14/03/2567 09:00', ['2024-03-13', '2024-03-14']],
    ['24/03/01,24/03/31', ['2024-03-01', '2024-03-31']],
    ['24.3.1,24.3.31', ['2024-03-01', '2024-03-31']],
    ['13/03/2024 03:05 μ.μ.,14/03/2024 03:05 π.μ.', ['2024-03-13', '2024-03-14']],
  ] as const) {
    const rows = dates.split(',').map((date, at) => `${at},A,${date}\n`);
    await bring(context, `order,sku,date\n${rows.join('')}`);
    assert.equal(
      (await countedLines(context.client)).map((line) => line.split(' ').at(-1)),
      days,
      dates,
    );
  }
});

test('credit memos of Magento, by the ids of order lines, are subtracted once', async (context) => {
  const orders =
    'entity_id,status,customer_id,base_grand_total,increment_id,created_at\n1,complete,5,75,100001,2024-05-01 10:00:00\n';
  const items =
    'item_id,order_id,parent_item_id,sku,name,qty_ordered,qty_refunded,price\n1,1,NULL,HAT,Hat,1,0,45\n2,1,NULL,BAG,Bag,1,0,45\n3,1,NULL,MUG,Mug,3,1,9\n';
  const memos =
    'entity_id,parent_id,base_price,qty,product_id,order_item_id,sku,name\n1,9,45,1.0000,101,2,BAG,Bag\n2,9,9,1.0000,102,3,MUG,Mug\n3,10,9,1.0000,102,3,MUG,Mug\n';
  const heads =
    'entity_id,increment_id,order_id,created_at,base_grand_total\n9,700001,1,2024-05-09 10:00:00,54\n';
  const report = await bring(context, [orders, items, memos, heads]);
  assert.equal(await countedLines(context.client), ['1 5 HAT 1 45 2024-05-01', '1 5 MUG 1 9 2024-05-01']);
  assert.is(report.refunds, 2);
  assert.match(report.warnings.join(), 'orders-3.csv lists credit memos');
  await rejects(
    () => bring(context, [orders, items.replaceAll(/^\d/gm, 'X$&'), memos]),
    /No order line has an id of/,
  );
  // PrestaShop's own tables.
  const details = 'id_order_detail;id_order;product_id;product_quantity\n71;1;7;2\n72;1;8;1\n';
  const slips = 'id_order_slip;id_order_detail;product_quantity\n1;72;1\n';
  await bring(context, [details, slips]);
  assert.equal(await countedLines(context.client), ['1 - 7 2 1.00 2000-01-01']);
});

test('a category is the deepest one of a path, with its place in the tree; names that stand in several places are told apart', async (context) => {
  const categories = 'product_id, category, category_path';
  const orders = 'order,sku\n1,A\n1,B\n1,C\n1,D\n';
  const read = async (cells: string) => {
    const rows = cells.split(' & ').map((cell, at) => `${'ABCD'[at]},Thing ${at},"${cell}",5\n`);
    await bring(context, orders, { products: `sku,name,category,price\n${rows.join('')}` });
    return productLines(context.client, categories);
  };
  assert.equal(await read('Clothing > Shirts & Sale | Clothing » Shoes > Boots & Clothing & '), [
    'A Shirts Clothing > Shirts',
    'B Boots Clothing > Shoes > Boots',
    'C Clothing Clothing',
    'D',
  ]);
  assert.equal(await read('Men > Shirts & Women > Shirts & Women > Shoes & Shoes'), [
    'A Shirts (Men) Men > Shirts',
    'B Shirts (Women) Women > Shirts',
    'C Shoes (Women) Women > Shoes',
    'D Shoes Shoes',
  ]);
  assert.equal(await read('Kitchen/Mugs & Kitchen/Pans & Kitchen & TV'), [
    'A Mugs Kitchen > Mugs',
    'B Pans Kitchen > Pans',
    'C Kitchen Kitchen',
    'D TV TV',
  ]);
  // Marks that belong to names, or separate categories of one product.
  assert.equal(await read('TV/Audio & Shirts|Sale & Sale & Shirts'), [
    'A TV/Audio TV/Audio',
    'B Shirts|Sale Shirts|Sale',
    'C Sale Sale',
    'D Shirts Shirts',
  ]);
  await bring(
    context,
    'order_id,status,date_created,customer_id,product_id,quantity,price\n1,wc-completed,2024-05-01,0,12,1,30\n',
    {
      products:
        'ID,Type,SKU,Name,Regular price,Categories\n12,simple,SH,Shirt,30,"Sale, Clothing > Men > Shirts\\, tops, Clothing"\n',
    },
  );
  assert.equal(await productLines(context.client, categories), [
    '12 Shirts, tops Clothing > Men > Shirts, tops',
  ]);
});

test('columns that are named only nearly like their field, what is left after refunds, and numbered columns with a list each', async (context) => {
  const sold = ['X1 a@x.test M1 2 9.5 2024-05-13', 'X1 a@x.test P1 1 40 2024-05-13'];
  const files: ReadonlyArray<readonly [name: string, csv: string]> = [
    [
      'WooCommerce Advanced Order Export',
      'Order Number,Order Status,Order Date,Email (Billing),SKU,Item Name,Quantity (- Refund),Item Cost\nX1,Completed,2024-05-13 10:00,a@x.test,M1,Mug,2,9.5\nX1,Completed,2024-05-13 10:00,a@x.test,P1,Pan,1,40\nX2,Completed,2024-05-13 10:00,a@x.test,P1,Pan,0,40\n',
    ],
    [
      'the same with what was sold and what came back',
      'Order Number,Order Status,Order Date,Email (Billing),SKU,Item Name,Quantity,Quantity (- Refund),Refunded Quantity,Item Cost\nX1,Completed,2024-05-13 10:00,a@x.test,M1,Mug,4,2,2,9.5\nX1,Completed,2024-05-13 10:00,a@x.test,P1,Pan,1,1,0,40\nX2,Completed,2024-05-13 10:00,a@x.test,P1,Pan,1,0,1,40\n',
    ],
    [
      'WebToffee',
      'order_id,order_date,status,order_currency,customer_email,line_item_1,line_item_2,line_item_3\nX1,2024-05-13 10:00,wc-completed,EUR,a@x.test,name:Mug|sku:M1|quantity:2|total:19.00,name:Pan|sku:P1|quantity:1|total:40.00,\nX2,2024-05-13 10:00,wc-cancelled,EUR,a@x.test,name:Mug|sku:M1|quantity:1|total:9.50,,\n',
    ],
    [
      'BigCommerce',
      'Order ID,Customer Email,Order Date,Order Status,Order Currency Code,Product SKU,Product Qty,Product Unit Price,Product Total Price\nX1,a@x.test,13/05/2024,Completed,EUR,M1,2,9.50,19.00\nX1,a@x.test,13/05/2024,Completed,EUR,P1,1,40.00,40.00\nX2,a@x.test,13/05/2024,Awaiting Payment,EUR,P1,1,40,40\n',
    ],
    [
      'Lightspeed eCom',
      'Order_Number,Created_At,Status,Payment_Status,Email,Currency,Article_Code,Quantity_Ordered,Quantity_Returned,Price_Incl,Price_Excl\nX1,2024-05-13 10:00,completed_shipped,paid,a@x.test,EUR,M1,3,1,9.5,7.85\nX1,2024-05-13 10:00,completed_shipped,paid,a@x.test,EUR,P1,1,0,40,33\n',
    ],
    [
      'JTL-Ameise',
      'Auftragsnummer;Auftragsdatum;E-Mail;Auftragsstatus;Positionstyp;Artikelnummer;Menge;VK Brutto;VK Netto;Währung\nX1;13.05.2024;a@x.test;Versendet;Artikel;M1;2;9,50;7,98;EUR\nX1;13.05.2024;a@x.test;Versendet;Artikel;P1;1;40,00;33,61;EUR\nX1;13.05.2024;a@x.test;Versendet;Versand;;1;4,90;4,12;EUR\nX2;13.05.2024;a@x.test;Storniert;Artikel;M1;1;9,50;7,98;EUR\n',
    ],
    [
      'BaseLinker',
      'Numer zamówienia;Status;Data zamówienia;E-mail klienta;SKU;Ilość;Cena brutto;Waluta\nX1;Wysłane;2024-05-13 10:00;a@x.test;M1;2;9,50;EUR\nX1;Wysłane;2024-05-13 10:00;a@x.test;P1;1;40,00;EUR\n',
    ],
    [
      'Medusa: pending speaks of the parcel where the payment is captured, and of the payment elsewhere',
      'Order_ID,Order status,Date,Customer Email,Fulfillment Status,Payment Status,Currency Code,Variant SKU,Item Quantity,Item Unit Price\nX1,pending,2024-05-13,a@x.test,fulfilled,captured,eur,M1,2,9.5\nX1,pending,2024-05-13,a@x.test,fulfilled,captured,eur,P1,1,40\nX2,pending,2024-05-13,a@x.test,fulfilled,awaiting,eur,P1,1,40\nX3,completed,2024-05-13,a@x.test,fulfilled,pending,eur,P1,1,40\n',
    ],
    [
      'invoices',
      'Invoice Date,Invoice Number,Invoice Status,Email,Currency Code,SKU,Quantity,Item Price\n2024-05-13,X1,Paid,a@x.test,EUR,M1,2,9.5\n2024-05-13,X1,Paid,a@x.test,EUR,P1,1,40\n2024-05-13,X2,Void,a@x.test,EUR,P1,1,40\n',
    ],
  ];
  for (const [name, csv] of files) {
    await context.client.query('drop schema if exists imported, couture_source cascade');
    await bring(context, csv);
    const lines = await countedLines(context.client);
    assert.equal(
      lines.map((line) => line.replace(/ (\d+)\.(\d)0 /, ' $1.$2 ')),
      sold,
      name,
    );
  }
});
