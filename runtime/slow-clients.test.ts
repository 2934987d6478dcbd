// Clients that send or read slowly over a real socket: which are cut off, and which are not.
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../fixtures/suite.ts';
import { type ClientLimits, SlowClients } from './slow-clients.ts';

interface Served {
  readonly clients: SlowClients;
  /** Sizes of complete bodies, in bytes. */
  readonly bodies: number[];
  connect(text: string): Promise<Client>;
}

interface Client {
  readonly socket: Socket;
  received(): string;
  readonly closed: Promise<unknown>;
}

const test = suite<{ serve: (limits?: Partial<ClientLimits>) => Promise<Served>; servers: http.Server[] }>(
  'slow clients',
);
test.before((context) => {
  context.servers = [];
  context.serve = async (limits) => {
    const served = await serve(limits);
    context.servers.push(served.server);
    return served;
  };
});
test.afterEach(async ({ servers }) => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

/** Responds to a body with its length, to `/early` before the body has come, to `/large` with 8 MB in chunks, to `/whole` with 8 MB at once. */
async function serve(limits: Partial<ClientLimits> = {}): Promise<Served & { server: http.Server }> {
  const bodies: number[] = [];
  const server = http.createServer((req, res) => {
    if (req.url === '/early') return void res.end('No.');
    let bytes = 0;
    req.on('data', (chunk: Buffer) => (bytes += chunk.length));
    req.on('end', () => {
      bodies.push(bytes);
      if (req.url === '/whole') res.end(Buffer.alloc(8_000_000, 120));
      else if (req.url === '/large') large(res);
      else res.end(`${bytes}`);
    });
  });
  const clients = new SlowClients(server, {
    maxConnections: 50,
    grace: 300,
    minRate: 10_000,
    interval: 20,
    addressGroup: (address) => address,
    tooSlow: (socket) =>
      socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n').destroySoon(),
    tooMany: (socket) => socket.end('HTTP/1.1 429 Too Many Requests\r\n\r\n').destroySoon(),
    ...limits,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connect = async (text: string): Promise<Client> => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += chunk)).on('error', () => {});
    const closed = once(socket, 'close').catch(() => {});
    await once(socket, 'connect');
    socket.write(text);
    return { socket, received: () => received, closed };
  };
  return { server, clients, bodies, connect };
}

function large(res: http.ServerResponse): void {
  const piece = Buffer.alloc(50_000, 120);
  let left = 160;
  const more = () => {
    while (left-- > 0) if (!res.write(piece)) return void res.once('drain', more);
    res.end();
  };
  more();
}

const post = (length: number) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;

test('a body that never arrives gets 408, and the connection is closed', async ({ serve }) => {
  const { connect, clients } = await serve();
  const client = await connect(`${post(16_000)}{`);
  await client.closed;
  assert.match(client.received(), /^HTTP\/1.1 408 /);
  assert.is(clients.ended, 1);
});

test('a trickle of bytes does not keep a body alive', async ({ serve }) => {
  const { connect, bodies } = await serve();
  const client = await connect(post(16_000));
  const drip = setInterval(() => client.socket.write('x'), 30);
  await client.closed;
  clearInterval(drip);
  assert.match(client.received(), /^HTTP\/1.1 408 /);
  assert.equal(bodies, []);
});

test('chunks that come after the response close the connection; a body of a known length is read to its end', async ({
  serve,
}) => {
  const { connect, clients } = await serve();
  const head = (framing: string) => `POST /early HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n`;
  const endless = await connect(head('Transfer-Encoding: chunked'));
  while (!endless.received()) await delay(5);
  await endless.closed;
  const gigabytes = await connect(head('Content-Length: 5000000000'));
  await gigabytes.closed;
  assert.match(gigabytes.received(), /^HTTP\/1.1 200 /);
  assert.is(clients.ended, 2);
  for (const body of ['2\r\n{}\r\n0\r\n\r\n', 'x'.repeat(30_000)]) {
    const framing = body.startsWith('x') ? 'Content-Length: 30000' : 'Transfer-Encoding: chunked';
    const known = await connect(`${head(framing)}${body}POST /early HTTP/1.1\r\nHost: x\r\n\r\n`);
    while (known.received().split('HTTP/1.1 200').length < 3) await delay(5);
    known.socket.destroy();
  }
  assert.is(clients.ended, 2);
});

test('a slow upload above the minimum rate completes, however long it takes', async ({ serve }) => {
  const { connect, bodies } = await serve();
  const client = await connect(post(60_000));
  // Five times the minimum rate, for four times the grace period.
  for (let sent = 0; sent < 60_000; sent += 2_000) {
    client.socket.write('x'.repeat(2_000));
    await delay(40);
  }
  while (bodies.length === 0) await delay(10);
  assert.equal(bodies, [60_000]);
});

test('a client that does not read its response is disconnected', async ({ serve }) => {
  const { connect, clients } = await serve();
  const client = await connect('');
  client.socket.pause();
  client.socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
  while (clients.ended === 0) await delay(10);
  while (clients.open > 0) await delay(10);
  client.socket.destroy();
});

test('a slow reader gets the whole response, in chunks or at once', async ({ serve }) => {
  const { connect, clients } = await serve();
  for (const path of ['/large', '/whole']) {
    const client = await connect('');
    client.socket.pause();
    client.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    for (let turn = 0; turn < 40 && !client.socket.closed; turn++) {
      await delay(20);
      client.socket.resume();
      await delay(5);
      client.socket.pause();
    }
    client.socket.resume();
    await client.closed;
    assert.ok(client.received().length > 8_000_000, path);
  }
  assert.is(clients.ended, 0);
});

test('eight concurrent requests on a connection are answered; the ninth closes it', async ({ serve }) => {
  const { connect, clients } = await serve();
  const eight = await connect(`${'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(8)}`);
  while (eight.received().split('HTTP/1.1 200').length < 9) await delay(5);
  const nine = await connect(`${'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(9)}`);
  await nine.closed;
  assert.is(clients.ended, 1);
});

test('an address at its connection limit is rejected until a connection closes', async ({ serve }) => {
  const { connect, clients } = await serve({ maxConnections: 2 });
  const [one] = [await connect(''), await connect('')];
  while (clients.open < 2) await delay(5);
  const third = await connect('');
  await third.closed;
  assert.match(third.received(), /^HTTP\/1.1 429 /);
  one.socket.destroy();
  while (clients.open > 1) await delay(5);
  const again = await connect('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  while (!again.received()) await delay(5);
  assert.match(again.received(), /^HTTP\/1.1 200 /);
});
