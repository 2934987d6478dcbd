// Tables of refunds and returns that `couture_source.order_line` does not read, though they name orders that count. Presets know where
// their platform has them; views that an owner wrote, and shops with a plugin for returns, often leave them out.
import type { Queryable } from '../pool.ts';
import { quoteName, readShopTables, relationName, type ShopTable } from './shop-tables.ts';

export interface UnreadRefunds {
  /** `public.order_refund` */
  readonly table: string;
  /** Orders that count and have a row in the table, of those that were checked. */
  readonly orders: number;
  readonly of: number;
  /** SQL that finds its rows of the line `l` or of the order `o`: `public.refund r where r.line_id = l.id`. */
  readonly rows: string;
  /** Column with the number of pieces, where the table names lines of orders. */
  readonly pieces: string | undefined;
  /** Column that may say that a refund was refused or waits. */
  readonly status: string | undefined;
}

/** Orders that are checked. */
const limit = 20_000;
/** Fewer change no list. */
const leastShare = 0.001;
/** Foreign keys from a refund to its order: refunds of Spree and Vendure name a payment. */
const maxSteps = 3;

const refundNames =
  /refund|return|credit_?(memo|note|slip)|order_?slip|chargeback|(^|_)rma(_|$)|reclamation|retour|erstattung|gutschrift|storno|remboursement|avoir|reembolso|devoluc|zwrot/i;
const otherNames = /reason|polic|setting|template|label|address|type$|status|state|rule|method|log$|histor/i;
const orderNames = /order|sale|purchase|bestell|auftrag|commande|pedido|ordin|zamowien/i;
const lineNames = /line|item|position|detail|product/i;

/** The tables, those that name lines of orders first; empty if the view takes off what was returned. */
export async function unreadRefunds(client: Queryable): Promise<UnreadRefunds[]> {
  const { read, returns } = await tablesBelow(client);
  if (returns) return [];
  const tables = await readShopTables(client);
  const isRead = (table: ShopTable) => read.has(relationName(table));
  const isRefund = ({ name }: ShopTable) => refundNames.test(name) && !otherNames.test(name);
  if (tables.some((table) => isRead(table) && isRefund(table))) return [];
  const candidates = tables.filter((table) => isRefund(table) && !isRead(table));
  if (candidates.length === 0 || (await takesOffReturns(client))) return [];
  const found: UnreadRefunds[] = [];
  for (const table of candidates) {
    const path = pathToOrder(table, tables.filter(isRead), tables);
    const counted = path && (await countOrders(client, path));
    if (counted) found.push({ ...counted, ...columnsOf(table, path) });
  }
  return found.sort((one, other) => Number(other.pieces !== undefined) - Number(one.pieces !== undefined));
}

/** A foreign key, or a column that is named like one. */
interface Step {
  readonly from: ShopTable;
  readonly column: string;
  readonly to: ShopTable;
}

/** The steps to the table of orders that the view reads; undefined if there are none. */
function pathToOrder(
  table: ShopTable,
  read: readonly ShopTable[],
  tables: readonly ShopTable[],
): Step[] | undefined {
  const isOrder = (each: ShopTable) =>
    read.includes(each) && orderNames.test(each.name) && !lineNames.test(each.name) && each.primaryKey;
  let paths: Step[][] = [[]];
  const seen = new Set([table]);
  for (let steps = 0; steps < maxSteps; steps++) {
    const longer: Step[][] = [];
    for (const path of paths) {
      for (const step of stepsFrom(path.at(-1)?.to ?? table, read, tables)) {
        if (isOrder(step.to)) return [...path, step];
        if (!seen.has(step.to)) longer.push([...path, step]);
        seen.add(step.to);
      }
    }
    paths = longer;
  }
  return undefined;
}

function stepsFrom(table: ShopTable, read: readonly ShopTable[], tables: readonly ShopTable[]): Step[] {
  const keys = table.foreignKeys.flatMap(({ column, schema, table: name }) => {
    const to = tables.find((each) => each.schema === schema && each.name === name);
    return to?.primaryKey ? [{ from: table, column, to }] : [];
  });
  if (keys.length > 0) return keys;
  // Shops of the PHP world declare no foreign keys: order_id is the id of the table "order" or "orders".
  return [...table.columns.keys()].flatMap((column) => {
    const [, name = ''] = /^(?:id_?)?(.*?)_?(?:id)?$/i.exec(column.toLowerCase().replaceAll('_', '')) ?? [];
    const to = read.find((each) => {
      const plain = each.name.toLowerCase().replaceAll('_', '');
      return (
        name.length > 3 &&
        column.toLowerCase() !== name &&
        (plain.endsWith(name) || plain.endsWith(`${name}s`))
      );
    });
    return to?.primaryKey ? [{ from: table, column, to }] : [];
  });
}

