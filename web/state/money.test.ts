// Money in every currency: what a shopper reads is what the API says and what the checkout charges.
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { bundlePrice, decimalOf, decimalsOf, scaleOf } from '../../runtime/contract/money.ts';
import { centsOf, formatCents, unitsOf } from './money.ts';

const test = suite('money of every currency');
const currencies = Intl.supportedValuesOf('currency');

/** The amount in a formatted price, whatever separators and digits its language uses. */
function amountIn(text: string, decimal: string): number {
  const digits = text.replace(new RegExp(`[^0-9${decimal === '.' ? '\\.' : decimal}]`, 'g'), '');
  return Number(digits.replace(decimal, '.'));
}

test('an amount is the same in the API, in JSON, on the page, in the feed and at the checkout', () => {
  const random = new Random(21);
  for (const currency of currencies) {
    for (let turn = 0; turn < 40; turn++) {
      const cents = random.below(10 ** (1 + random.below(8)));
      const units = JSON.parse(JSON.stringify(unitsOf(cents, currency))) as number;
      assert.is(centsOf(units, currency), cents, `${currency} ${units}`);
      assert.is(centsOf(Number(decimalOf(cents, currency)), currency), cents, currency);
      const shown = formatCents(cents, currency).replace(currency, '');
      assert.is(
        centsOf(amountIn(shown.replace(/^[^\d]*/, ''), '.'), currency),
        cents,
        `${currency}: ${shown}`,
      );
      const { originalCents, savingCents, bundleCents } = bundlePrice([cents, cents], 0.15);
      assert.is(originalCents, savingCents + bundleCents);
      assert.ok(Number.isInteger(bundleCents));
    }
  }
});

test('no currency loses a decimal that ISO 4217 gives it, nor shows one that it lacks', () => {
  const byCount = new Map(
    [0, 2, 3, 4].map((count) => [count, currencies.filter((each) => decimalsOf(each) === count)]),
  );
  assert.equal([...byCount.values()].flat().sort(), [...currencies].sort());
  for (const [count, codes] of byCount) {
    for (const code of codes) {
      const smallest = formatCents(1, code);
      assert.is(/[.](\d+)/.exec(smallest)?.[1]?.length ?? 0, count, `${code}: ${smallest}`);
      assert.is(decimalOf(1, code).split('.')[1]?.length ?? 0, count, code);
    }
  }
});

test('whole amounts are written as the running Intl usually writes the currency', () => {
  // Releases of ICU differ: HUF 1,290.00 in Node 20.19, HUF 1,290 in Node 20.20.
  for (const currency of currencies) {
    const usual = new Intl.NumberFormat('en', { style: 'currency', currency }).format(1290);
    assert.is(formatCents(1290 * scaleOf(currency), currency), usual);
  }
});

test('all other amounts have the decimals of their currency', () => {
  const plain = (cents: number, code: string) => formatCents(cents, code).replace(/\s/g, ' ');
  assert.equal(
    [plain(129_050, 'HUF'), plain(1_105, 'KWD'), plain(1_500, 'IQD')],
    ['HUF 1,290.50', 'KWD 1.105', 'IQD 1.500'],
  );
  assert.equal([plain(4_700, 'EUR'), plain(980, 'JPY')], ['€47.00', '¥980']);
});
