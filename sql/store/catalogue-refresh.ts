// couture_source.product → couture.catalogue: new products in, changed ones anew, gone ones out.
import { inTransaction, type Pool } from '../pool.ts';

export interface Refreshed {
  /** Rows that are new or were made anew. */
  readonly written: number;
  readonly removed: number;
  /** Another process is at it; nothing was done. */
  readonly skipped: boolean;
}

const refreshLock = 0x63617461;

/** Brings the catalogue up to the view. Only what changed is written, and only its words are parsed. */
export async function refreshCatalogue(pool: Pool): Promise<Refreshed> {
  const client = await pool.connect();
  try {
    return await inTransaction(client, async () => {
      // A shop of a million products takes a while; the requests' time limit is not for this.
      await client.query('set local statement_timeout = 0');
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [
        refreshLock,
      ]);
      if (!rows[0]!.mine) return { written: 0, removed: 0, skipped: true };
      await client.query(`create temporary table catalogue_now on commit drop as ${groupedProducts}`);
      const removed = await client.query(
        'delete from couture.catalogue c where not exists (select from catalogue_now n where n.lead_id = c.lead_id)',
      );
      const written = await client.query(writeChanged);
      return { written: written.rowCount ?? 0, removed: removed.rowCount ?? 0, skipped: false };
    });
  } finally {
    client.release();
  }
}

/** Ids in the order of numbers where they are numbers: shorter first. */
const byId = 'order by length(id), id';

const groupedProducts = `
  with product as (
    -- A view that joins too much gives a product twice; one row counts.
    select distinct on (id) * from (
      select product_id::text as id, coalesce(name, '') as name, coalesce(category, '') as category,
        coalesce(description, '') as description, coalesce(array_to_string(tags, ' '), '') as tags, url,
        round(coalesce(case when on_sale then discounted_price end, price) * 100)::bigint as cents,
        coalesce(rating, 0)::float8 as rating, coalesce(review_count, 0) as reviews,
        coalesce(featured, false) as featured, coalesce('g' || group_id::text, 'p' || product_id::text) as family
      from couture_source.product where product_id is not null and price is not null
    ) every order by id
  ), grouped as (
    select (array_agg(id ${byId}))[1] as lead_id, array_agg(id ${byId}) as variants,
      (array_agg(category ${byId}))[1] as category, (array_agg(name ${byId}))[1] as name,
      (array_agg(url ${byId}))[1] as url, min(cents) as price_cents, bool_or(featured) as featured,
      (sum(rating * reviews) + 17.5) / (sum(reviews) + 5) as standing,
      string_agg(name, ' ' ${byId}) as names,
      string_agg(distinct category || ' ' || tags, ' ') as labels,
      (array_agg(description ${byId}))[1] as description
    from product group by family
  )
  select *, (case when featured then 0 else 10 end - standing)::real as featured_key, (-standing)::real as rating_key,
    md5(grouped::text) as hash
  from grouped`;

const writeChanged = `
  insert into couture.catalogue (lead_id, variants, category, name, url, price_cents, featured_key, rating_key, words, hash)
  select n.lead_id, n.variants, n.category, n.name, n.url, n.price_cents, n.featured_key, n.rating_key,
    ${weighted('n.names', 'A')} || ${weighted('n.labels', 'B')} || ${weighted('n.description', 'C')}, n.hash
  from catalogue_now n left join couture.catalogue c using (lead_id)
  where c.hash is distinct from n.hash
  on conflict (lead_id) do update set (variants, category, name, url, price_cents, featured_key, rating_key, words, hash) =
    (excluded.variants, excluded.category, excluded.name, excluded.url, excluded.price_cents, excluded.featured_key,
     excluded.rating_key, excluded.words, excluded.hash)`;

/** A text of more than a million characters is no description; Postgres would refuse its words. */
function weighted(text: string, weight: string): string {
  const folded = `couture.fold(left(${text}, 100000))`;
  return `setweight(to_tsvector('simple', ${folded}) || to_tsvector('english', ${folded}), '${weight}')`;
}