async function countOrders(
  client: Queryable,
  path: readonly Step[],
): Promise<{ orders: number; of: number } | undefined> {
  const { to } = path.at(-1)!;
  const { from, column } = joined(path);
  // Joins: Postgres would search a list of more ids than its memory holds from the top for each order.
  const { rows } = await client.query<{ orders: number; of: number; known: number }>(
    `with counted as materialized (
       select distinct order_id::text as id from (select order_id from couture_source.order_line limit ${limit}) l
     )
     select (select count(*) from counted)::int as of,
            (select count(*) from counted c where exists (
               select from ${relationName(to)} o where o.${quoteName(to.primaryKey!)}::text = c.id))::int as known,
            (select count(*) from counted c where exists (select from ${from} where ${column}::text = c.id))::int as orders`,
  );
  const { of, known, orders } = rows[0]!;
  // Otherwise the view has ids of another kind.
  return known < 0.9 * of || orders === 0 || orders < leastShare * of ? undefined : { orders, of };
}

/** The rows of the first table, up to the column that refers to the last one. */
function joined(path: readonly Step[]): { from: string; column: string } {
  const alias = (at: number) => (at === 0 ? 'r' : `t${at}`);
  const column = (at: number) => `${alias(at)}.${quoteName(path[at]!.column)}`;
  const tables = path.map(({ from }, at) =>
    at === 0
      ? `${relationName(from)} r`
      : `join ${relationName(from)} ${alias(at)} on ${alias(at)}.${quoteName(from.primaryKey!)} = ${column(at - 1)}`,
  );
  return { from: tables.join(' '), column: column(path.length - 1) };
}

function columnsOf(table: ShopTable, path: readonly Step[]): Omit<UnreadRefunds, 'orders' | 'of'> {
  const named = (pattern: RegExp) => {
    const name = [...table.columns.keys()].find((column) => pattern.test(column));
    return name === undefined ? undefined : quoteName(name);
  };
  const [first] = path;
  const pieces = lineNames.test(first!.to.name)
    ? named(/quantity|qty|pieces|units|menge|anzahl/i)
    : undefined;
  const { from, column } = joined(pieces ? [first!] : path);
  const { to } = pieces ? first! : path.at(-1)!;
  return {
    table: relationName(table),
    rows: `${from} where ${column} = ${pieces ? 'l' : 'o'}.${quoteName(to.primaryKey!)}`,
    pieces,
    status: named(/^(status|state)$|_(status|state)$/i),
  };
}

/** The tables that the view reads, and whether it reads returned pieces or refunded amounts of them, as presets do. */
async function tablesBelow(client: Queryable) {
  const { rows } = await client.query<{ schema: string; name: string; returns: boolean }>(
    `with recursive below (oid, place) as (
   select to_regclass('couture_source.order_line')::oid, 0
   union
   select d.refobjid, d.refobjsubid from below join pg_rewrite w on w.ev_class = below.oid
   join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
 )
 select n.nspname as schema, c.relname as name, coalesce(bool_or(a.attname ~* 'return|refund'), false) as returns
 from below join pg_class c on c.oid = below.oid join pg_namespace n on n.oid = c.relnamespace
 left join pg_attribute a on a.attrelid = c.oid and a.attnum = place
 where c.relkind in ('r', 'p', 'f', 'm') group by 1, 2`,
  );
  return { read: new Set(rows.map(relationName)), returns: rows.some(({ returns }) => returns) };
}

/** Whether the view says of any line that pieces of it came back. */
async function takesOffReturns(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ returned: boolean }>(
    `select exists (select from (select to_jsonb(l) ->> 'returned_quantity' as returned from couture_source.order_line l limit ${limit}) l
 where returned <> '0') as returned`,
  );
  return rows[0]!.returned;
}
