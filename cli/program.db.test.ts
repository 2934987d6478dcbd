// The executable, as cron and people run it: exit codes, stdout and stderr, suggestions.
import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestDatabase, testDatabase } from '../fixtures/database.ts';
import { djangoRows, djangoTables } from '../fixtures/django-shop.ts';
import { assert, suite } from '../fixtures/suite.ts';
import { packageRoot } from '../sql/package-root.ts';
import { openClient } from '../sql/pool.ts';
import { runCommand } from './test-support/run-command.ts';

interface Context {
  database: TestDatabase;
  /** For generated shops. */
  other: TestDatabase;
  folder: string;
}

const test = suite<Context>('couture');

test.before(async (context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-cli-'));
  context.database = await testDatabase();
  context.other = await testDatabase();
});
test.after(async (context) => {
  await context.database?.drop();
  await context.other?.drop();
  rmSync(context.folder, { recursive: true, force: true });
});

const bin = path.join(packageRoot, 'bin', 'couture.js');

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What the commands see of this machine; none of its own configuration. */
function environment({ database }: Context, env: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, DATABASE_URL: database.url, ...env };
}

/** Runs couture in the test's folder, in this process. */
function couture(context: Context, args: string[], env: Record<string, string> = {}) {
  return runCommand(args, { cwd: context.folder, env: environment(context, env) });
}

/** The same as a process. */
function coutureProcess(context: Context, args: string[], env: Record<string, string> = {}) {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  const options = { cwd: context.folder, env: environment(context, env), stdio };
  return outcomeOf(spawn(process.execPath, [bin, ...args], options));
}

async function outcomeOf(child: ReturnType<typeof spawn>): Promise<Outcome> {
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (outcome.stdout += chunk));
  child.stderr?.on('data', (chunk) => (outcome.stderr += chunk));
  [outcome.code] = await once(child, 'close');
  return outcome;
}

