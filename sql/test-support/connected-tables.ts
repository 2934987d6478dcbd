// Tables of a shop in a test → the views that the preset for tables linked by keys writes for them.
import { assert } from '../../fixtures/suite.ts';
import type { Client } from '../pool.ts';
import { shopFigures } from '../source/detect-platform.ts';
import { initPreset } from '../source/preset.ts';
import { requireSource } from '../source/source-views.ts';

/** Creates the tables and connects them. @returns a reader of the views' rows, and the statuses of orders */
export async function connectTables(client: Client, tables: string) {
  await client.query(tables);
  assert.is(await initPreset(client, 'django'), 'created');
  assert.equal((await requireSource(client)).problems, []);
  const read = async (columns: string, view: string) => {
    const text = `select ${columns} from couture_source.${view} order by 1, 2`;
    return (await client.query({ text, rowMode: 'array' })).rows;
  };
  return { read, statuses: (await shopFigures(client))!.statuses };
}
