// The content checks: source views that match their contract → implausible data in them. Shared by `doctor`,
// `connect` and the build before the first publish.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type Client, inTransaction } from '../../../sql/pool.ts';
import { countedStatuses } from '../../../sql/source/counted-statuses.ts';
import { unreadRefunds } from '../../../sql/source/refund-tables.ts';
import { rowSecurityWarning, securedTables } from '../../../sql/source/row-security.ts';
import { checkoutAvailable } from '../../../sql/store/sample/checkout.ts';
import { readContentFigures } from './content-figures.ts';
import { type ContentFacts, type Finding, found } from './findings.ts';
import { judgeOrderDates } from './judge-dates.ts';
import { judgeCustomers, judgeLines, judgeRefunds, judgeStatuses } from './judge-orders.ts';
import { judgePrices } from './judge-prices.ts';
import { judgeProducts } from './judge-products.ts';

/** Longest time of one statement. */
const timeout = '20s';

/**
 * Checks what the source views contain. They must match their contract (`inspectSource` without problems), and `client`
 * must not be in a transaction. Reads a few hundred thousand rows and, for some seconds at most, the dates of all order lines;
 * writes nothing.
 */
export async function checkContent(client: Client, facts: ContentFacts): Promise<Finding[]> {
  const findings = await checkRows(client, facts);
  return findings.includes(noLines) ? findings : [...findings, await judgeOrderDates(client)];
}

async function checkRows(client: Client, facts: ContentFacts): Promise<Finding[]> {
  const secured = rowSecurityWarning(await securedTables(client));
  const hidden = secured ? [found('row security', 'warn', null, secured.words, secured.remedy)] : [];
  try {
    const figures = await reading(client, () => readContentFigures(client, facts.currency));
    if (figures.lines.lines === 0) return [noLines, ...hidden, ...judgeProducts(figures.products, facts)];
    // They are read from the tables under the views, which couture's role need not be allowed to read.
    const unreadable = unless(['57014', '42501'], undefined);
    const statuses = await reading(client, () => countedStatuses(client)).catch(unreadable);
    const refunds = await reading(client, () => unreadRefunds(client)).catch(unreadable);
    return [
      ...hidden,
      ...judgeLines(figures),
      ...judgeCustomers(figures),
      ...judgeStatuses(statuses, facts),
      ...judgeRefunds(refunds),
      ...judgePrices(figures, facts),
      ...judgeProducts(figures.products, facts),
    ];
  } catch (error) {
    return unless(['57014'], [unread])(error);
  }
}

/** The settings as the checks need them; the links of the sample shop lead to couture's own storefront. */
export async function contentFacts(client: Client, config: ContentFacts): Promise<ContentFacts> {
  if (!(await checkoutAvailable(client))) return config;
  return { ...config, shopUrl: undefined, corsOrigins: [], storefront: true };
}

/**
 * Checks that do not stop a build. Order files often have no categories, times or customers, and a new shop has no orders:
 * the build makes the lists that the rest allows, and says in its own words what is missing.
 */
const notNeeded = new Set(['order lines', 'order size', 'dates', 'customers', 'categories', 'names']);

/**
 * Throws if the views contain implausible data that would make wrong lists.
 * @throws CoutureError `source_implausible`, with every failed check in the message
 */
export async function requireContent(client: Client, facts: ContentFacts): Promise<readonly Finding[]> {
  const findings = await checkRows(client, facts);
  const failed = findings.filter(({ check, level }) => level === 'fail' && !notNeeded.has(check));
  if (failed.length === 0) return findings;
  throw new CoutureError(
    'source_implausible',
    `The source views contain implausible data:${failed.map(({ check, words, remedy }) => `\n  - ${check}: ${words}. ${remedy}`).join('')}`,
    'Correct the views and check them with "couture doctor", or build from them as they are with --force.',
    { details: { checks: failed.map((finding) => finding.check) } },
  );
}

const noLines: Finding = {
  check: 'order lines',
  level: 'fail',
  figure: 0,
  words: 'no order line counts',
  remedy: 'Check that the shop has orders, and the where clause of the view couture_source.order_line.',
};

const unread: Finding = {
  check: 'content',
  level: 'warn',
  figure: null,
  words: `not checked: reading the views takes longer than ${timeout}`,
  remedy: 'Check the plan of "select * from couture_source.product", and the indexes of its tables.',
};

/** Runs statements in a transaction that cannot write and gives up after a while. */
function reading<T>(client: Client, work: () => Promise<T>): Promise<T> {
  return inTransaction(
    client,
    async () => {
      await client.query(`set local statement_timeout = '${timeout}'; set local jit = off`);
      return await work();
    },
    'begin isolation level repeatable read read only',
  );
}

/** Returns the value for errors with one of these SQLSTATEs. */
function unless<T>(codes: readonly string[], value: T): (error: unknown) => T {
  return (error) => {
    if (codes.includes((error as { code?: string }).code ?? '')) return value;
    throw error;
  };
}
