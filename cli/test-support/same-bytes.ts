// Builds of one generated shop in different ways → hashes of the tables that each has written.
import { type GenerateOptions, generateShop } from '../../fixtures/generate/generate-shop.ts';
import { assert } from '../../fixtures/suite.ts';
import { hashWrittenTables } from '../../fixtures/written-lists.ts';
import type { Client } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { buildHere } from './fault-shop.ts';

export interface EmptyShop {
  readonly client: Client;
  readonly url: string;
  readonly home: string;
}

/** Hashes of the written tables, by table. */
type Hashes = Awaited<ReturnType<typeof hashWrittenTables>>;

/** Builds with one thread, then with the flags of each of `others`, and last with another seed, which samples other lines. */
export async function buildInManyWays(
  { client, url, home }: EmptyShop,
  size: Omit<GenerateOptions, 'seed'>,
  others: ReadonlyArray<Readonly<Record<string, unknown>>>,
): Promise<{ readonly first: Hashes; readonly others: readonly Hashes[]; readonly otherSeed: Hashes }> {
  await generateShop(client, { ...size, seed: 3 });
  await initPreset(client, 'sample');
  const build = async (more: Readonly<Record<string, unknown>>) => {
    const flags = { keepBuilds: 20, maxOrderLines: 6, ...more };
    const { build_id, skipped } = await buildHere({ url, home }, { flags, force: true });
    assert.ok(skipped.sampled! > 0);
    return hashWrittenTables(client, build_id);
  };
  const first = await build({ workers: 1 });
  const empty = await hashWrittenTables(client, 0);
  assert.ok(Object.entries(first).every(([table, hash]) => hash !== empty[table]));
  const hashes: Hashes[] = [];
  for (const other of others) hashes.push(await build(other));
  return { first, others: hashes, otherSeed: await build({ seed: 2 }) };
}
