// Findings of a successful import → the warnings of its report.

import type { ForeignProducts } from '../../sql/store/sample/imported-prices.ts';
import type { OtherEncoding } from './intake.ts';
import type { StatusSeen } from './order-status.ts';
import type { ProductFile } from './product-file.ts';

export interface ImportFindings {
  readonly statuses: readonly StatusSeen[];
  readonly lines: number;
  readonly encodings: readonly OtherEncoding[];
  /** The most frequent first. */
  readonly currencies: ReadonlyArray<readonly [currency: string, lines: number]>;
  /** In which prices are shown; undefined if that is not known. */
  readonly shownIn?: string | undefined;
  /** Products sold in other currencies than the first only. */
  readonly foreign: ForeignProducts | undefined;
  readonly file: ProductFile | undefined;
  readonly unlisted:
    | { readonly sold: number; readonly unlisted: number; readonly examples: readonly string[] }
    | undefined;
  /** Names of products that were encoded twice, as `CafÃ©`. */
  readonly garbled: readonly string[];
  /** Ids of products sold that look like dates. */
  readonly datedIds: readonly string[];
  readonly newest: Date | null;
  /** No line has a time. */
  readonly undated: boolean;
  /** Whether the files say which orders were cancelled or refunded. */
  readonly hasStatus: boolean;
}

/** Share of sold products missing from the product file above which that is a warning. */
const maxUnlistedShare = 0.2;
const monthMs = 30 * 86_400_000;

export function importWarnings(found: ImportFindings): string[] {
  return [
    ...found.encodings.filter(({ encoding }) => !encoding.startsWith('utf-16')).map(encodingWords),
    ...garbledWarnings(found),
    ...statusWarnings(found),
    ...(found.hasStatus
      ? []
      : [
          'The files have no status: cancelled, refunded and unpaid orders count as sales. If a column has it, use --map status=COLUMN.',
        ]),
    ...currencyWarnings(found),
    ...productWarnings(found),
    ...datedWarnings(found),
    ...(found.undated
      ? [
          'No line has a time. Trending products and the weight of recent orders need one: --map ordered_at=COLUMN.',
        ]
      : []),
    ...(found.newest && !found.undated && Date.now() - found.newest.getTime() > 6 * monthMs
      ? [
          `The newest order is from ${found.newest.toISOString().slice(0, 10)}. Lists are computed as of that day; trending products are those of the weeks before it.`,
        ]
      : []),
  ];
}

function encodingWords({ file, encoding, odd_bytes }: OtherEncoding): string {
  return odd_bytes > 0
    ? `${file}: ${count(odd_bytes)} ${odd_bytes === 1 ? 'byte is' : 'bytes are'} invalid in UTF-8 and read as Windows-1252.`
    : `${file} is read as ${encoding}. If names look wrong, set --encoding.`;
}

function garbledWarnings({ garbled }: ImportFindings): string[] {
  if (garbled.length === 0) return [];
  const names = garbled.length === 1 ? 'name of a product is' : 'names of products are';
  return [
    `${count(garbled.length)} ${names} garbled, such as "${garbled[0]}". Export the file again as UTF-8; shoppers would see it.`,
  ];
}

/** Whether a text has letters that UTF-8 makes of others when it is read as Windows-1252: `CafÃ©`, `donâ€™t`, `Â£5`. */
export function isGarbled(text: string): boolean {
  return /Ã[\u0080-\u00bf\u0192\u0152-\u0178\u2013-\u2122]|Â[\u00a0-\u00bf]|â€[\u0080-\u00bf\u0153\u02dc\u201c\u201d\u2122]/.test(
    text,
  );
}

function statusWarnings(found: ImportFindings): string[] {
  return [...unknownStatuses(found.statuses), ...manyLeftOut(found)];
}

/** Number of unknown statuses named. */
const maxNamed = 6;

