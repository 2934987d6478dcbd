// Converts the key tables and `couture.recommendation` to the type of the shop's ids: bigint, uuid or text.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CoutureError } from './errors.ts';
import { sqlFile } from './package-root.ts';
import { inTransaction, type Queryable } from './pool.ts';

export type IdType = 'bigint' | 'uuid' | 'text';

/** Id types detected from column types; undefined when the column is missing or of another type. */
export interface IdTypes {
  readonly product: IdType | undefined;
  readonly customer: IdType | undefined;
}

/** Advisory lock: one run at a time changes the key tables. */
const keyTypeLock = 0x636f7575;

/**
 * Changes `couture.product_key` and `couture.customer_key` to the id types of the shop, and recreates
 * `couture.recommendation` with its functions when the types or the view's file have changed.
 * @param source the connection with the source views, if it is another one
 * @throws CoutureError `id_type_changed` when existing ids cannot be converted to the new type
 */
export async function adoptIdTypes(client: Queryable, source: Queryable = client): Promise<IdTypes> {
  const wanted = await readIdTypes(source);
  if (await isCurrent(client, wanted)) return wanted;
  await inTransaction(client, async () => {
    await client.query('select pg_advisory_xact_lock($1)', [keyTypeLock]);
    if (await isCurrent(client, wanted)) return;
    for (const table of keyTables) {
      const type = wanted[table.of];
      const present = await columnType(client, `couture.${table.name}`, table.column);
      if (type && present !== type) await changeType(client, table, present, type);
    }
    await makeView(client);
  });
  return wanted;
}

/** The id types of the key tables, and so of every existing build. */
export async function readKeyTypes(client: Queryable): Promise<IdTypes> {
  return {
    product: idType(await columnType(client, 'couture.product_key', 'product_id')),
    customer: idType(await columnType(client, 'couture.customer_key', 'customer_id')),
  };
}

/** The id types of the views of `couture_source`; views may be missing. */
export async function readIdTypes(source: Queryable): Promise<IdTypes> {
  const product =
    (await columnType(source, 'couture_source.product', 'product_id')) ??
    (await columnType(source, 'couture_source.order_line', 'product_id'));
  const customer =
    (await columnType(source, 'couture_source.customer', 'customer_id')) ??
    (await columnType(source, 'couture_source.order_line', 'customer_id'));
  return { product: idType(product), customer: idType(customer) };
}

/** Postgres type → id type: int4 → bigint, varchar → text. */
export function idType(type: string | undefined): IdType | undefined {
  if (!type) return undefined;
  if (['smallint', 'integer', 'bigint'].includes(type)) return 'bigint';
  if (type === 'uuid') return 'uuid';
  return /^(text|character|citext$|name$|bpchar)/.test(type) ? 'text' : undefined;
}

interface KeyTable {
  readonly name: string;
  readonly column: string;
  readonly of: keyof IdTypes;
}

const keyTables: readonly KeyTable[] = [
  { name: 'product_key', column: 'product_id', of: 'product' },
  { name: 'customer_key', column: 'customer_id', of: 'customer' },
];

/** Type of a column without its length and with domains resolved; undefined when the column is missing. */
export async function columnType(
  client: Queryable,
  relation: string,
  column: string,
): Promise<string | undefined> {
  const { rows } = await client.query<{ type: string }>(
    `with recursive base as (
       select a.atttypid as type from pg_attribute a
       join pg_class c on c.oid = a.attrelid
       join pg_namespace n on n.oid = c.relnamespace
       -- Not to_regclass, which fails for a login that may not use the schema.
       where n.nspname = split_part($1, '.', 1) and c.relname = split_part($1, '.', 2)
         and a.attname = $2 and a.attnum > 0 and not a.attisdropped
       union all
       select t.typbasetype from base join pg_type t on t.oid = base.type where t.typbasetype <> 0
     )
     select format_type(b.type, null) as type from base b join pg_type t on t.oid = b.type
     where t.typbasetype = 0`,
    [relation, column],
  );
  return rows[0]?.type;
}

function viewText(): string {
  return readFileSync(sqlFile('views', 'recommendation.sql'), 'utf8').replaceAll('\r\n', '\n');
}

