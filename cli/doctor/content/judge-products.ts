// Products in figures → findings: one row per product, names, categories, pictures, addresses, prices, stock.
import { addressWarnings } from '../../../runtime/shop/address-warnings.ts';
import { count } from '../../terminal/figures.ts';
import type { ProductFigures } from './content-figures.ts';
import {
  type ContentFacts,
  enough,
  type Finding,
  found,
  judgeShare,
  passed,
  type ShareLimits,
} from './findings.ts';

export function judgeProducts(figures: ProductFigures, facts: ContentFacts): Finding[] {
  const { rows } = figures;
  if (rows === 0)
    return [
      found(
        'products',
        'fail',
        0,
        'the view couture_source.product has no rows',
        'Check its joins and its where clause.',
      ),
    ];
  const share = (check: string, part: number, what: string, limits: ShareLimits, remedy: string) =>
    judgeShare(check, [part, rows], `of the products ${what}`, limits, remedy);
  return [
    judgeRepeated(figures),
    share('names', figures.named, 'have a name', { warn: 0.99, fail: 0.5 }, checkColumn('name')),
    judgeCategories(figures),
    share(
      'prices',
      figures.priced,
      'have a price',
      { warn: 0.9, fail: 0 },
      `Products without a price are left out of all lists. ${checkColumn('price')}`,
    ),
    share(
      'in stock',
      figures.in_stock,
      'are in stock',
      { warn: 0.2, fail: 0 },
      'Products without stock are hidden. Check the column inventory of couture_source.product: null means that stock is not counted.',
    ),
    share(
      'pictures',
      figures.pictures,
      'have a picture',
      { warn: 0.5 },
      'Return image_url from the view couture_source.product.',
    ),
    judgeAddresses(figures, facts),
  ];
}

function checkColumn(name: string): string {
  return `Check the column ${name} of couture_source.product.`;
}

function judgeRepeated({ rows, products, repeated, more }: ProductFigures): Finding {
  const surplus = rows - products;
  if (surplus === 0)
    return passed('one row per product', `${more ? 'more than ' : ''}${count(products)} products`, 0);
  return found(
    'one row per product',
    surplus > rows / 100 ? 'fail' : 'warn',
    surplus / rows,
    `${count(rows)} rows for ${count(products)} products, such as ${repeated.join(', ')}`,
    'Couture uses the first row of each. A join in couture_source.product multiplies rows: a second category, picture, price or language.',
  );
}

function judgeCategories(figures: ProductFigures): Finding {
  const { rows, categories, categorized, blank_categories } = figures;
  const remedy = `Similar products, bundles and trending lists are made by category. ${checkColumn('category')}`;
  if (rows >= enough && categorized === 0 && blank_categories > 0)
    return found('categories', 'fail', 0, "category is '' for all products", remedy);
  const finding = judgeShare(
    'categories',
    [categorized, rows],
    `of the products have one of ${count(categories)} categories`,
    { warn: 0.8 },
    remedy,
  );
  return blank_categories > 0 ? { ...finding, words: `${finding.words}; '' counts as none` } : finding;
}

/** Links and pictures must lead to the shop. */
function judgeAddresses(figures: ProductFigures, facts: ContentFacts): Finding {
  const { rows, urls, relative_urls, relative_pictures, plain_origins } = figures;
  const kinds = { products: rows, without_url: rows - urls, relative_urls, relative_pictures, plain_origins };
  const warnings = addressWarnings(kinds, facts);
  if (warnings.length > 0)
    return found(
      'addresses',
      'warn',
      (urls - relative_urls) / rows,
      warnings.map((each) => each.message).join('; '),
      warnings.map((each) => each.hint).join(' '),
    );
  if (rows >= enough && urls === 0 && facts.productUrl === undefined)
    return found(
      'addresses',
      'warn',
      0,
      'no product has a url, so links lead to couture’s own storefront',
      'Return url from the view couture_source.product, or set COUTURE_PRODUCT_URL to a pattern such as /products/{id}.',
    );
  return passed(
    'addresses',
    facts.shopUrl ? `resolved against ${facts.shopUrl}` : 'paths of couture’s storefront',
  );
}
