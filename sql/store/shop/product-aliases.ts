// Other names of products: group ids and handles → product ids. The runtime asks couture.catalogue, which has an index for
// it; the CLI asks the shop's view, so that it needs no running server.
import { type IdType, idType } from '../../id-types.ts';
import { type Pool, type Queryable, runPrepared } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';

export type AliasKind = 'group' | 'handle';

export interface AliasMatch {
  readonly kind: AliasKind;
  /** Ids of the products with this name: the variants of a group, or those that share a handle. */
  readonly products: readonly string[];
}

/** A name to look up; without a kind, a group id comes before a handle. */
export interface Alias {
  readonly text: string;
  readonly kind: AliasKind | undefined;
}

/** Looks up names in the catalogue. @returns one result per name, in their order */
export async function readAliases(
  pool: Pool,
  aliases: readonly Alias[],
): Promise<Array<AliasMatch | undefined>> {
  const rows = await runPrepared<AliasMatch & { at: number }>(pool, 'product_aliases', lookUp, [
    aliases.map(({ text }) => text),
    aliases.map(({ kind }) => kind ?? ''),
  ]);
  const found = new Array<AliasMatch | undefined>(aliases.length).fill(undefined);
  for (const { at, kind, products } of rows) found[at - 1] = { kind, products };
  return found;
}

/** Which other names the products of the catalogue have. */
export interface KnownAliases {
  /** Type of the group ids; undefined if no product has a group. */
  readonly group: IdType | undefined;
  readonly handles: boolean;
}

export async function knownAliases(pool: Pool): Promise<KnownAliases> {
  const rows = await runPrepared<{ groups: boolean; type: string | null; handles: boolean }>(
    pool,
    'product_aliases_known',
    `select exists (select from couture.catalogue where group_id is not null) as groups,
       -- to_regclass() would need the right to use the schema.
       (select format_type(a.atttypid, null) from pg_attribute a
        join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'couture_source' and c.relname = 'product' and a.attname = 'group_id') as type,
       exists (select from couture.catalogue where array_remove(handles, null) <> '{}') as handles`,
    [],
  );
  const { groups, type, handles } = rows[0]!;
  return { group: groups ? (idType(type ?? 'text') ?? 'text') : undefined, handles };
}

/** Looks up one name in the shop's view. */
export async function aliasInView(source: Queryable, { text, kind }: Alias): Promise<AliasMatch | undefined> {
  const kinds = kind ? [kind] : (['group', 'handle'] as const);
  for (const each of kinds) {
    const column = each === 'group' ? 'group_id' : 'handle';
    const { rows } = await source.query<{ id: string }>(
      `select product_id::text as id from ${shopView.product} p
       where ${column}::text = $1 and product_id is not null group by 1 order by length(product_id::text), 1`,
      [text],
    );
    if (rows.length > 0) return { kind: each, products: rows.map((row) => row.id) };
  }
  return undefined;
}

// Of several products with one handle, those of the first row count.
const lookUp = `
  select asked.at::int as at, found.kind, found.products
  from unnest($1::text[], $2::text[]) with ordinality asked(text, kind, at)
  cross join lateral (
    select * from (
      select 'group' as kind, variants as products, lead_id from couture.catalogue
      where asked.kind <> 'handle' and group_id = asked.text
      union all
      select 'handle', array(select id from unnest(variants, handles) each(id, handle) where handle = asked.text), lead_id
      from couture.catalogue where asked.kind <> 'group' and handles @> array[asked.text]
    ) every order by kind, length(lead_id), lead_id limit 1
  ) found`;
