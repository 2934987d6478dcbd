// Whether the source view's addresses are relative, absolute or missing, judged by a few hundred products.
import type { Queryable } from '../../pool.ts';
import { shopViewIn } from '../../source/shop-view.ts';

export interface AddressKinds {
  /** Products that were checked. */
  readonly products: number;
  readonly without_url: number;
  readonly relative_urls: number;
  readonly relative_pictures: number;
  /** Origins of pictures without TLS: `http://cdn.example`. */
  readonly plain_origins: readonly string[];
}

/** SQL: the distinct origins of `image_url` without TLS, up to five. */
export const plainOriginsOf = `(coalesce(array_agg(distinct lower(substring(image_url from '(?i)^http://[^/?#]+'))) filter (where image_url ~* '^http://'), '{}'))[:5]`;

/** @param schema of the view `product` */
export async function addressKinds(client: Queryable, schema = 'couture_source'): Promise<AddressKinds> {
  const { rows } = await client.query<AddressKinds>(
    `select count(*)::int as products,
       count(*) filter (where coalesce(url, '') = '')::int as without_url,
       count(*) filter (where url <> '' and url !~* '^https?://')::int as relative_urls,
       count(*) filter (where image_url <> '' and image_url !~* '^https?://')::int as relative_pictures,
       ${plainOriginsOf} as plain_origins
     from (select url, image_url from ${shopViewIn(schema, 'product')} every limit 300) p`,
  );
  return rows[0]!;
}
