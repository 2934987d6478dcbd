// What the server makes of unusual HTTP, over a real socket.
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Koa from 'koa';
import { WebSocket, WebSocketServer } from 'ws';
import { assert, suite } from '../fixtures/suite.ts';
import { until } from '../fixtures/until.ts';
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

test('a request that offers HTTP/2, as Java’s client does, is answered like any other, and a WebSocket is accepted', async () => {
  const app = new Koa();
  app.use(async (ctx) => {
    const body = await text(ctx.req);
    ctx.body = [
      ctx.method,
      ctx.path,
      body,
      ctx.get('X-Name'),
      ctx.get('Upgrade'),
      ctx.get('Connection'),
    ].join('|');
  });
  const { server, clients } = await listenOn(app, {
    ...{ host: '127.0.0.1', port: 0, trustProxy: 0, maxConnections: 10, statementTimeout: 1_000 },
  });
  const sockets = new WebSocketServer({ server });
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  try {
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => (received += chunk));
    const ask = async (head: string, body: string, expected: string) => {
      received = '';
      const offer =
        'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n';
      socket.write(`${head} HTTP/1.1\r\nHost: shop\r\nX-Name: J\xe4ger\r\n${offer}`, 'latin1');
      socket.write(`Content-Length: ${body.length}\r\n\r\n${body.slice(0, 3)}`);
      // The rest comes later, as from a slow client.
      await new Promise((resolve) => setImmediate(resolve));
      socket.write(body.slice(3));
      await until(() => received.endsWith(expected), expected);
      assert.match(received, /^HTTP\/1\.1 200 OK/);
    };
    await ask('POST /one?x', '{"a":1}', 'POST|/one|{"a":1}|J\u00c3\u00a4ger||');
    await ask('GET /two', '', 'GET|/two||J\u00c3\u00a4ger||');
    await ask('HEAD /three', '', '\r\n\r\n');
    assert.is(clients.open, 1, 'the connection is kept, and counted once');

    const opened = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await once(opened, 'open');
    opened.terminate();
  } finally {
    socket.destroy();
    sockets.close();
    await closeServer(server, 1_000);
  }
});

test('a head that is too long is refused with words, but HEAD without a body', async () => {
  const { server } = await listenOn(new Koa(), {
    ...{ host: '127.0.0.1', port: 0, trustProxy: 0, maxConnections: 10, statementTimeout: 1_000 },
  });
  try {
    for (const [method, hasBody] of [
      ['GET', true],
      ['HEAD', false],
    ] as const) {
      const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.write(`${method} /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: shop\r\n\r\n`);
      const [head, body] = (await text(socket)).split('\r\n\r\n');
      assert.match(head!, /^HTTP\/1\.1 431 /);
      assert.is(body !== '', hasBody, method);
    }
  } finally {
    await closeServer(server, 1_000);
  }
});

