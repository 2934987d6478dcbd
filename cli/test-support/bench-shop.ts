// The shop and the builds of the benchmarks of `recs build`: generated once per Postgres, built in this process.
import { existsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { say } from '../../fixtures/bench-facts.ts';
import type { BenchPostgres } from '../../fixtures/bench-process.ts';
import { generateShop } from '../../fixtures/generate/generate-shop.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { migrate } from '../../sql/migrate.ts';
import type { Client } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import type { BuildSummary } from '../recs/build-summary.ts';
import { buildRecommendations } from '../recs/pipeline.ts';

export interface BenchShopSize {
  readonly orders: number;
  readonly products: number;
  readonly customers: number;
}

/** Generates the shop, unless the folder of an earlier run has it. */
export async function prepareBenchShop(client: Client, size: BenchShopSize): Promise<void> {
  await migrate(client);
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('shop.order_line') is not null as there`,
  );
  if (rows[0]!.there) return;
  const started = performance.now();
  const made = await generateShop(client, { ...size, seed: 1 });
  await initPreset(client, 'sample');
  say(`generated ${made.lines} lines in ${Math.round(performance.now() - started)} ms`);
}

/**
 * Runs a build with these settings, whatever the quality gate says, and publishes it unless told otherwise. Its peak memory
 * does not include what the process held before.
 */
export function benchBuild(
  postgres: Pick<BenchPostgres, 'url' | 'home'>,
  flags: Readonly<Record<string, unknown>>,
  publish = true,
): Promise<BuildSummary> {
  forgetPeakMemory();
  const { config } = loadConfig({
    directory: os.tmpdir(),
    env: {},
    flags: { ...flags, home: postgres.home },
  });
  return buildRecommendations({
    config,
    databaseUrl: postgres.url,
    sourceUrl: postgres.url,
    publish,
    force: true,
    display: { stage: () => ({ update() {}, end() {} }) },
    note() {},
    signal: new AbortController().signal,
  });
}

/** Sets the peak of resident memory to what is resident now. Only Linux can do so; elsewhere it stays that of the process. */
function forgetPeakMemory(): void {
  if (!existsSync(peakReset)) return;
  globalThis.gc?.();
  writeFileSync(peakReset, '5');
}

/** https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html */
const peakReset = '/proc/self/clear_refs';
