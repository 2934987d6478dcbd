// Order lines in figures → findings: known products and customers, sizes and dates of orders, carts that count.
import type { CountedStatuses } from '../../../sql/source/counted-statuses.ts';
import type { UnreadRefunds } from '../../../sql/source/refund-tables.ts';
import { count, percent } from '../../terminal/figures.ts';
import { type ContentFigures, countLimit } from './content-figures.ts';
import { type ContentFacts, enough, type Finding, found, judgeShare, passed } from './findings.ts';

export function judgeLines({ lines, products }: ContentFigures): Finding[] {
  const atLeast = (more: boolean, figure: number) => `${more ? 'at least ' : ''}${count(figure)}`;
  const read = lines.lines < lines.counted ? `; the checks read the first ${count(lines.lines)}` : '';
  return [
    passed(
      'order lines',
      `${atLeast(lines.counted >= countLimit, lines.counted)}, for ${atLeast(products.more, products.products)} products${read}`,
      lines.counted,
    ),
    judgeProductIds(lines),
    judgeSizes(lines),
    ...judgeDates(lines),
  ];
}

function judgeProductIds({
  lines,
  known_products,
  alike_products,
  alike_product,
}: ContentFigures['lines']): Finding {
  const check = 'known products';
  // In the shop these ids may be equal, by a citext column or a join of its own; couture compares them exactly.
  if (alike_products * 50 > lines)
    return found(
      check,
      'fail',
      known_products / lines,
      `${percent(alike_products / lines)} of the order lines have products whose ids differ from those of the products in letter case, spaces or leading zeros only, such as "${alike_product}"`,
      'Write product_id the same way in couture_source.order_line and couture_source.product, for example lower(trim(product_id)).',
    );
  return judgeShare(
    check,
    [known_products, lines],
    'of the order lines have a known product',
    { warn: 0.9, fail: 0.5 },
    'Lines of other products are left out. Check that product_id means the same in both views, and whether couture_source.product leaves products out that were sold until recently.',
  );
}

function judgeSizes({ orders, orders_of_several, lines }: ContentFigures['lines']): Finding {
  const each = lines / orders;
  const [check, share] = ['order size', orders_of_several / orders];
  const words = `${each.toFixed(1)} lines per order; ${percent(share)} of the orders have two products or more`;
  if (orders >= 100 && share === 0)
    return found(
      check,
      'fail',
      share,
      words,
      'Nothing is bought together. Check that order_id is the id of the order, not of its line.',
    );
  if (orders >= enough && (share < 0.02 || each > 50))
    return found(check, 'warn', share, words, 'Check that order_id is the id of the order.');
  return passed(check, words, share);
}

function judgeDates({ orders, lines, undated, times, days }: ContentFigures['lines']): Finding[] {
  const check = 'dates';
  const remedy =
    'Ages of orders decide what is trending. Return the time at which the order was placed as ordered_at of couture_source.order_line.';
  if (lines >= enough && undated > lines / 100)
    return [
      found(
        check,
        undated > lines / 2 ? 'fail' : 'warn',
        undated / lines,
        `${percent(undated / lines)} of the order lines have no date, as those of carts`,
        remedy,
      ),
    ];
  if (orders >= enough && times === 1)
    return [found(check, 'fail', 1, `one date for all of ${count(orders)} orders`, remedy)];
  if (orders >= enough && days === 1)
    return [found(check, 'warn', 1, `all of ${count(orders)} orders are of one day`, remedy)];
  return [passed(check, `on ${count(days)} days`, days)];
}

export function judgeCustomers({ lines, customerRows }: ContentFigures): Finding[] {
  const { with_customer, asked_customers, known_customers } = lines;
  const check = 'customers';
  if (with_customer === 0 && lines.lines >= enough)
    return [
      found(
        check,
        customerRows > 0 ? 'fail' : 'warn',
        0,
        `no order line has a customer${customerRows > 0 ? ', although the view customer has some' : ''}`,
        'Without them there are no personalized lists. Return customer_id from the view couture_source.order_line.',
      ),
    ];
  const finding = judgeShare(
    check,
    [with_customer, lines.lines],
    'of the order lines have a customer',
    { warn: 0.05 },
    'Lists are personalized for customers with orders only. Check customer_id of couture_source.order_line.',
  );
  if (customerRows < enough || asked_customers < enough) return [finding];
  return [
    finding,
    judgeShare(
      'known customers',
      [known_customers, asked_customers],
      'of the customers who ordered are in the view customer',
      { warn: 0.5, fail: 0.05 },
      'Check that customer_id means the same in couture_source.order_line and couture_source.customer: the user, or the customer record.',
    ),
  ];
}