test('a request that a proxy may have read in another way is refused, such as one with two hosts; all others are answered', async () => {
  const app = new Koa();
  app.use((ctx) => {
    ctx.body = `${ctx.host} ${ctx.url}`;
  });
  const { server } = await listenOn(app, {
    ...{ host: '127.0.0.1', port: 0, trustProxy: 0, maxConnections: 50, statementTimeout: 1_000 },
  });
  const sockets = new WebSocketServer({ server });
  const { port } = server.address() as AddressInfo;
  const send = (request: string) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.write(request, 'latin1');
    return text(socket);
  };
  const status = async (request: string) => (await send(request)).match(/HTTP\/1\.1 (?!100)(\d{3})/)?.[1];
  const head = (target: string, ...headers: string[]) =>
    [`GET ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n');
  try {
    const refused: Record<string, string> = {
      two: head('/', 'Host: shop', 'Host: shop'),
      'two, one in another case': head('/', 'Host: shop', 'X: 1', 'hOST: other'),
      none: head('/'),
      'user and host': head('/', 'Host: me@shop'),
      list: head('/', 'Host: shop, other'),
      space: head('/', 'Host: shop other'),
      path: head('/', 'Host: shop/x'),
      letters: head('/', 'Host: sh\xf6p'),
      port: head('/', 'Host: shop:x'),
      'target with a user': head('http://me@shop/', 'Host: me@shop'),
      'target of another kind': head('ftp://shop/', 'Host: shop'),
      'folded header': head('/', 'Host: shop', 'X: 1', ' Host: other'),
      'bare carriage return': 'GET / HTTP/1.1\r\nHost: shop\rX: 1\r\n\r\n',
      'space before the colon': head('/', 'Host : shop'),
      'chunks and a length': `${head('/', 'Host: shop', 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      'two lengths': `${head('/', 'Host: shop', 'Content-Length: 1', 'Content-Length: 2')}ab`,
      'a list of lengths': `${head('/', 'Host: shop', 'Content-Length: 1, 1')}a`,
      'a length with a sign': `${head('/', 'Host: shop', 'Content-Length: +1')}a`,
      'chunks that are not the last coding': head('/', 'Host: shop', 'Transfer-Encoding: chunked, identity'),
      'chunks in an old version': 'GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'chunks in chunks': head('/', 'Host: shop', 'Transfer-Encoding: chunked, chunked'),
      'no version': 'GET /\r\n\r\n',
      'a version of long ago': 'GET / HTTP/0.9\r\nHost: shop\r\nConnection: close\r\n\r\n',
      'a version to come': 'GET / HTTP/2.0\r\nHost: shop\r\nConnection: close\r\n\r\n',
      'bare line feeds': 'GET / HTTP/1.1\nHost: shop\n\n',
      'a coding alone': head('/', 'Host: shop', 'Transfer-Encoding: identity'),
      'handshake with two': head(
        '/',
        ...['Host: shop', 'Host: other', 'Upgrade: websocket', 'Connection: Upgrade'],
        ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='],
      ),
      'offer of HTTP/2 with two': head(
        '/',
        'Host: shop',
        'Host: other',
        'Upgrade: h2c',
        'Connection: Upgrade',
      ),
      'expectation with two': head('/', 'Host: shop', 'Host: other', 'Expect: 100-continue'),
    };
    for (const [what, request] of Object.entries(refused)) assert.is(await status(request), '400', what);
    for (const codings of ['gzip, chunked', 'identity, chunked', 'x;a=b, CHUNKED'])
      for (const more of [[], ['Upgrade: websocket', 'Connection: Upgrade'], ['Expect: 100-continue']])
        assert.is(
          await status(`${head('/', 'Host: shop', `Transfer-Encoding: ${codings}`, ...more)}0\r\n\r\n`),
          '501',
          `${codings} ${more}`,
        );
    const answered: Record<string, readonly [request: string, body: string]> = {
      name: [head('/a?b', 'Host: shop-1_x.example:8080'), 'shop-1_x.example:8080 /a?b'],
      address: [head('/', 'Host: [::1]:3000'), '[::1]:3000 /'],
      empty: [head('/', 'Host:'), ' /'],
      'whole target': [head('http://shop:80/a?b', 'Host: other'), 'shop:80 /a?b'],
      'whole target without a path': [head('https://shop?b', 'Host: shop'), 'shop /?b'],
      'whole target with an offer of HTTP/2': [
        head('http://shop/a', 'Host: other', 'Upgrade: h2c', 'Connection: Upgrade'),
        'shop /a',
      ],
      chunks: [`${head('/', 'Host: shop', 'Transfer-Encoding: Chunked')}0\r\n\r\n`, 'shop /'],
      'old version': ['GET / HTTP/1.0\r\n\r\n', ' /'],
    };
    for (const [what, [request, body]] of Object.entries(answered)) {
      const [top, received] = (await send(request)).split('\r\n\r\n');
      assert.match(top!, /^HTTP\/1\.1 200 /, what);
      assert.is(received, body, what);
    }
    const pipelined = await send(`GET /1 HTTP/1.1\r\nHost: shop\r\n\r\n${refused.two}`);
    assert.equal(pipelined.match(/HTTP\/1\.1 \d{3}/g), ['HTTP/1.1 200', 'HTTP/1.1 400'], 'in their order');
    assert.is((await send(refused.two!.replace('GET', 'HEAD'))).split('\r\n\r\n')[1], '', 'HEAD has no body');
  } finally {
    sockets.close();
    await closeServer(server, 1_000);
  }
});
