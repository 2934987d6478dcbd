// couture_source.product → couture.catalogue: inserts new products, updates changed ones, deletes missing ones.
import { inTransaction, type Pool, type Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';
import { sizeParts } from './catalogue-selection.ts';
import { optionColumns } from './product-cards.ts';
import { wordsInSql } from './search-words.ts';

/** Rows of the catalogue; each is a product or a group of variants. */
export interface Refreshed {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Another process is refreshing; nothing was done. */
  readonly skipped: boolean;
}

const refreshLock = 0x63617461;

/** Replaces the time limit of requests, which is too short for a million products. */
const timeLimit = 15 * 60_000;

/**
 * Brings the catalogue up to date with the view, in one transaction. Writes changed rows only and parses changed words
 * only: 48 k rows are compared in 1 s.
 * @param scale cents in one unit of the shop's currency
 * @param signal aborts the refresh and leaves the catalogue unchanged
 */
export async function refreshCatalogue(pool: Pool, signal?: AbortSignal, scale = 100): Promise<Refreshed> {
  const held = await pool.connect();
  let release = (error?: Error): void => {
    release = () => {};
    signal?.removeEventListener('abort', breakOff);
    held.release(error);
  };
  let backend: number | undefined;
  // Without an explicit cancel, the server would finish the statement and hold the lock although nobody waits for it.
  const breakOff = () =>
    void pool
      .query('select pg_cancel_backend($1)', [backend])
      .catch(() => release(new Error('The catalogue refresh was aborted')));
  signal?.addEventListener('abort', breakOff);
  // The pool has its own query time-out, independent of the server's statement_timeout.
  const client: Queryable = {
    query: async (text, values) => {
      signal?.throwIfAborted();
      return held.query({ text, values, query_timeout: timeLimit + 1_000 } as { text: string });
    },
  };
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    backend = rows[0]!.pid;
    const refreshed = await inTransaction(client, () => refresh(client, scale));
    if (refreshed.added + refreshed.changed + refreshed.removed > refreshed.unchanged / 5)
      await settle(client);
    release();
    return refreshed;
  } catch (error) {
    release(error as Error);
    throw error;
  }
}

async function refresh(client: Queryable, scale: number): Promise<Refreshed> {
  await client.query(
    `set local statement_timeout = ${timeLimit}; set local work_mem = '64MB'; set local jit = off`,
  );
  const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [
    refreshLock,
  ]);
  if (!rows[0]!.mine) return { added: 0, changed: 0, removed: 0, unchanged: 0, skipped: true };
  await client.query(`create temporary table catalogue_now on commit drop as ${groupedProducts(scale)}`);
  const compared = await client.query<Omit<Refreshed, 'skipped'>>(comparison);
  const counts = compared.rows[0]!;
  if (counts.removed > 0) await client.query(removeGone);
  if (counts.added + counts.changed > 0) await client.query(writeChanged);
  return { ...counts, skipped: false };
}

/** After many writes: updates the planner's statistics and merges the pending list of the GIN indexes. */
async function settle(client: Queryable): Promise<void> {
  // Only the table's owner may do this.
  await client.query('analyze couture.catalogue').catch(() => {});
  await client
    .query(
      `select gin_clean_pending_list('couture.catalogue_words'), gin_clean_pending_list('couture.catalogue_variants'),
         gin_clean_pending_list('couture.catalogue_handles'), gin_clean_pending_list('couture.catalogue_options')`,
    )
    .catch(() => {});
}

/** Orders numeric ids as numbers: shorter ones first. */
const byId = 'order by length(id), id';