/** Words in the status of an order that was never placed, or was undone. */
const notSold =
  /cart|basket|draft|abandon|addingitems|arrangingpayment|not.?placed|checkout|quot|cancel|declin|void|fail|expired|refunded|trash|delet/i;

/** Some shops keep the payment of a sale in its status. */
const sold = /partial|additional/i;

export function judgeStatuses(
  counted: CountedStatuses | undefined,
  { countStatus, leaveOutStatus }: ContentFacts,
): Finding[] {
  if (!counted) return [];
  const ofPreset = counted.column.startsWith('couture_source.');
  const all = counted.statuses.reduce((sum, each) => sum + each.orders, 0);
  const wrong = counted.statuses.filter(
    ({ status }) => notSold.test(status) && !sold.test(status) && !countStatus.includes(status),
  );
  const orders = wrong.reduce((sum, each) => sum + each.orders, 0);
  const unclear = counted.statuses.filter(({ status }) => /^-?\d+$/.test(status));
  if (orders === 0 && unclear.length > 0 && ofPreset && countStatus.length + leaveOutStatus.length === 0)
    return [
      found(
        'statuses',
        'warn',
        null,
        `orders of all these statuses count, and numbers don’t say what they mean: ${unclear.map((each) => `${each.status} (${count(each.orders)})`).join(' · ')}`,
        `Leave out those of carts, unpaid and cancelled orders, such as: couture connect${flags('leave-out', [unclear.at(-1)!.status])} (repeat the flag for more). If all are sales: couture connect${flags('count', [unclear[0]!.status])}.`,
      ),
    ];
  if (orders === 0) return [passed('statuses', counted.statuses.map(({ status }) => status).join(' · '), 0)];
  return [
    found(
      'statuses',
      orders > all / 100 ? 'fail' : 'warn',
      orders / all,
      `orders that are not sales count: ${wrong.map((each) => `${each.status} ${count(each.orders)}`).join(' · ')} (${counted.column})`,
      ofPreset
        ? `Leave them out: couture connect${flags('leave-out', [...leaveOutStatus, ...wrong.map(({ status }) => status)])}. If they are sales: couture connect${flags('count', [...countStatus, ...wrong.map(({ status }) => status)])}.`
        : 'Carts and cancelled orders must not count: exclude them in the where clause of couture_source.order_line.',
    ),
  ];
}

/** @param unread undefined if this role may not read them */
export function judgeRefunds(unread: readonly UnreadRefunds[] | undefined): Finding[] {
  const [first] = unread ?? [];
  if (!first) return [];
  const { orders, of, rows, pieces, status } = first;
  const tables = unread!.map((each) => each.table).join(', ');
  const accepted = status ? ` The column ${status} may tell refunds that were refused.` : '';
  const remedy = pieces
    ? `Take off the pieces in the view (l is the table of lines): coalesce((select sum(r.${pieces}) from ${rows}), 0)::int as returned_quantity.`
    : `Leave out orders that were refunded in full (o is the table of orders): not exists (select from ${rows} and …).`;
  return [
    found(
      'returns',
      'warn',
      orders / of,
      `${percent(orders / of)} of the orders that count have rows in ${tables} (${count(orders)} of ${count(of)}), which couture_source.order_line does not read: what came back counts as bought`,
      `${remedy}${accepted}`,
    ),
  ];
}

/** Flags as typed in a shell. */
function flags(what: 'leave-out' | 'count', statuses: readonly string[]): string {
  const quoted = (text: string) => (/^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  return statuses.map((status) => ` --${what}-status ${quoted(status)}`).join('');
}
