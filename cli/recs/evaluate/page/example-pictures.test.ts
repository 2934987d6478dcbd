// Pictures of the report: what a supplier's feed may make this machine request.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert, suite } from '../../../../fixtures/suite.ts';
import { ShopAddresses } from '../../../../runtime/shop/shop-addresses.ts';
import { embedPictures } from './example-pictures.ts';

const test = suite('pictures of the report');
const png = Buffer.from('89504e470d0a1a0a', 'hex');

test('URLs lead to public addresses only, except those of the owner’s media URL', async () => {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url!);
    if (request.url === '/moved.png') response.writeHead(302, { Location: '/a.png' }).end();
    else if (request.url === '/large.png')
      response.writeHead(200, { 'Content-Type': 'image/png' }).end(Buffer.alloc(300_000));
    else if (request.url === '/page.png') response.writeHead(200, { 'Content-Type': 'text/html' }).end('x');
    else response.writeHead(200, { 'Content-Type': 'image/png' }).end(png);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // The attacked service has a port of its own.
  const inner = http.createServer(server.listeners('request')[0] as http.RequestListener);
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
  const { port: innerPort } = inner.address() as AddressInfo;
  try {
    const shop = new ShopAddresses({
      shopUrl: `http://127.0.0.1:${port}`,
      mediaUrl: undefined,
      productUrl: undefined,
    });
    const hostile = [
      `http://127.0.0.1:${innerPort}/latest/meta-data`,
      `http://localhost:${innerPort}/by-name`,
      `http://2130706433:${innerPort}/as-number`,
      `http://0x7f.1:${innerPort}/as-hex`,
      `http://[::ffff:127.0.0.1]:${innerPort}/mapped`,
      'http://169.254.169.254/latest/meta-data',
      `//127.0.0.1:${innerPort}/without-scheme`,
      'file:///etc/passwd',
    ];
    const own = ['/a.png', '/moved.png', '/large.png', '/page.png'];
    const { signal } = new AbortController();
    const found = await embedPictures([...hostile, ...own], undefined, shop, signal);
    assert.equal([...found.keys()], ['/a.png']);
    assert.is(found.get('/a.png'), `data:image/png;base64,${png.toString('base64')}`);
    assert.equal(asked.sort(), own.sort());
  } finally {
    for (const each of [server, inner]) await new Promise((resolve) => each.close(resolve));
  }
});
