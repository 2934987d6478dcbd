// A benchmark that is killed leaves no process and no folder behind.
import process from 'node:process';
import { type KilledBench, killBench } from '../../fixtures/killed-bench.ts';
import { assert, suite } from '../../fixtures/suite.ts';

const test = suite('killed benchmarks', { timeout: 300_000 });

const hasPostgres = (running: readonly string[]) => running.some((line) => line.includes('/bin/postgres -D'));
const has = (words: string) => (running: readonly string[]) =>
  hasPostgres(running) && running.some((line) => line.includes(words));

/** Killed when it works: with its Postgres, and with the process that takes longest. */
const benches: ReadonlyArray<
  readonly [script: string, args: readonly string[], isAt: (running: readonly string[]) => boolean]
> = [
  ['cli/push/push.bench.js', ['--subscriptions', '0'], has('couture.js push send')],
  ['cli/runtime-tests/chat.bench.js', ['--quiet', '100'], has('clients.bench.js')],
  ['cli/runtime-tests/serve.bench.js', ['--lines', '2000', '--products', '200'], has('--role couture')],
  ['cli/runtime-tests/balancer.bench.js', ['--lines', '2000', '--products', '200'], has('couture.js serve')],
  ['cli/runtime-tests/chat-history/history-check.bench.js', ['--chats', '2'], has('couture.js serve')],
  ['cli/recs/pipeline.bench.js', ['--lines', '100000'], hasPostgres],
];

for (const [at, [script, args, isAt]] of benches.entries()) {
  const signal = at % 2 === 0 ? 'SIGTERM' : 'SIGINT';
  const name = `${script}, killed with ${signal}, leaves nothing behind`;
  if (process.platform !== 'linux') test.skip(`${name}: needs /proc`);
  else
    test(name, async () => {
      const { code, left, files }: KilledBench = await killBench(script, args, signal, isAt);
      assert.is(code, signal === 'SIGTERM' ? 143 : 130);
      assert.equal(left, []);
      assert.equal(files, []);
    });
}