/** Hash of the view's file. The view's comment ends with it, which tells whether the view is current. */
function viewMark(): string {
  return `[${createHash('sha256').update(viewText()).digest('hex').slice(0, 16)}]`;
}

async function isCurrent(client: Queryable, wanted: IdTypes): Promise<boolean> {
  const { rows } = await client.query<{ comment: string | null }>(
    `select obj_description(to_regclass('couture.recommendation'), 'pg_class') as comment`,
  );
  if (!rows[0]?.comment?.endsWith(viewMark())) return false;
  for (const table of keyTables) {
    const type = wanted[table.of];
    if (type && (await columnType(client, `couture.${table.name}`, table.column)) !== type) return false;
  }
  return true;
}

async function changeType(
  client: Queryable,
  table: KeyTable,
  present: string | undefined,
  type: IdType,
): Promise<void> {
  await dropView(client);
  await client.query(`drop index if exists couture.${table.name}_subject`);
  await client.query('savepoint change');
  try {
    await client.query(
      `alter table couture.${table.name} alter column ${table.column} type ${type} using ${table.column}::text::${type}`,
    );
  } catch (cause) {
    const { code } = cause as { code?: string };
    // Invalid text, out of range, or two texts that denote the same number.
    if (!['22P02', '22003', '23505'].includes(code ?? '')) throw cause;
    await client.query('rollback to savepoint change');
    throw await idTypeChanged(client, table, present ?? 'nothing', type, cause);
  }
  // Queries on the view filter by subject, which is text for every id type.
  if (type !== 'text') {
    await client.query(
      `create index ${table.name}_subject on couture.${table.name} ((${table.column}::text))`,
    );
  }
}

async function dropView(client: Queryable): Promise<void> {
  try {
    await client.query('drop view if exists couture.recommendation');
  } catch (cause) {
    const { code, detail } = cause as { code?: string; detail?: string };
    if (code !== '2BP01') throw cause;
    throw new CoutureError(
      'id_type_changed',
      `The type of the shop's ids changed, and something depends on couture.recommendation: ${detail?.split('\n')[0]}`,
      'Drop the dependent object, run the command again, then recreate it.',
      { cause },
    );
  }
}

/** Replaces the view in place if its columns are unchanged, so that dependent objects survive. */
async function makeView(client: Queryable): Promise<void> {
  await client.query('savepoint view');
  try {
    await client.query(viewText());
  } catch (cause) {
    // 42P16, 42P13: the columns or a function's result type differ from before.
    if (!['42P16', '42P13'].includes((cause as { code?: string }).code ?? '')) throw cause;
    await client.query('rollback to savepoint view');
    await dropView(client);
    await client.query(
      'drop function if exists couture.reason_words, couture.reason_source, couture.buy_again_words',
    );
    await client.query(viewText());
  }
  await client.query(
    `comment on view couture.recommendation is 'The published build, one row an entry of a list. ${viewMark()}'`,
  );
}

async function idTypeChanged(
  client: Queryable,
  table: KeyTable,
  present: string,
  type: IdType,
  cause: unknown,
): Promise<CoutureError> {
  const { rows } = await client.query<{ id: string; keys: string }>(
    `select min(${table.column}::text) as id, count(*)::text as keys from couture.${table.name}`,
  );
  const { id, keys } = rows[0]!;
  return new CoutureError(
    'id_type_changed',
    `The shop's ${table.of} ids are ${type} now, but couture.${table.name} holds ${keys} ids of type ${present}, such as "${id}", that do not convert`,
    'If this is another shop, delete the keys and builds of the old one: ' +
      'truncate couture.published, couture.build, couture.product_key, couture.customer_key, couture.product_list, couture.customer_list, couture.buy_again_list, couture.trending_list;',
    { cause },
  );
}

/** SQL: a text as an id of this type, or null if it is no such id: couture may have stored it for another shop. */
export function fittingId(text: string, type: IdType): string {
  if (type === 'text') return text;
  if (type === 'uuid')
    return `case when ${text} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then ${text}::uuid end`;
  // The inner case is only evaluated for digits.
  return `case when ${text} ~ '^-?[0-9]{1,19}$' then
    case when ${text}::numeric between ${-(2n ** 63n)} and ${2n ** 63n - 1n} then ${text}::bigint end end`;
}
