// Prices in figures → findings: cents taken as prices, and ids that match by chance, which prices give away.
import { decimalsOf } from '../../../runtime/contract/money.ts';
import { mayBeMinor } from '../../../sql/source/minor-units.ts';
import { percent } from '../../terminal/figures.ts';
import type { ContentFigures, LineFigures, PriceFit } from './content-figures.ts';
import { type ContentFacts, enough, type Finding, found, passed } from './findings.ts';

export function judgePrices(figures: ContentFigures, facts: ContentFacts): Finding[] {
  return [
    judgeCurrencies(figures.lines, facts.currency),
    judgeIds(figures),
    judgeRatio(figures.fit),
    judgeCents(figures, facts),
  ].flat();
}

/** Nothing is said about shops with one currency, unless prices are shown in another. */
function judgeCurrencies({ currencies, currency, lines }: LineFigures, shown: string): Finding[] {
  if (currencies.length === 1 && currency !== null && currency !== shown)
    return [
      found(
        'currencies',
        'warn',
        currencies.length,
        `prices are shown in ${shown}, but all order lines that name a currency are in ${currency}`,
        `Set COUTURE_CURRENCY=${currency} if that is the currency of price in couture_source.product; otherwise correct currency in couture_source.order_line.`,
      ),
    ];
  if (currencies.length < 2) return [];
  const shares = currencies.map((each) => `${each.currency} ${percent(each.lines / lines)}`).join(', ');
  return [
    found(
      'currencies',
      'warn',
      currencies.length,
      `order lines are in ${currencies.length} currencies: ${shares}; prices are compared in ${currency} alone`,
      'Reports add up the amounts of all currencies: convert unit_price in the view couture_source.order_line. If prices of products are in another currency, set COUTURE_CURRENCY.',
    ),
  ];
}

const groupRemedy =
  'Return the id of the variant as product_id in couture_source.order_line, or the id of the product in both views.';

/**
 * Integers of two tables overlap, so order lines find products that were never in them. The prices paid then have nothing to
 * do with those of the products.
 */
function judgeIds({ fit, groupFit, lines, products }: ContentFigures): Finding {
  const [check, share] = ['ids', percent(fit.near)];
  const asGroups = groupFit.known_lines / lines.lines;
  if (groupFit.products >= 8 && asGroups > 0.9 && groupFit.near > fit.near + 0.2)
    return found(
      check,
      'fail',
      fit.near,
      `product_id of the order lines contains group ids: prices paid fit the group of that id for ${percent(groupFit.near)} of the products, the product of that id for ${share}`,
      groupRemedy,
    );
  const comparable =
    fit.products >= enough && (products.price_spread ?? 0) > 0.1 && fit.correlation !== null && !fit.constant;
  if (!comparable) return passed(check, 'too few different prices to compare', null);
  if (fit.integer_ids && fit.correlation! < 0.4 && fit.near < 0.6)
    return found(
      check,
      'fail',
      fit.near,
      `order lines find their products by chance: prices paid fit those of the products for ${share} of them`,
      `product_id is the id of another table in one of the two views, such as the product's where the other has the variant's. ${groupRemedy}`,
    );
  if (fit.near < 0.5)
    return found(
      check,
      'warn',
      fit.near,
      `prices paid fit those of the products for ${share} of them`,
      'Check that product_id means the same in couture_source.order_line and couture_source.product, and that unit_price is the price of one piece.',
    );
  return passed(check, `prices paid fit those of ${share} of the products`, fit.near);
}

const priceRemedy =
  'Check that unit_price is the price of one piece, in the same currency and with the same tax as price.';

/** The median of unit_price ÷ price is near 1, or one of the two is in cents, or a total. */
function judgeRatio({ products, ratio, constant }: PriceFit): Finding {
  const check = 'unit price';
  if (ratio === null || products < 8) return passed(check, 'too few products to compare', ratio);
  if (constant) return found(check, 'warn', ratio, 'all products were sold at one price', priceRemedy);
  const words = `unit_price is ${ratio < 0.1 || ratio > 10 ? Number(ratio.toPrecision(2)) : ratio.toFixed(2)} × the price of the product (median)`;
  const cents = (column: string) =>
    found(
      check,
      'fail',
      ratio,
      words,
      `${column} is in cents: divide it by 100.0 in the view (currencies without decimals excepted).`,
    );
  if (ratio > 50) return cents('unit_price of couture_source.order_line');
  if (ratio < 0.02) return cents('price of couture_source.product');
  if (ratio < 0.2 || ratio > 5) return found(check, 'fail', ratio, words, priceRemedy);
  if (ratio < 0.5 || ratio > 2) return found(check, 'warn', ratio, words, priceRemedy);
  return passed(check, words, ratio);
}

/**
 * Both in cents: no price has a fraction, and they are high for the currency. A warning, since shops with expensive products,
 * such as furniture, sell at whole prices, too.
 */
function judgeCents({ products, lines }: ContentFigures, facts: ContentFacts): Finding {
  const check = 'price unit';
  const currency = lines.currency ?? facts.currency;
  const median = products.median_price ?? 0;
  const words = `median price ${median.toLocaleString('en-GB', { maximumFractionDigits: decimalsOf(currency) })} ${currency}`;
  const suspect = mayBeMinor(products, currency) && lines.whole_prices === lines.lines;
  if (!suspect) return passed(check, words, median);
  return found(
    check,
    'warn',
    median,
    `${words}, and no price has a fraction: they may be in cents`,
    'If they are, run couture connect --minor-units; in views of your own, divide price, discounted_price and unit_price by 100.0. If the currency is another, set COUTURE_CURRENCY or return it in order_line.currency.',
  );
}
