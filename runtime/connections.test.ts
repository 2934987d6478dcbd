// What the server makes of unusual HTTP, over a real socket.
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import Koa from 'koa';
import { assert, suite } from '../fixtures/suite.ts';
import { closeServer, listenOn } from './connections.ts';

const test = suite('connections');

test('no header is hidden behind many others, such as those that a proxy appends', async () => {
  const app = new Koa({ proxy: true, maxIpsCount: 1 });
  app.use((ctx) => {
    ctx.body = [ctx.ip, ctx.request.length, Object.keys(ctx.headers).length].join(' ');
  });
  const { server } = await listenOn(app, {
    ...{ host: '127.0.0.1', port: 0, trustProxy: 1, maxConnections: 10, statementTimeout: 1_000 },
  });
  try {
    const { port } = server.address() as AddressInfo;
    for (const many of [0, 99, 100, 1_000]) {
      const others = Array.from({ length: many }, (_, at) => `x-${at}: 1\r\n`).join('');
      const socket = net.connect(port, '127.0.0.1');
      socket.end(
        `POST / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n${others}X-Forwarded-For: 192.0.2.7\r\nContent-Length: 2\r\n\r\n{}`,
      );
      let received = '';
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      await once(socket, 'close');
      assert.is(received.split('\r\n\r\n')[1], `192.0.2.7 2 ${many + 4}`, `${many} headers before`);
    }
  } finally {
    await closeServer(server, 1_000);
  }
});
