// Product pages and pictures over HTTP: which hosts are asked, and what counts as an answer.
import dns from 'node:dns';
import { createServer, type Server } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { assert, suite } from '../../fixtures/suite.ts';
import { tryAddresses } from './try-addresses.ts';

interface Setting {
  server: Server;
  origin: string;
  asked: string[];
}

const test = suite<Setting>('addresses of a shop');
test.before(async (context) => {
  context.asked = [];
  context.server = createServer((request, response) => {
    context.asked.push(request.url!);
    if (request.url === '/moved') response.writeHead(302, { Location: '/secret' });
    response.end();
  });
  await new Promise<void>((resolve) => context.server.listen(0, '127.0.0.1', resolve));
  context.origin = `http://127.0.0.1:${(context.server.address() as AddressInfo).port}`;
});
test.after(({ server }) => {
  server.closeAllConnections();
  server.close();
});

const signal = new AbortController().signal;
const none = { shopUrl: undefined, mediaUrl: undefined, productUrl: undefined };

test('a redirect counts as an answer and is not followed', async ({ origin, asked }) => {
  const products = [{ id: '1', url: '/moved', image_url: null }];
  const [pages, pictures] = await tryAddresses(products, { ...none, shopUrl: origin }, signal);
  assert.is(pages!.answered, 1);
  assert.is(pictures!.tried, 0);
  assert.equal(asked, ['/moved']);
});

test('a private address that only the data names is not requested', async ({ origin, asked }) => {
  asked.length = 0;
  const products = [{ id: '1', url: null, image_url: `${origin}/x.jpg` }];
  const [, pictures] = await tryAddresses(products, { ...none, shopUrl: 'http://localhost:1' }, signal);
  assert.is(pictures!.answered, 0);
  assert.match(pictures!.reason!, 'has no public address');
  assert.is(pictures!.resolved, false);
  assert.equal(asked, []);
});

test('the address that was checked is the one that is asked: a host cannot lead elsewhere the second time', async ({
  origin,
  asked,
}) => {
  asked.length = 0;
  const { lookup, promises } = dns;
  const before = promises.lookup;
  // A check before the connection sees a public address; the connection looks the host up again and gets another one.
  const publicOne = async () => [{ address: '93.184.215.14', family: 4 }];
  const thisMachine = (
    _: string,
    { all }: dns.LookupOptions,
    done: (error: null, address: string | dns.LookupAddress[], family?: number) => void,
  ) => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));
  Object.assign(dns, { lookup: thisMachine });
  Object.assign(promises, { lookup: publicOne });
  syncBuiltinESMExports();
  try {
    const products = [
      { id: '1', url: null, image_url: `${origin.replace('127.0.0.1', 'pictures.example')}/x` },
    ];
    const [, pictures] = await tryAddresses(products, { ...none, shopUrl: 'http://localhost:1' }, signal);
    assert.is(pictures!.reason, 'pictures.example has no public address');
  } finally {
    Object.assign(dns, { lookup });
    Object.assign(promises, { lookup: before });
    syncBuiltinESMExports();
  }
  assert.equal(asked, []);
});

test('without a shop URL, paths are left out', async () => {
  const tried = await tryAddresses([{ id: '1', url: '/p/1', image_url: '/p/1.jpg' }], none, signal);
  assert.equal(
    tried.map((each) => each.tried),
    [0, 0],
  );
});

test('an interrupt ends the attempts', async ({ origin }) => {
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  const products = [{ id: '1', url: '/a', image_url: null }];
  const caught = await tryAddresses(products, { ...none, shopUrl: origin }, stop.signal).catch(
    (error) => error,
  );
  assert.is(caught.message, 'stopped');
});
