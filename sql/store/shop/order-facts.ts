// Orders as answers to shoppers need them: number, status, tracking link and items, of a customer or by the number that a
// shopper typed. From couture_source.order_line; what a shop's view lacks is null.
import { columnType, type IdType, idType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { keptQuantity, returnedInFull, shopView } from '../../source/shop-view.ts';
import { orderMicros } from './believed-dates.ts';
import { canonicalId } from './shop-products.ts';

export interface OrderFacts {
  readonly order_id: string;
  /** What shoppers know the order by: the number on the receipt, else the id. */
  readonly number: string;
  readonly ordered_at: Date;
  /** As the shop writes it. */
  readonly status: string | null;
  readonly tracking_url: string | null;
  /** Pieces that were not returned. */
  readonly lines: ReadonlyArray<{ readonly product_id: string; readonly quantity: number }>;
}

export interface OrderOfAddress extends OrderFacts {
  /** E-mail addresses of the order and of its customer, in lower case. */
  readonly emails: readonly string[];
}

/** Orders that share a typed number, at most: ids and numbers may overlap. */
const maxAlike = 5;
/** Rows that are read to learn whether a shop has e-mail addresses. */
const sampleRows = 1_000;

/** A customer's newest orders that the source view counts. */
export async function orderFactsOf(
  client: Queryable,
  type: IdType,
  customerId: string,
  limit: number,
): Promise<OrderFacts[]> {
  const { rows } = await client.query<FactsRow>(
    `${ordersWhere(`customer_id = $1::${type}`)} order by micros desc, order_id desc limit $2`,
    [customerId, limit],
  );
  return rows.map(factsOf);
}

/** How a shop's orders are named; constant until its views change. */
export interface OrderNames {
  readonly id: IdType;
  readonly number: IdType;
}

export async function orderNames(client: Queryable): Promise<OrderNames> {
  const typeOf = async (column: string) =>
    idType(await columnType(client, 'couture_source.order_line', column)) ?? 'text';
  return { id: await typeOf('order_id'), number: await typeOf('order_number') };
}

/**
 * The orders with this number or id, with the e-mail addresses that may ask for them. It runs the same statement whether
 * or not there is such an order.
 * @param typed as a shopper types it: `#1234`, `r-77`
 */
export async function ordersByNumber(
  client: Queryable,
  { id, number }: OrderNames,
  typed: string,
): Promise<OrderOfAddress[]> {
  const { rows } = await client.query<FactsRow & { emails: string[] }>(
    `select facts.*, facts.order_emails || array(
       select lower(trim(c.email::text)) from ${shopView.customer} c
       where c.customer_id = any (facts.customers) and c.email is not null) as emails
     from (${ordersWhere(`order_id = any ($1::${id}[]) or order_number = any ($2::${number}[])`)} limit ${maxAlike}) facts`,
    [spellings(id, typed), spellings(number, typed)],
  );
  return rows.map((row) => ({ ...factsOf(row), emails: row.emails }));
}

/** Whether the shop knows any e-mail address to ask for an order by. */
export async function hasOrderEmails(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    `select exists (select from (select email from ${shopView.customer} c limit ${sampleRows}) c where email::text like '%@%')
         or exists (select from (select order_email from ${shopView.order_line} line limit ${sampleRows}) line
                    where order_email::text like '%@%') as known`,
  );
  return rows[0]!.known;
}

interface FactsRow {
  readonly order_id: string;
  readonly number: string | null;
  readonly micros: string;
  readonly status: string | null;
  readonly tracking_url: string | null;
  readonly lines: ReadonlyArray<{ readonly product_id: string; readonly quantity: number }> | null;
}

/** One row per order that has a time. */
function ordersWhere(condition: string): string {
  return `
    select order_id::text as order_id, max(order_number::text) as number,
           max(${orderMicros}) as micros,
           max(order_status::text) as status, max(tracking_url::text) as tracking_url,
           array_agg(distinct customer_id) filter (where customer_id is not null) as customers,
           coalesce(array_agg(distinct lower(trim(order_email::text))) filter (where order_email is not null), '{}') as order_emails,
           jsonb_agg(jsonb_build_object('product_id', product_id::text, 'quantity', (${keptQuantity})::float8) order by product_id)
             filter (where product_id is not null and not ${returnedInFull}) as lines
    from ${shopView.order_line} line
    where (${condition}) and order_id is not null
    group by order_id having max(${orderMicros}) is not null`;
}

function factsOf({ order_id, number, micros, status, tracking_url, lines }: FactsRow): OrderFacts {
  return {
    order_id,
    number: number ?? order_id,
    ordered_at: new Date(Math.floor(Number(micros) / 1000)),
    status: status?.trim() || null,
    tracking_url: tracking_url?.trim() || null,
    lines: lines ?? [],
  };
}

/** A typed number in the forms in which a column of this type may hold it; none if it cannot hold it. */
function spellings(type: IdType, typed: string): string[] {
  const text = typed.trim().replace(/^(?:#|№|nr\.?|no\.?)\s*/i, '');
  if (type !== 'text') return [canonicalId(type, text)].filter((id) => id !== undefined);
  return [...new Set([text, text.toUpperCase(), text.toLowerCase(), `#${text}`])].filter(
    (each) => canonicalId('text', each) !== undefined,
  );
}
