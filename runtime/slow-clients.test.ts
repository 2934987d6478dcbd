// Clients that send or read too slowly over a real socket: who is cut off, and who is waited for.
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../fixtures/suite.ts';
import { type ClientLimits, SlowClients } from './slow-clients.ts';

interface Served {
  readonly clients: SlowClients;
  /** Bodies that came in whole, in bytes. */
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

/** Answers a body with its length; `/large` with 8 MB in pieces, `/whole` with 8 MB in one. */
async function serve(limits: Partial<ClientLimits> = {}): Promise<Served & { server: http.Server }> {
  const bodies: number[] = [];
  const server = http.createServer((req, res) => {
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
    leastRate: 10_000,
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

test('a body that does not come is answered with 408, and the connection ends', async ({ serve }) => {
  const { connect, clients } = await serve();
  const client = await connect(`${post(16_000)}{`);
  await client.closed;
  assert.match(client.received(), /^HTTP\/1.1 408 /);
  assert.is(clients.ended, 1);
});

test('bytes that drip in do not keep a body alive', async ({ serve }) => {
  const { connect, bodies } = await serve();
  const client = await connect(post(16_000));
  const drip = setInterval(() => client.socket.write('x'), 30);
  await client.closed;
  clearInterval(drip);
  assert.match(client.received(), /^HTTP\/1.1 408 /);
  assert.equal(bodies, []);
});

test('a slow upload that moves is waited for, however long it takes', async ({ serve }) => {
  const { connect, bodies } = await serve();
  const client = await connect(post(60_000));
  // Five times the least rate, for four times the grace.
  for (let sent = 0; sent < 60_000; sent += 2_000) {
    client.socket.write('x'.repeat(2_000));
    await delay(40);
  }
  while (bodies.length === 0) await delay(10);
  assert.equal(bodies, [60_000]);
});

test('a client that reads nothing of its answer is ended', async ({ serve }) => {
  const { connect, clients } = await serve();
  const client = await connect('');
  client.socket.pause();
  client.socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
  while (clients.ended === 0) await delay(10);
  while (clients.open > 0) await delay(10);
  client.socket.destroy();
});

test('a client that reads slowly gets all of it, in pieces or in one', async ({ serve }) => {
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

test('the ninth request at once on a connection ends it; eight are answered', async ({ serve }) => {
  const { connect, clients } = await serve();
  const eight = await connect(`${'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(8)}`);
  while (eight.received().split('HTTP/1.1 200').length < 9) await delay(5);
  const nine = await connect(`${'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(9)}`);
  await nine.closed;
  assert.is(clients.ended, 1);
});

test('an address may open so many connections; the next is refused until one ends', async ({ serve }) => {
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
