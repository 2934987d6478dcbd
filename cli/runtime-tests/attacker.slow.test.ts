// One address attacks for a minute while a hundred shoppers use the shop: what it holds takes nothing from them, and memory
// and connections stay bounded. `COUTURE_ATTACK_SECONDS` sets the length, for a machine that does nothing else: then the
// shoppers may get no 503 at all. Without it, a machine that is too slow for them may shed some of their requests. The latency
// is printed and not asserted.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { attack, quantile, shop } from '../test-support/attacker.ts';
import { ChatProcess } from '../test-support/chat-processes.ts';
import { sampleDatabase } from '../test-support/sample-server.ts';

const isAlone = process.env.COUTURE_ATTACK_SECONDS !== undefined;
const seconds = Number(process.env.COUTURE_ATTACK_SECONDS ?? 60);
const shoppers = 100;
const test = suite('an attack from one address', { timeout: (seconds + 300) * 1_000 });

function megabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024;
}

test('shoppers are served, and memory and connections are bounded', async () => {
  const database = await sampleDatabase();
  // The defaults of `couture serve`, except that a busy machine may take longer for a statement.
  const runtime = new ChatProcess(database.url, {
    COUTURE_RATE_LIMIT: '3000',
    COUTURE_MAX_CONNECTIONS: '1000',
    COUTURE_CHAT_RATE: '60',
    COUTURE_CHAT_SOCKETS: '200',
    COUTURE_STATEMENT_TIMEOUT: '10000',
    COUTURE_LOG_LEVEL: 'error',
  });
  const stop = new AbortController();
  try {
    await runtime.start();
    const quiet = new AbortController();
    const alone = shop(runtime.url, shoppers, quiet.signal);
    await delay(5_000);
    quiet.abort();
    const before = { p99: quantile(await alone, 0.99), memory: megabytes(runtime.pid) };
    const attacking = attack(runtime.url, stop.signal);
    const shopping = shop(runtime.url, shoppers, stop.signal);
    let [memory, connections] = [0, 0];
    for (let second = 0; second < seconds; second++) {
      await delay(1_000);
      memory = Math.max(memory, megabytes(runtime.pid));
      const [row] = await queryDatabase<{ count: number }>(
        database.url,
        `select count(*)::int as count from pg_stat_activity
         where datname = current_database() and application_name like 'couture%' and backend_type = 'client backend'`,
      );
      connections = Math.max(connections, row!.count);
    }
    stop.abort();
    const [answers, tally] = await Promise.all([shopping, attacking]);
    const statuses: Record<string, number> = {};
    for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
    console.log(
      JSON.stringify({
        seconds,
        shoppers: {
          statuses,
          p50: quantile(answers, 0.5),
          p99: quantile(answers, 0.99),
          p99_before: before.p99,
        },
        attacker: tally,
        memory_mb: { before: Math.round(before.memory), most: Math.round(memory) },
        connections,
      }),
    );
    const unexpected = answers.filter(
      ({ status, problem = '' }) =>
        status !== 200 && (isAlone || status !== 503 || /requests are in flight/.test(problem)),
    );
    assert.equal(unexpected.slice(0, 3), []);
    assert.ok(statuses[200]! > shoppers, 'all shoppers were served');
    assert.ok(memory < before.memory + 400, `${Math.round(memory)} MB`);
    // The pool, four of the chat, two that listen.
    assert.ok(connections <= 16, `${connections} connections`);
  } finally {
    stop.abort();
    assert.is(await runtime.end('SIGTERM'), 0);
    await database.drop();
  }
});
