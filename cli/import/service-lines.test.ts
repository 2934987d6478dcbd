// Detection of services among products, and of products that only sound like services.
import { assert, suite } from '../../fixtures/suite.ts';
import { CategoryReader } from './category-reader.ts';
import { findServices } from './service-lines.ts';

const test = suite('service lines');

const found = (...products: Array<[string, string]>) =>
  findServices(products).map((each) => `${each.productId}: ${each.why}`);

test('the services of a gift wholesaler are found by name', () => {
  assert.equal(
    found(
      ['POST', 'POSTAGE'],
      ['DOT', 'DOTCOM POSTAGE'],
      ['M', 'Manual'],
      ['C2', 'CARRIAGE'],
      ['D', 'Discount'],
      ['S', 'SAMPLES'],
      ['BANK CHARGES', 'Bank Charges'],
      ['AMAZONFEE', 'AMAZON FEE'],
      ['CRUK', 'CRUK Commission'],
      ['B', 'Adjust bad debt'],
      ['gift_0001_20', 'Dotcomgiftshop Gift Voucher £20.00'],
      ['GGOEGGCX056199', 'Gift Card- $100.00'],
      ['TEST001', 'This is a test product.'],
    ),
    [
      'POST: postage',
      'DOT: postage',
      'M: manual entry',
      'C2: carriage',
      'D: discount',
      'S: sample',
      'BANK CHARGES: charge',
      'AMAZONFEE: charge',
      'CRUK: charge',
      'B: adjustment',
      'gift_0001_20: voucher',
      'GGOEGGCX056199: voucher',
      'TEST001: test',
    ],
  );
});

test('services in other words and languages are found by name', () => {
  const services =
    'Lieferung;Contrassegno;Kargo ücreti;Подарочная карта 50;ギフトカード;P&P;Sales tax;MwSt.;Coupon SAVE10;Donation to charity;Extended warranty 2 years;Warranty - 24 months;Protection plan for phones';
  const products = services.split(';').map((name, index): [string, string] => [`S-${index}`, name]);
  assert.equal(
    findServices(products).map(({ name }) => name),
    services.split(';'),
  );
});

test('fees, tips, deposits and gift cards of shops in other countries are services, with amounts and ways behind them', () => {
  const services =
    'DHL Paket;Kurier DPD;Przesyłka kurierska;Karta prezentowa 50 zł;Стоимость доставки;Подарочный сертификат 1000 руб;Самовывоз;Чаевые;补差价专用链接;礼品卡100元;运费险;代引手数料;ギフトラッピング;رسوم الشحن;بطاقة هدية 100;In-Store Pickup;Cash on delivery fee;50€ Gift Card;Bottle Deposit 0.25;CRV;Kaution;Gratuity;Tip 10%;Service Charge 12.5%;Route Protection;Garantieverlängerung 2 Jahre;Carbon neutral order;10% off;Pfand 0,25 €;Versand nach Österreich;Frais de livraison Colissimo;SEDEX;Poštovné;Doprava Zásilkovna;Utánvét;Μεταφορικά;Kapıda ödeme ücreti;Ongkir;ค่าจัดส่ง;[Delivery_007] Standard delivery;Porto';
  const products = services.split(';').map((name, index): [string, string] => [`S-${index}`, name]);
  assert.equal(
    findServices(products).map(({ name }) => name),
    services.split(';'),
  );
});

test('products that only sound like services are kept', () => {
  const products = [
    'BLACK BAROQUE CARRIAGE CLOCK',
    'FRENCH CARRIAGE LANTERN',
    'SET OF 12  VINTAGE POSTCARD SET',
    'BLUE EASTER EGG HUNT START POST',
    'COFFEE MUG DOG + BALL DESIGN',
    'CERAMIC PIRATE CHEST MONEY BANK',
    'DOORMAT MANUAL WORKER',
    'TOFFEE',
    'VINTAGE POST OFFICE CABINET',
    'TRAVEL CARD WALLET DOTCOMGIFTSHOP',
    'TIP TOP TEA TOWEL',
    'shopping bags',
    'Warranty label roll',
    'Insurance binder',
    'Coupon book',
    'Donation box acrylic',
    'Lieferwagen',
    'Tax calculator',
    'long life bakery product',
    'UPS truck toy',
    'Hermes scarf',
    'GLS Lastwagen 1:87',
    'Inpost Paczkomat zabawka',
    'Don Quijote',
    'Pant leg clips',
    'Porto wine',
    'Kargo pantolon',
    'Consigne à vélo',
    'Trinkgeld-Kasse aus Holz',
    'Gift card holder',
    'Deposit box',
    'Подарочная коробка',
    '礼品卡册',
    'شاحن',
  ].map((name, index): [string, string] => [String(20_000 + index), name]);
  assert.equal(findServices(products), []);
});

test('short ids are services only among numeric ids', () => {
  const numbered = Array.from({ length: 60 }, (_, n): [string, string] => [`8${n}A`, '']);
  assert.equal(found(...numbered, ['POST', ''], ['m', '']), ['POST: postage', 'm: manual entry']);
  const letters = ['XS', 'S', 'M', 'L', 'POST', 'BLOG'].map((id): [string, string] => [id, '']);
  assert.equal(found(...letters), []);
});

test('names and categories of a megabyte are read at once', () => {
  for (const part of [' ', ', ', '> ', 'a ']) {
    const text = `Lamp${part.repeat(1_000_000 / part.length)}>`;
    assert.equal(findServices([['1', text]]), []);
    assert.ok(new CategoryReader([text], 'plain').read(text)!.path.startsWith('Lamp'));
  }
});