// Ratings may use any scale up to 100; NaN counts as no rating. A rating without a review count counts as one review.
// Names and categories are cut to the maximum length of an index entry and of a request parameter.
const groupedProducts = (scale: number) => `
  with sold as (
    select k.product_id::text as id, max(round(e.orders)) as orders
    from couture.published b
    join couture.trending_list l on l.build_id = b.build_id and l.kind = 'bestseller'
    cross join unnest(l.item_keys, l.scores) e (item_key, orders)
    join couture.product_key k on k.product_key = e.item_key
    group by 1
  ), offered as (
    -- A view that joins too much gives a product twice; one row counts.
    select distinct on (id) * from (
      select product_id::text as id, coalesce(name::text, '') as name, case when category::text ~ '\\S' then left(category::text, 200) else '' end as category,
        coalesce(description::text, '') as description, coalesce(array_to_string(tags, ' '), '') as tags, url,
        coalesce(case when on_sale then discounted_price end, price)::numeric as price,
        coalesce(on_sale and discounted_price is not null, false) as on_sale, coalesce(inventory > 0, true) as in_stock,
        case when rating between 0 and 100 then rating else 0 end::float8 as rating,
        greatest(coalesce(review_count, 0), case when rating > 0 and rating <= 100 then 1 else 0 end)::float8 as reviews,
        coalesce(featured, false) as featured, coalesce('g' || group_id::text, 'p' || product_id::text) as family,
        group_id::text as group_id, nullif(handle::text, '') as handle, ${optionColumns}
      from ${shopView.product} p where product_id is not null
    ) every where price between 0 and 1e12 order by id
  ), written as (
    -- "black" and "Black" are one colour, written as most products have it.
    select lower(colour) as same, mode() within group (order by colour) as colour
    from offered where colour is not null group by 1
  ), product as (
    select o.id, o.name, o.category, o.description, o.tags, o.url, o.price, o.on_sale, o.in_stock, o.rating, o.reviews,
      o.featured, o.family, o.group_id, o.handle, o.size, o.swatch, w.colour, coalesce(s.orders, 0) as orders,
      -- Where variants share the reviews of their product, those count once.
      row_number() over (partition by o.family, o.rating, o.reviews order by length(o.id), o.id) = 1 as is_rated
    from offered o left join written w on w.same = lower(o.colour) left join sold s on s.id = o.id
  ), grouped as (
    select (array_agg(id ${byId}))[1] as lead_id, array_agg(id ${byId}) as variants,
      (array_agg(category ${byId}))[1] as category, (array_agg(name ${byId}))[1] as name,
      (array_agg(url ${byId}))[1] as url, round(min(price) * ${scale})::bigint as price_cents,
      bool_or(featured) as featured, bool_or(on_sale) as on_sale, bool_or(in_stock) as in_stock, 
      (coalesce(sum(rating * reviews ${byId}) filter (where is_rated), 0) + 17.5) / (coalesce(sum(reviews) filter (where is_rated), 0) + 5) as standing,
      string_agg(name, ' ' ${byId}) as names,
      string_agg(distinct concat_ws(' ', category, tags, colour), ' ') as labels,
      string_agg(distinct description, ' ') as descriptions, min(group_id) as group_id, array_agg(handle ${byId}) as handles,
      case when count(colour) > 0 then array_agg(colour ${byId}) end as colours,
      case when count(swatch) > 0 then array_agg(swatch ${byId}) end as swatches,
      case when count(size) > 0 then array_agg(size ${byId}) end as sizes,
      case when count(colour) + count(size) > 0 then array_agg(in_stock ${byId}) end as stocked, max(orders)::real as sold
    from product group by family
  ), placed as (
    select lead_id, variants, category, left(couture.fold(left(name, 300)), 200) as name, url, price_cents,
      on_sale, in_stock, (case when featured then 0 else 1000 end - standing)::real as featured_key, (-standing)::real as rating_key,
      names, labels, descriptions, group_id, handles, colours, swatches, sizes, stocked, sold,
      coalesce(case when stocked is not null then (
        select array_agg(distinct key order by key) from unnest(colours, sizes, stocked) o (colour, size, in_stock),
          -- Each option of "M / Linen" is a choice.
          unnest(coalesce(${sizeParts('size')}, array[null::text])) part,
          unnest(array[colour || U&'\\001F', U&'\\001F' || part, colour || U&'\\001F' || part]) plain,
          unnest(array[plain, case when in_stock then U&'\\001E' || plain end]) key
        where key is not null) end, '{}') as option_keys
    from grouped
  )
  select *, md5(row('2', names, labels, descriptions)::text)
    || md5(row('2', variants, category, name, url, price_cents, featured_key, rating_key, on_sale, in_stock, group_id, handles, colours, swatches, sizes, stocked, sold)::text) as hash
  from placed`;

const comparison = `
  select count(*) filter (where c.lead_id is null)::int as added,
    count(*) filter (where n.lead_id is null)::int as removed,
    count(*) filter (where c.hash <> n.hash)::int as changed,
    count(*) filter (where c.hash = n.hash)::int as unchanged
  from catalogue_now n full join couture.catalogue c using (lead_id)`;

const removeGone =
  'delete from couture.catalogue c where not exists (select from catalogue_now n where n.lead_id = c.lead_id)';

/** The first half of a hash covers the words. */
const writeChanged = `
  insert into couture.catalogue
    (lead_id, variants, category, name, url, price_cents, featured_key, rating_key, on_sale, in_stock,
     group_id, handles, colours, swatches, sizes, stocked, option_keys, sold, words, hash)
  select n.lead_id, n.variants, n.category, n.name, n.url, n.price_cents, n.featured_key, n.rating_key, n.on_sale, n.in_stock,
    n.group_id, n.handles, n.colours, n.swatches, n.sizes, n.stocked, n.option_keys, n.sold,
    case when left(c.hash, 32) = left(n.hash, 32) then c.words else
      ${weighted('n.names', 'A', 20_000)} || ${weighted('n.labels', 'B', 20_000)} || ${weighted('n.descriptions', 'C', 50_000)}
    end, n.hash
  from catalogue_now n left join couture.catalogue c using (lead_id)
  where c.hash is distinct from n.hash
  on conflict (lead_id) do update set
    (variants, category, name, url, price_cents, featured_key, rating_key, on_sale, in_stock, group_id, handles, colours, swatches, sizes, stocked, option_keys, sold, words, hash) =
    (excluded.variants, excluded.category, excluded.name, excluded.url, excluded.price_cents, excluded.featured_key,
     excluded.rating_key, excluded.on_sale, excluded.in_stock, excluded.group_id, excluded.handles, excluded.colours, excluded.swatches, excluded.sizes, excluded.stocked,
     excluded.option_keys, excluded.sold, excluded.words, excluded.hash)`;

/** Words as written, for prefixes and stop words, and as English stems. */
function weighted(text: string, weight: string, most: number): string {
  return `(select setweight(to_tsvector('simple', found.words) || to_tsvector('english', found.words), '${weight}')
    from (select ${wordsInSql(text, most)} as words offset 0) found)`;
}
