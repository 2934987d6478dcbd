// Ten thousand guesses at orders from as many addresses: none succeeds, memory stays flat, answers take as long for a known
// number as for an unknown one, and the right pair still works afterwards.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { ChatServer } from '../test-support/chat-server.ts';
import { GuestOrders } from './guest-orders.ts';

const guesses = 10_000;
const parallel = 50;
const test = suite('guessing orders', { timeout: 400_000 });

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('ten thousand guesses from many addresses find no order', async () => {
  assert.type(GuestOrders, 'function');
  const server = await ChatServer.start({
    trustProxy: 1,
    publicUrl: 'https://couture.example',
    orderLookups: 1_200,
  });
  const before = performance.now;
  try {
    const { rows } = await server.client.query<{ id: string; email: string }>(
      `select o.order_id::text as id, c.email from shop.orders o join shop.customer c using (customer_id)
       where status = 'delivered' order by o.order_id desc limit 2`,
    );
    const [target, other] = rows as [(typeof rows)[0], (typeof rows)[0]];
    const ask = async (number: string, email: string, address: string) => {
      const started = before.call(performance);
      const response = await fetch(`${server.url}/api/chat-answers`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
        body: JSON.stringify({ topic: 'order', order_number: number, email }),
      });
      const body = (await response.json()) as { code?: string };
      return { status: response.status, code: body.code, took: before.call(performance) - started };
    };
    const addressOf = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
    // A known number with other addresses, a known address with other numbers, and neither.
    const guess = (n: number) =>
      [
        [target.id, `person${n}@mail.example.org`],
        [`${100_000 + n}`, target.email],
        [`${1 + (n % 150)}`, `guess${n}@mail.example.org`],
      ][n % 3] as [string, string];
    const counts = new Map<string, number>();
    let [heapAfterThousand, done, next] = [0, 0, 0];
    const one = async () => {
      for (let n = next++; n < guesses; n = next++) {
        const { status, code } = await ask(...guess(n), addressOf(n + 1));
        const key = `${status} ${code}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        done += 1;
        if (done === 1_000) {
          collect();
          heapAfterThousand = process.memoryUsage().heapUsed;
        }
      }
    };
    await Promise.all(Array.from({ length: parallel }, one));
    collect();
    const grown = process.memoryUsage().heapUsed - heapAfterThousand;
    const found = [...counts.keys()].filter((key) => key.startsWith('2'));
    assert.equal(found, [], JSON.stringify([...counts]));
    assert.is(
      [...counts.values()].reduce((sum, count) => sum + count),
      guesses,
    );
    assert.ok(grown < 16 * 2 ** 20, `the heap grew by ${grown} bytes from 1,000 to ${guesses} guesses`);
    const again = async (order: typeof target, address: string) =>
      until(
        async () => (await ask(order.id, order.email, address)).status === 200,
        `order ${order.id}`,
        20_000,
      );
    await again(other, '172.16.0.1');
    // The attacked order can be looked up again after a quarter of an hour.
    performance.now = () => before.call(performance) + 900_000;
    await again(target, '172.16.0.2');
    if (process.env.COUTURE_TEST_FIGURES) console.log(JSON.stringify([...counts]), `heap ${grown} bytes`);
  } finally {
    performance.now = before;
    await server.close();
  }
});

test('a known number takes no longer to refuse than an unknown one', async () => {
  const server = await ChatServer.start({ trustProxy: 1, publicUrl: 'https://couture.example' });
  try {
    const { rows } = await server.client.query(
      `select order_id::text as id from shop.orders where status = 'delivered' limit 20`,
    );
    const took = { known: [] as number[], unknown: [] as number[] };
    for (const [at, { id }] of rows.entries())
      for (const [kind, number] of [
        ['known', id],
        ['unknown', `${500_000 + at}`],
      ] as const) {
        const started = performance.now();
        const response = await fetch(`${server.url}/api/chat-answers`, {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            'X-Forwarded-For': `10.${kind === 'known' ? 1 : 2}.0.${at}`,
          },
          body: JSON.stringify({
            topic: 'order',
            order_number: number,
            email: `n${at}${kind}@mail.example.org`,
          }),
        });
        await response.arrayBuffer();
        assert.is(response.status, 404);
        took[kind].push(performance.now() - started);
      }
    const [known, unknown] = [Math.min(...took.known), Math.min(...took.unknown)];
    // A lower bound, not a time limit: neither answer comes before the common time.
    assert.ok(known >= 395 && unknown >= 395, `${known} and ${unknown} ms`);
    if (process.env.COUTURE_TEST_FIGURES) console.log('fastest refusals', known, unknown);
  } finally {
    await server.close();
  }
});
