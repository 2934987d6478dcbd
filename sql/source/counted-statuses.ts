// Which statuses the orders behind `couture_source.order_line` have. Preset views say so themselves; for views that an owner
// wrote, the tables that they read are searched for one of orders with a column for the status or the time of placing.
import { type Queryable, quoteIdentifier } from '../pool.ts';
import { hasRelation } from '../relations.ts';

export interface CountedStatus {
  readonly status: string;
  /** Orders that count. */
  readonly orders: number;
}

export interface CountedStatuses {
  /** Where they were read: `public."order".state`. */
  readonly column: string;
  readonly statuses: readonly CountedStatus[];
}

/** Orders whose status is read. */
const limit = 20_000;

/** The statuses of orders that count; undefined when no table that this role may read has them. */
export async function countedStatuses(client: Queryable): Promise<CountedStatuses | undefined> {
  if (await hasRelation(client, 'couture_source.shop_order')) {
    const counted = await client.query<{ status: string; orders: number }>(
      `select coalesce(status, 'null') as status, count(*)::int as orders
       from (select * from couture_source.shop_order limit ${limit}) o where counts group by 1 order by 2 desc`,
    );
    return { column: 'couture_source.shop_order.status', statuses: counted.rows };
  }
  for (const table of await orderTables(client)) {
    const statuses = await readStatuses(client, table);
    if (statuses) return { column: `${table.relation}.${table.column}`, statuses };
  }
  return undefined;
}

interface OrderTable {
  readonly relation: string;
  readonly column: string;
  /** Whether the column is a time that is null until an order is placed. */
  readonly placed: boolean;
}

/** Tables below the view whose name says that they contain orders, those named just so first. */
async function orderTables(client: Queryable): Promise<OrderTable[]> {
  const { rows } = await client.query<OrderTable>(
    `with recursive below (oid) as (
       select to_regclass('couture_source.order_line')::oid
       union
       select d.refobjid from below join pg_rewrite w on w.ev_class = below.oid
       join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
        and d.refclassid = 'pg_class'::regclass and d.refobjid <> below.oid
     )
     select format('%I.%I', n.nspname, c.relname) as relation, a.attname as column,
            a.attname ~* '(placed|submitted|completed|ordered).{0,5}(at|date|on)$|^date_?placed$' as placed
     from below
     join pg_class c on c.oid = below.oid and c.relkind in ('r', 'p', 'f')
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relname ~* 'order|sale|purchase' and c.relname !~* 'line|item|detail|payment|fulfil|product|history'
       and (a.attname ~* '^(order_?)?(status|state)$' or a.attname ~* '(placed|submitted|completed|ordered).{0,5}(at|date|on)$|^date_?placed$')
       and exists (select from pg_attribute k where k.attrelid = c.oid and k.attname = 'id')
       and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
     order by placed, length(c.relname), c.relname limit 6`,
  );
  return rows;
}

/** Undefined when the ids of the view are not this table's. */
async function readStatuses(client: Queryable, table: OrderTable): Promise<CountedStatus[] | undefined> {
  const column = `t.${quoteIdentifier(table.column)}`;
  const { rows } = await client.query<{ status: string | null; orders: number; known: boolean }>(
    `select ${table.placed ? `case when ${column} is null then 'not placed' else 'placed' end` : `coalesce(${column}::text, 'null')`} as status,
            count(*)::int as orders, t.id is not null as known
     from (select distinct order_id::text as id from couture_source.order_line limit ${limit}) o
     left join ${table.relation} t on t.id::text = o.id group by 1, 3 order by 2 desc`,
  );
  const known = rows.filter((row) => row.known).reduce((sum, row) => sum + row.orders, 0);
  const all = rows.reduce((sum, row) => sum + row.orders, 0);
  if (all === 0 || known < all * 0.9) return undefined;
  return rows.filter((row) => row.known).map(({ status, orders }) => ({ status: status ?? 'null', orders }));
}
