// Shopper and agent behind reverse proxies that break WebSockets, each in its own way: both work by plain requests, and the
// operator gets one log line.
import { createServer, type IncomingMessage, request } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, row, said, take, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('proxies that break sockets');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

/** What the proxy does with the request for a socket; undefined: it has never heard of upgrades. */
const faults: Readonly<Record<string, ((headers: string[]) => string[] | undefined) | undefined>> = {
  'drops the upgrade': undefined,
  'strips Origin': (headers) => headers.filter((each) => !/^origin:/i.test(each)),
  'strips the subprotocol': (headers) => headers.filter((each) => !/^sec-websocket-protocol:/i.test(each)),
  'closes sockets at once': () => undefined,
  'takes another Origin': (headers) =>
    headers.map((each) => (/^origin:/i.test(each) ? 'Origin: http://internal.example' : each)),
};

async function proxy(upstream: string, fault: (typeof faults)[string]) {
  const sockets = new Set<Socket>();
  const server = createServer((asked, answer) => {
    const { connection: _, upgrade: __, ...headers } = asked.headers;
    const passing = request(upstream + asked.url!, { method: asked.method!, headers }, (given) => {
      answer.writeHead(given.statusCode!, given.headers);
      given.pipe(answer);
    });
    passing.once('error', () => answer.destroy());
    asked.pipe(passing);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  if (fault)
    server.on('upgrade', (asked: IncomingMessage, client: Socket) => {
      const lines = asked.rawHeaders.flatMap((name, at, all) => (at % 2 ? [] : `${name}: ${all[at + 1]}`));
      const passed = fault(lines);
      if (!passed) {
        client.destroy();
        return;
      }
      const { hostname, port } = new URL(upstream);
      const through = net.connect(Number(port), hostname, () => {
        through.write(`GET ${asked.url} HTTP/1.1\r\n${passed.join('\r\n')}\r\n\r\n`);
        through.pipe(client).pipe(through);
      });
      for (const each of [through, client])
        each.once('error', () => [through, client].map((end) => end.destroy()));
    });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

for (const [name, fault] of Object.entries(faults)) {
  test(`a chat from its start to its end: the proxy ${name}`, async ({ shop }) => {
    const through = await proxy(shop.url, fault);
    try {
      const shopper = await shop.visit({ baseURL: through.url });
      await begin(shopper.page, `Ina ${name}`, 'Is it warm?');
      const agent = await atDesk(shop, 'staff', { baseURL: through.url });
      await row(agent.page, `Ina ${name}`).waitFor();
      await take(agent.page, `Ina ${name}`);
      await write(agent.page, 'Very warm.');
      await said(shopper.page, 'Very warm.').waitFor();
      await shopper.page.getByText(/^You’re chatting with /).waitFor();
      await write(shopper.page, 'Thank you!');
      await said(agent.page, 'Thank you!').waitFor();
      // Read marks travel by plain requests, too, in both directions.
      await allRead(shopper.page, '/api/chat-sessions/active');
      await allRead(agent.page, '/api/chat-sessions?list=mine');
      for (const page of [shopper.page, agent.page])
        assert.is(await page.getByText('Connection lost').count(), 0, 'no lost connection is reported');
    } finally {
      await shop.closeWindows();
      through.close();
    }
  });
}

/** Waits until nothing in the chats of this page's user counts as unread. */
async function allRead(page: Page, path: string): Promise<void> {
  await until(
    async () =>
      !/"unread_count":[1-9]/.test(await page.evaluate(async (url) => (await fetch(url)).text(), path)),
    `read marks at ${path}`,
  );
}

test('a socket without its Upgrade header is answered in words', async ({ shop }) => {
  const answer = await fetch(`${shop.url}/ws/console`);
  assert.is(answer.status, 426);
  assert.is(answer.headers.get('upgrade'), 'websocket');
  assert.match(((await answer.json()) as { hint?: string; detail: string }).detail, /Upgrade/);
});
