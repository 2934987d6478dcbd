// Builds of one generated shop in different ways → a failed assertion if any byte of the written tables differs.
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

/** Builds with one thread, then with the flags of each of `others`, and last with another seed, which has to differ. */
export async function checkSameBytes(
  { client, url, home }: EmptyShop,
  size: Omit<GenerateOptions, 'seed'>,
  others: ReadonlyArray<Readonly<Record<string, unknown>>>,
): Promise<void> {
  await generateShop(client, { ...size, seed: 3 });
  await initPreset(client, 'sample');
  const build = (more: Readonly<Record<string, unknown>>) =>
    buildHere({ url, home }, { flags: { keepBuilds: 20, maxOrderLines: 6, ...more }, force: true });
  const first = await build({ workers: 1 });
  const expected = await hashWrittenTables(client, first.build_id);
  assert.ok(first.skipped.sampled! > 0);
  const empty = await hashWrittenTables(client, 0);
  assert.ok(Object.entries(expected).every(([table, hash]) => hash !== empty[table]));
  for (const other of others) {
    const { build_id } = await build(other);
    assert.equal(await hashWrittenTables(client, build_id), expected, JSON.stringify(other));
  }
  const seeded = await build({ seed: 2 });
  assert.not.equal(await hashWrittenTables(client, seeded.build_id), expected, 'another seed samples others');
}
