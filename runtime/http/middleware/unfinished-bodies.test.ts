// How many requests of an address may have unfinished bodies, over real sockets.
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import Koa from 'koa';
import { pino } from 'pino';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { problems } from './problem.ts';
import { UnfinishedBodies } from './unfinished-bodies.ts';

const test = suite('unfinished bodies');

test('a connection that is lost frees its place, whether or not its request had a response', async () => {
  const bodies = new UnfinishedBodies(2);
  const app = Object.assign(new Koa(), { silent: true });
  let listeners = 0;
  app.use((ctx, next) => {
    listeners = ctx.req.socket.listenerCount('close');
    return next();
  });
  app.use(problems(pino({ level: 'silent' })));
  app.use(bodies.middleware);
  app.use(async (ctx) => {
    if (ctx.path === '/waits') await once(ctx.req, 'end');
    ctx.body = 'early';
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  async function post(path: string, framing: string) {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString())).on('error', () => {});
    socket.write(`POST ${path} HTTP/1.1\r\nHost: shop\r\n${framing}`);
    return { socket, received: () => received };
  }
  try {
    for (const framing of ['Content-Length: 9\r\n\r\n{', 'Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n']) {
      for (const path of ['/early', '/waits']) {
        const [one, two] = [await post(path, framing), await post(path, framing)];
        await until(() => bodies.waiting === 2, 'both are counted');
        if (path === '/early') await until(() => two.received() !== '', 'the response');
        const third = await post(path, framing);
        await until(() => third.received() !== '', 'the refusal');
        assert.match(third.received(), /^HTTP\/1.1 429 /);
        for (const each of [one, two, third]) each.socket.destroy();
        await until(() => bodies.waiting === 0, 'their places are free');
      }
    }
    const whole = await post('/early', 'Content-Length: 2\r\n\r\n{}');
    await until(() => whole.received() !== '', 'the response');
    assert.match(whole.received(), /^HTTP\/1.1 200 /);
    whole.socket.destroy();

    // A proxy sends thousands of requests through one connection.
    const kept = await post('/early', 'Content-Length: 9\r\n\r\n{');
    await until(() => kept.received() !== '', 'the response');
    const seen: number[] = [];
    for (let sent = 1; sent <= 12; sent++) {
      kept.socket.write(`12345678POST /early HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\n{`);
      await until(() => kept.received().split('HTTP/1.1 200').length === sent + 2, 'the next response');
      seen.push(listeners);
    }
    assert.is(seen.at(-1), seen[1], 'none leaves a listener behind');
    kept.socket.destroy();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
