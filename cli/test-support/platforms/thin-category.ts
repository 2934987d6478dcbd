// A platform's category tree in a planted shop: the first two categories are put below one, and fill each other's lists.
import type { DatabaseContext } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import type { PlatformName } from '../../../sql/source/platforms.ts';
import { buildAgain } from '../sample-server.ts';

/** Platform → statements that put the categories of the first two kinds of product below a new one, "Tops". */
const tops: Record<PlatformName, string> = {
  medusa: `insert into product_category (id, name, handle, mpath, is_active) values ('pcat_tops', 'Tops', 'tops', 'pcat_all.pcat_tops.', true);
    update product_category set mpath = 'pcat_all.pcat_tops.' || id || '.' where id in ('pcat_0', 'pcat_1')`,
  saleor: `insert into product_category (id, name, slug) values (900, 'Tops', 'tops');
    update product_category set parent_id = 900 where id in (1, 2)`,
  vendure: `insert into collection (id, position, filters, "parentId") values (103, 9, '', 101);
    insert into collection_translation (id, "languageCode", name, slug, description, "baseId") values (103, 'en', 'Tops', '', '', 103);
    insert into collection_closure values (100, 103), (101, 103), (103, 103), (103, 1), (103, 2);
    update collection set "parentId" = 103 where id in (1, 2)`,
  oscar: `insert into catalogue_category (id, path, depth, numchild, name, description, slug, ancestors_are_public, is_public, exclude_from_menu, long_description)
      values (900, '00010008', 2, 2, 'Tops', '', 'tops', true, true, false, '');
    update catalogue_category set path = '00010008000' || id, depth = 3 where id in (1, 2)`,
  evershop: `insert into category (category_id, status, parent_id) overriding system value
      values (900, true, null), (1, true, 900), (2, true, 900), (3, true, null);
    insert into category_description (category_description_id, category_description_category_id, name, url_key) overriding system value
      values (900, 900, 'Tops', 'tops')`,
  odoo: `insert into product_public_category (id, name, parent_id, parent_path, sequence) values (900, '{"en_US":"Tops"}', 100, '100/900/', 1);
    update product_public_category set parent_id = 900, parent_path = '100/900/' || id || '/' where id in (1, 2)`,
  spree: `insert into :taxons (id, parent_id, name, depth) values (900, 100, 'Tops', 1);
    update :taxons set parent_id = 900, depth = 2 where id in (1, 2)`,
  django: `insert into :app_category (id, name, slug) values (900, 'Tops', 'tops');
    update :app_category set parent_id = 900 where id in (1, 2)`,
};

/**
 * Puts two categories below one, and builds. Lists have more places than a category has products.
 * @param prefix of a Django app's tables
 */
export async function tryThinCategory(
  { client, database }: DatabaseContext,
  platform: PlatformName,
  prefix = '',
): Promise<void> {
  const { rows: names } = await client.query<{ taxons: string | null }>(
    `select coalesce(to_regclass('spree_categories'), to_regclass('spree_taxons'))::text as taxons`,
  );
  await client.query(
    tops[platform].replaceAll(':taxons', names[0]!.taxons ?? '').replaceAll(':app_', prefix),
  );
  const { rows: paths } = await client.query<{ kind: number; category: string; path: string | null }>(
    `select distinct kind, v.category, v.category_path as path from couture_source.product v
     join planted.sold s on s.product_id = v.product_id::text join planted.item using (item) join planted.product using (product)`,
  );
  for (const { kind, category, path } of paths) {
    const words = `${category}: ${path}`;
    if (path !== null) assert.ok(path === category || path.endsWith(` > ${category}`), words);
    assert.is(path?.includes('Tops') ?? false, kind < 2, words);
  }
  await buildAgain(database.url, { kinds: 'similar', top: 100 });
  const { rows } = await client.query<{ kinds: number[]; entries: string }>(
    `with planted as (select s.product_id, p.kind from planted.sold s join planted.item using (item) join planted.product p using (product))
     select array[a.kind, b.kind] as kinds, count(*) as entries from couture.recommendation r
     join planted a on a.product_id = r.subject join planted b on b.product_id = r.item_id::text
     where r.kind = 'similar' and r.source = 'parent_category' group by 1`,
  );
  assert.equal(rows.map(({ kinds }) => String(kinds)).sort(), ['0,1', '1,0'], JSON.stringify(rows));
}