function unknownStatuses(statuses: readonly StatusSeen[]): string[] {
  const unknown = statuses.filter(({ known }) => !known);
  if (unknown.length === 0) return [];
  const named = unknown.slice(0, maxNamed).map(({ status, lines }) => `${status} (${count(lines)})`);
  const more = unknown.length > maxNamed ? ` and ${unknown.length - maxNamed} more` : '';
  const numbers = unknown.every(({ status }) => /^\d+$/.test(status));
  const what = numbers
    ? 'Statuses are numbers'
    : `${unknown.length === 1 ? 'A status is' : 'Statuses are'} not known`;
  return [
    `${what}, and count${unknown.length === 1 && !numbers ? 's' : ''} as sales: ${named.join(', ')}${more}. If some are not, add --leave-out-status "${unknown.at(-1)!.status}".`,
  ];
}

function manyLeftOut({ statuses, lines }: ImportFindings): string[] {
  const leftOut = statuses.filter(({ counts }) => !counts);
  const sum = leftOut.reduce((total, each) => total + each.lines, 0);
  if (sum <= lines / 2) return [];
  const most = leftOut[0]!;
  return [
    `${count(sum)} of ${count(lines)} lines don't count because of their status, most of them "${most.status}". If that is a sale, add --count-status "${most.status}".`,
  ];
}

function currencyWarnings({ currencies, shownIn, foreign }: ImportFindings): string[] {
  const [main, ...others] = currencies;
  if (!main) return [];
  const shown =
    shownIn === undefined || shownIn === main[0]
      ? []
      : [
          `Amounts are in ${main[0]}, and prices would be shown in ${shownIn}. Set COUTURE_CURRENCY=${main[0]}, or "currency": "${main[0]}" in couture.config.json.`,
        ];
  if (others.length === 0) return shown;
  const list = others
    .map(([currency, lines]) => `${currency} (${count(lines)} ${lines === 1 ? 'line' : 'lines'})`)
    .join(', ');
  return [
    ...shown,
    `Amounts are in several currencies. Prices are in ${main[0]}; orders in ${list} count, and are valued at the products' prices in ${main[0]}.`,
    ...(foreign && foreign.converted > 0
      ? [
          `Products that were sold in other currencies only (${count(foreign.converted)}) are priced at the rate that products sold in both currencies show; a product file has the real prices.`,
        ]
      : []),
    ...(foreign && foreign.unpriced > 0
      ? [
          `Products that were sold in other currencies only (${count(foreign.unpriced)}) have no price in ${main[0]} and are out of stock. Import a product file with their prices.`,
        ]
      : []),
  ];
}

function productWarnings({ file, unlisted }: ImportFindings): string[] {
  if (!file || !unlisted) return [];
  const { sold } = unlisted;
  const share = unlisted.unlisted / Math.max(sold, 1);
  return [
    ...(file.respelled > 0
      ? [
          `${count(file.respelled)} ${file.respelled === 1 ? 'id differs' : 'ids differ'} between the two files in leading zeros or letter case; they are matched.`,
        ]
      : []),
    ...(share > maxUnlistedShare
      ? [
          `${count(unlisted.unlisted)} of ${count(sold)} sold products are not in the product file, such as ${unlisted.examples.join(', ')}. They count as out of stock. If they are on sale, check --map product_id=COLUMN.`,
        ]
      : []),
    ...(file.without_id > 0
      ? [
          `${count(file.without_id)} ${file.without_id === 1 ? 'row' : 'rows'} of the product file ${file.without_id === 1 ? 'has' : 'have'} no product id.`,
        ]
      : []),
  ];
}

function datedWarnings({ datedIds }: ImportFindings): string[] {
  if (datedIds.length === 0) return [];
  const one = datedIds.length === 1;
  return [
    `${count(datedIds.length)} product ${one ? 'id looks' : 'ids look'} like ${one ? 'a date' : 'dates'}, such as ${datedIds.slice(0, 3).join(', ')}: spreadsheets turn ids such as 1-2 or MAR-10 into dates, and different ids can become equal. Export the file again and import it without opening it in a spreadsheet.`,
  ];
}

function count(figure: number): string {
  return figure.toLocaleString('en-GB');
}
