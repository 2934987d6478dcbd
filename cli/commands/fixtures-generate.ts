// `couture fixtures generate`: a shop of any size, streamed into the tables of the sample shop.
import { generateShop } from '../../fixtures/generate/generate-shop.ts';
import { requireSampleGround } from '../../fixtures/sample-ground.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { adoptShop } from '../../sql/adopt-shop.ts';
import { openClient } from '../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { count, seconds } from '../terminal/figures.ts';
import { printShop, shopProgress } from '../terminal/shop-display.ts';

export const fixturesGenerateCommand: CommandSpec = {
  usage: 'generate',
  summary: 'fill the database with a made-up shop of any size',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--orders <n>', 'orders (default: 100k)'),
    flag('--products <n>', 'products (default: 5k)'),
    flag('--customers <n>', 'customers (default: 30k)'),
    flag('--lines-per-order <n>', 'mean lines an order (default: 3)'),
    flag('--seed <n>', 'the same seed gives the same shop (default: 1)'),
    flag('--replace', 'drop the sample or generated shop that is there'),
  ],
  help: `Example, 10 million order lines:
  couture fixtures generate --orders 3.3m --products 50k --customers 800k`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, signal, release } = context;
  const size = (name: string, fallback: number) => parseSize(name, flags[name], fallback);
  const options = {
    orders: size('orders', 100_000),
    products: size('products', 5_000),
    customers: size('customers', 30_000),
    linesPerOrder: meanLines(flags.linesPerOrder),
    seed: seedOf(flags.seed),
    replace: flags.replace === true,
    signal,
  };
  const client = await openClient(await context.database(), { applicationName: 'couture fixtures' });
  release.defer('the connection', () => client.end());
  await requireSampleGround(client);
  const started = performance.now();
  const progress = shopProgress(terminal.progress);
  const counts = await generateShop(client, { ...options, onProgress: progress.update });
  progress.end();
  const { forgotFormerShop } = await adoptShop(client, 'sample', { replace: options.replace });
  const ms = performance.now() - started;
  terminal.result({
    ...counts,
    seed: options.seed,
    ms: Math.round(ms),
    forgot_former_shop: forgotFormerShop,
  });
  printShop(terminal, counts);
  terminal.print(
    `\n${count(counts.lines / (ms / 1_000))} lines/s, ${seconds(ms)} in all, seed ${options.seed}.`,
  );
  if (forgotFormerShop) terminal.note('Another shop was here before: its builds are forgotten.');
  terminal.print('\nNext: couture recs build');
}

/** `3300000`, `3.3m`, `50k` → a whole number above 0. */
function parseSize(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const match = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(String(value).replaceAll('_', ''));
  const factor = { '': 1, k: 1e3, m: 1e6 }[match?.[2]?.toLowerCase() ?? ''] ?? 1;
  const size = Math.round(Number(match?.[1]) * factor);
  if (size >= 1 && size <= 1e9) return size;
  throw bad(name, value, 'expected a whole number above 0, such as 50000, 50k or 3.3m');
}

function meanLines(value: unknown): number {
  const mean = value === undefined ? 3 : Number(value);
  if (mean >= 1 && mean <= 1_000) return mean;
  throw bad('lines-per-order', value, 'expected a number from 1 to 1000');
}

function seedOf(value: unknown): number {
  const seed = value === undefined ? 1 : Number(value);
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed;
  throw bad('seed', value, 'expected a whole number from 0 to 4294967295');
}

function bad(name: string, value: unknown, problem: string): CoutureError {
  return new CoutureError('bad_option', `--${name} is ${JSON.stringify(value)}: ${problem}`);
}