test('help and version exit with 0', async (context) => {
  const help = await coutureProcess(context, ['--help']);
  assert.is(help.code, 0);
  assert.match(help.stdout, 'doctor');
  const version = await coutureProcess(context, ['--version']);
  assert.is(version.code, 0);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

test('an unknown command or option exits with 2 and a suggestion', async (context) => {
  const command = await coutureProcess(context, ['db', 'stauts']);
  assert.is(command.code, 2);
  assert.match(command.stderr, 'Did you mean status?');
  const option = await couture(context, ['import', 'orders', 'a.csv', '--strcit']);
  assert.is(option.code, 2);
  assert.match(option.stderr, 'Did you mean --strict?');
  assert.is(option.stdout, '');
});

test('a missing or invalid value exits with 2 and lists what is allowed', async (context) => {
  const wrong = await couture(context, ['db', 'init', '--preset', 'shopify']);
  assert.is(wrong.code, 2);
  assert.match(wrong.stderr, /sample, .*django/);
  const setting = await couture(context, ['config', 'show'], { COUTURE_TOP: 'many' });
  assert.is(setting.code, 2);
  assert.match(setting.stderr, 'COUTURE_TOP is "many"');
  const size = await couture(context, ['fixtures', 'generate', '--orders', 'lots']);
  assert.is(size.code, 2);
  assert.match(size.stderr, '--orders is "lots"');
  for (const name of ['', 'a$$b', 'a\nb', 'é'.repeat(32)]) {
    const role = await couture(context, ['db', 'init', '--role-sql', 'role.sql', '--role', name]);
    assert.is(role.code, 2, name);
    assert.match(role.stderr, '--role is "');
  }
});

test('db init recognizes the platform, and --print changes nothing', async (context) => {
  const nothing = await couture(context, ['db', 'init']);
  assert.is(nothing.code, 2);
  assert.match(nothing.stderr, 'No known shop platform has its tables in this database');
  const shop = await testDatabase();
  try {
    const client = await openClient(shop.url);
    await client.query(djangoTables + djangoRows);
    const env = { DATABASE_URL: shop.url };
    const { code, stdout } = await couture(context, ['db', 'init', '--print'], env);
    assert.is(code, 0);
    const { rows } = await client.query(
      `select to_regnamespace('couture_source') as views, to_regnamespace('couture') as own`,
    );
    assert.equal(rows, [{ views: null, own: null }]);
    const made = JSON.parse((await couture(context, ['db', 'init', '--json'], env)).stdout);
    assert.equal([made.preset, made.views, made.products, made.schema], ['django', 'created', 2, 'public']);
    assert.ok(
      made.statuses.some(
        (each: { status: string; counts: boolean }) => each.status === 'CANCELLED' && !each.counts,
      ),
    );
    // The printed settings equal the written ones.
    await client.query(stdout);
    assert.is(JSON.parse((await couture(context, ['db', 'init', '--json'], env)).stdout).views, 'unchanged');
    const words = await couture(context, ['db', 'init'], env);
    assert.match(words.stdout, 'This is Django: ');
    assert.match(words.stdout, 'public.api_orderitem');
    // Of two tenants, the one that the views read.
    await client.query(`drop schema couture_source cascade; alter schema public rename to acme; create schema public;
      create schema globex; set search_path to globex; ${djangoTables}`);
    const of = async (...flags: string[]) => {
      const { stdout } = await couture(context, ['db', 'init', '--json', ...flags], env);
      const { views, schema } = JSON.parse(stdout);
      return [views, schema];
    };
    assert.equal(await of('--schema', 'acme'), ['created', 'acme']);
    assert.equal(await of(), ['unchanged', 'acme']);
    await client.end();
  } finally {
    await shop.drop();
  }
});

test('an unknown key in couture.config.json exits with 2 and a suggestion', async (context) => {
  const file = path.join(context.folder, 'couture.config.json');
  writeFileSync(file, '{"halfLive": "30d"}');
  try {
    const { code, stderr } = await couture(context, ['config', 'show']);
    assert.is(code, 2);
    assert.match(stderr, 'Did you mean "halfLife"?');
  } finally {
    rmSync(file);
  }
});

test('config show prints the origin of each value, but no secrets', async (context) => {
  const { code, stdout } = await couture(context, ['config', 'show', '--json'], { COUTURE_TOP: '7' });
  assert.is(code, 0);
  const shown = JSON.parse(stdout);
  assert.equal(shown.top, { value: '7', from: 'environment' });
  assert.equal(shown.databaseUrl, { value: '(hidden)', from: 'environment' });
});

test('with --json, stdout is exactly one JSON object', async (context) => {
  const commands = [['config', 'show'], ['db', 'status'], ['db', 'migrate'], ['doctor'], ['db', 'url']];
  for (const command of commands) {
    const { stdout } = await couture(context, [...command, '--json']);
    assert.ok(stdout.endsWith('}\n') && stdout.indexOf('\n') === stdout.length - 1, `${command}: ${stdout}`);
    assert.type(JSON.parse(stdout), 'object');
  }
});

test('doctor exits with 1 and hints while a check fails, and with 0 when all pass', async (context) => {
  const bad = await coutureProcess(context, ['doctor']);
  assert.is(bad.code, 1);
  assert.match(bad.stdout, 'couture db init');
  const file = path.join(context.folder, 'orders.csv');
  writeFileSync(file, 'order_id,product_id\n1,a\n1,b\n');
  assert.is((await couture(context, ['import', 'orders', file])).code, 0);
  const good = await couture(context, ['doctor', '--json']);
  assert.is(good.code, 0, good.stdout);
  const { ok, checks, ids } = JSON.parse(good.stdout);
  assert.is(ok, true);
  assert.equal(
    checks.filter((check: { state: string }) => check.state === 'fail'),
    [],
  );
  assert.equal(ids, { product: 'text', customer: 'text', order: 'text' });
});

test('an import’s result goes to stdout, its progress to stderr', async (context) => {
  const file = path.join(context.folder, 'orders.csv');
  writeFileSync(file, 'order_id,product_id,quantity\n1,a,1\n1,b,two\n');
  const { code, stdout, stderr } = await coutureProcess(context, [
    'import',
    'orders',
    file,
    '--replace',
    '--json',
  ]);
  assert.is(code, 0);
  const report = JSON.parse(stdout);
  assert.is(report.lines, 1);
  assert.equal(report.rejected, { quantity: 1 });
  assert.is(report.first_rejected[0].line, 3);
  assert.match(stderr, 'Reading orders.csv');
  const strict = await couture(context, ['import', 'orders', file, '--replace', '--strict', '--json']);
  assert.is(strict.code, 1);
  assert.is(strict.stdout, '');
  assert.match(strict.stderr, 'line 3: quantity is not a number: "two"');
});

const sizes = ['--orders', '200', '--products', '50', '--customers', '30'];

test('a generated shop never replaces a different shop, even with --replace', async (context) => {
  for (const command of [
    ['fixtures', 'generate', ...sizes],
    ['fixtures', 'sample'],
    ['demo', '--no-serve'],
  ]) {
    const refused = await couture(context, [...command, '--replace']);
    assert.is(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, 'read another shop');
  }
  const { stdout } = await couture(context, ['doctor', '--json']);
  assert.is(JSON.parse(stdout).ids.product, 'text', 'the imported shop is still there');
});

test('--replace replaces a generated shop with another one', async (context) => {
  const env = { DATABASE_URL: context.other.url };
  const first = await couture(context, ['fixtures', 'generate', ...sizes], env);
  assert.is(first.code, 0, first.stderr);
  const refused = await couture(context, ['fixtures', 'generate', ...sizes], env);
  assert.is(refused.code, 2);
  assert.match(refused.stderr, '--replace');
  const generated = await couture(context, ['fixtures', 'generate', ...sizes, '--replace', '--json'], env);
  assert.is(generated.code, 0, generated.stderr);
  const { orders, products, lines } = JSON.parse(generated.stdout);
  assert.equal([orders, products], [200, 50]);
  assert.ok(lines >= 200);
  assert.is((await couture(context, ['doctor'], env)).code, 0);
});

test('one command loads the sample shop, up to the given date', async (context) => {
  const env = { DATABASE_URL: context.other.url };
  const wrong = await couture(context, ['fixtures', 'sample', '--until', '2025-02-30'], env);
  assert.is(wrong.code, 2);
  assert.match(wrong.stderr, '--until is "2025-02-30"');
  const words = ['fixtures', 'sample', '--replace', '--until', '2025-03-01', '--json'];
  const { code, stdout, stderr } = await couture(context, words, env);
  assert.is(code, 0, stderr);
  const { products, orders, until } = JSON.parse(stdout);
  assert.ok(products >= 240 && orders >= 12_000, stdout);
  assert.is(until, '2025-03-01');
});

test('a missing file exits with 2', async (context) => {
  const { code, stderr } = await coutureProcess(context, ['import', 'orders', 'nowhere.csv']);
  assert.is(code, 2);
  assert.match(stderr, 'nowhere.csv cannot be read');
});

test('an unreachable database exits with 1 and does not print its password', async (context) => {
  const env = { DATABASE_URL: 'postgresql://shop:geheim@127.0.0.1:1/shop' };
  for (const command of [['db', 'status'], ['doctor']]) {
    const { code, stdout, stderr } = await coutureProcess(context, command, env);
    assert.is(code, 1);
    assert.match(stdout + stderr, '127.0.0.1:1');
    assert.not.match(stdout + stderr, 'geheim');
    assert.not.match(stderr, /\n\s+at /, 'no stack trace');
  }
});

test('an invalid database URL exits with 2, and the message shows it without its password', async (context) => {
  for (const [url, shown] of [
    ['localhost:5432/shop', 'localhost:5432/shop'],
    ['postgres//shop:geheim@db/shop', 'postgres//shop:***@db/shop'],
    ['https://shop:geh@e/im@db/shop', 'https://shop:***@db/shop'],
    ['postgresql://shop:geheim', 'postgresql://shop:***'],
    ['host=db password=geheim', 'host=db password=***'],
  ] as const) {
    for (const command of [['connect'], ['db', 'status']]) {
      const { code, stdout, stderr } = await couture(context, command, { DATABASE_URL: url });
      assert.is(code, 2, url);
      assert.match(
        stderr,
        `DATABASE_URL is "${shown}", not a URL such as postgresql://USER:PASSWORD@HOST:5432/DATABASE`,
      );
      assert.not.match(stdout + stderr, /geheim|e.im/);
    }
    const { code, stderr } = await couture(context, ['connect', url, '--yes']);
    assert.is(code, 2, url);
    assert.match(stderr, `The database URL is "${shown}", not a URL such as postgresql://`);
    assert.not.match(stderr, /geheim|e.im/);
  }
});

test('a file that is not a catalogue, or has no order lines, exits with 2 like an absent one', async (context) => {
  const file = path.join(context.folder, 'letters.csv');
  writeFileSync(file, 'a,b\n1,2\n');
  for (const kind of ['orders', 'products']) {
    const { code, stderr } = await couture(context, ['import', kind, file]);
    assert.is(code, 2, kind);
    assert.match(stderr, 'has no column for a product');
  }
});

test('--verbose prints a stack trace', async (context) => {
  const { stderr } = await coutureProcess(context, ['import', 'orders', 'nowhere.csv', '--verbose']);
  assert.match(stderr, /\n\s+at .*csv-file/);
});

test('db url --hold waits for Ctrl-C and exits with 0', async ({ database, folder }) => {
  const child = spawn(process.execPath, [bin, 'db', 'url', '--hold'], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = outcomeOf(child);
  await once(child.stderr, 'data');
  assert.is(child.exitCode, null);
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  assert.is(code, 0);
  assert.is(stdout, `${database.url}\n`);
});

const pseudoTerminal = '/usr/bin/script';
const colourful = 'output on a terminal is coloured unless NO_COLOR is set';
if (existsSync(pseudoTerminal)) {
  test(colourful, async ({ database, folder }) => {
    const onTerminal = (env: Record<string, string>) =>
      outcomeOf(
        spawn(pseudoTerminal, ['-qec', `"${process.execPath}" "${bin}" config show`, '/dev/null'], {
          cwd: folder,
          env: { PATH: process.env.PATH ?? '', TERM: 'xterm', DATABASE_URL: database.url, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      );
    assert.match((await onTerminal({})).stdout, '\u001b[');
    assert.not.match((await onTerminal({ NO_COLOR: '1' })).stdout, '\u001b[');
  });
} else {
  test.skip(colourful);
}

test('an import saves the currency of its files, unless it is set', async (context) => {
  const file = path.join(context.folder, 'dollars.csv');
  writeFileSync(file, 'order_id,product_id,price,currency\n1,a,5,USD\n1,b,6,USD\n');
  const settings = path.join(context.folder, 'couture.config.json');
  const args = ['import', 'orders', file, '--replace'];
  const given = await couture(context, [...args, '--currency', 'CHF']);
  assert.is(given.code, 0, given.stderr);
  assert.match(given.stderr + given.stdout, 'prices would be shown in CHF');
  assert.not.ok(existsSync(settings));
  const { code, stderr } = await couture(context, args);
  assert.is(code, 0, stderr);
  assert.match(stderr, 'Amounts are in USD: saved as "currency" in couture.config.json.');
  assert.equal(JSON.parse(readFileSync(settings, 'utf8')), { currency: 'USD' });
  rmSync(settings);
});
