// A shop of a few products as one table with every column of the source view, for tests of the catalogue.
import { testDatabase } from '../../fixtures/database.ts';
import { migrate } from '../migrate.ts';
import { type Client, openClient, openPool, type Pool } from '../pool.ts';

export interface Wares {
  readonly url: string;
  readonly client: Client;
  readonly pool: Pool;
  /** Adds products; `price` may be any text that Postgres reads as numeric. */
  add(...products: ReadonlyArray<Partial<Ware> & { readonly product_id: string }>): Promise<void>;
  close(): Promise<void>;
}

interface Ware {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly price: number | string | null;
  readonly discounted_price: number;
  readonly on_sale: boolean;
  readonly rating: number | string;
  readonly review_count: number;
  readonly featured: boolean;
  readonly inventory: number;
  readonly tags: readonly string[];
  readonly group_id: string;
  readonly url: string;
}

/** @param type of the ids: bigint, uuid or text */
export async function openWares(type = 'bigint'): Promise<Wares> {
  const database = await testDatabase();
  const client = await openClient(database.url);
  const pool = openPool(database.url, { max: 3 });
  await client.query(`
    create schema wares;
    create table wares.product (product_id ${type}, name text, description text, category text, price numeric,
      discounted_price numeric, on_sale boolean, image_url text, rating real, review_count int, featured boolean,
      inventory int, tags text[], group_id ${type}, url text);
    create schema couture_source;
    create view couture_source.product as select * from wares.product`);
  await migrate(client);
  return {
    url: database.url,
    client,
    pool,
    async add(...products) {
      const rows = products.map((product) => ({
        price: 10,
        name: `Product ${product.product_id}`,
        ...product,
      }));
      await client.query(
        'insert into wares.product select * from jsonb_populate_recordset(null::wares.product, $1)',
        [JSON.stringify(rows)],
      );
    },
    async close() {
      await pool.end();
      await client.end();
      await database.drop();
    },
  };
}
