// Secrets of the command line: neither the process, its threads nor its children show them.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { assert, suite } from '../fixtures/suite.ts';
import { flagName, optionKeys, optionRow } from '../runtime/core/options.ts';
import { packageRoot } from '../sql/package-root.ts';
import { withoutSecrets } from './hide-arguments.ts';
import { buildProgram } from './program.ts';
import { faultShop, slowLines, untilReading } from './test-support/fault-shop.ts';

const test = suite('secrets of the command line', { timeout: 60_000 });

test('passwords of URLs are hidden wherever they stand', () => {
  const hidden = (...words: string[]) => withoutSecrets(words).join(' ');
  const shop = 'postgresql://me:***@db.example/shop';
  assert.is(hidden('connect', 'postgresql://me:geheim@db.example/shop'), `connect ${shop}`);
  assert.is(
    hidden('recs', '--database-url', 'postgresql://me:ge:h@eim@db.example/shop'),
    `recs --database-url ${shop}`,
  );
  assert.is(hidden('--source-url=postgresql://me:geheim@db.example/shop'), `--source-url=${shop}`);
  assert.is(
    hidden('postgresql://h/d?user=me&password=geheim&x=1'),
    'postgresql://h/d?user=me&password=***&x=1',
  );
  assert.is(hidden('host=h password=geheim dbname=d'), 'host=h password=*** dbname=d');
  assert.is(hidden('--spark-conf', 'spark.key=geheim=x'), '--spark-conf spark.key=***');
  const plain = [
    'recs',
    'build',
    '--database-url',
    'postgresql://me@h:5432/d',
    '--map',
    'order_id=A:B',
    'a:b@c.example',
  ];
  assert.equal(withoutSecrets(plain), plain);
});

test('every secret setting that is a flag of a command is hidden', async () => {
  const flags = new Set<string>();
  const collect = (command: Command) => {
    for (const option of command.options) if (option.long) flags.add(option.long);
    for (const inner of command.commands) collect(inner);
  };
  collect(await buildProgram());
  let found = 0;
  for (const key of optionKeys) {
    const name = `--${flagName(key)}`;
    const { secret, example = 'name=PASSWORD' } = optionRow(key);
    if (!secret || !flags.has(name)) continue;
    found++;
    const value = example.replace('PASSWORD', 'geheim');
    for (const words of [[name, value], [`${name}=${value}`]])
      assert.not.match(withoutSecrets(words).join(' '), 'geheim', name);
  }
  assert.ok(found >= 3, `${found} settings`);
});

/** The command lines of a process, its threads and all processes below it. */
function commandLines(pid: number): string[] {
  const read = (file: string) => readFileSync(file, 'utf8').replaceAll('\0', ' ').trim();
  const tasks = readdirSync(`/proc/${pid}/task`);
  const children = tasks.flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean),
  );
  return [
    read(`/proc/${pid}/cmdline`),
    ...tasks.map((task) => read(`/proc/${pid}/task/${task}/cmdline`)),
    ...children.flatMap((child) => commandLines(Number(child))),
  ];
}

const there = process.platform === 'linux' ? test : test.skip;
there('the process list shows a running build without its password', async () => {
  const shop = await faultShop();
  try {
    await slowLines(shop.client);
    const url = new URL(shop.url);
    url.searchParams.set('password', decodeURIComponent(url.password) || 'geheim');
    const secret = url.searchParams.get('password')!;
    const args = ['recs', 'build', '--workers', '2', '--database-url', url.href, '--home', shop.home];
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
      env: { PATH },
      stdio: 'ignore',
    });
    try {
      await untilReading(shop.client, child.pid!);
      const lines = commandLines(child.pid!);
      assert.match(lines[0]!, /^couture recs build --workers 2 --database-url postgres\S+\*\*\*/);
      assert.equal(
        lines.filter((line) => line.includes(secret)),
        [],
      );
    } finally {
      child.kill('SIGKILL');
    }
  } finally {
    await shop.drop();
  }
});
