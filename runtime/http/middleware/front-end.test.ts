// The built front end over a real socket: caching headers of its files, which paths are pages, which are rejected.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import Koa from 'koa';
import compress from 'koa-compress';
import { assert, suite } from '../../../fixtures/suite.ts';
import { openLog } from '../../core/log.ts';
import { newBinding } from '../bind.ts';
import { readShell } from '../page.ts';
import { frontEnd } from './front-end.ts';
import { problems } from './problem.ts';

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly bytes: Buffer;
}

interface Hosted {
  readonly folder: string;
  /** Statuses as an outer middleware sees them. */
  readonly seen: number[];
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Reply>;
  close(): Promise<void>;
}

const script = 'assets/index-Dk3jq_9Z.js';
const small = 'assets/elsewhere-page-Dk3jq_9Z.js';
const shell = '<!doctype html><html><head><title>Shop</title></head><body></body></html>';
const opened = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

const test = suite<{ hosted: Hosted }>('the front end');
test.before(async (context) => {
  context.hosted = await host({
    'index.html': shell,
    [script]: 'export const a = 1;'.repeat(200),
    [`${script}.br`]: brotliCompressSync('export const a = 1;'.repeat(200)),
    [small]: 'export const b = 2;'.repeat(100),
    'gone.css': 'a{}',
    'gone.css.br': brotliCompressSync('a{}'),
    'sw.js': 'self.skipWaiting();',
    'manifest.webmanifest': '{}',
    'console/index.html': '<title>Console</title>',
    '.env': 'secret',
    'gone.js': 'was here',
  });
});
test.after(({ hosted }) => hosted?.close());

test('pages without content name their scripts, below the base path, and no other page does', async () => {
  const bag = 'assets/cart-page-Dk3jq_9Z.js';
  const outline = 'assets/bag-outline-Dk3jq_9Z.js';
  const early = 'document.title = "</bag>";';
  const hosted = await host(
    {
      'index.html': shell.replace('</body>', '<main class="boot"></main></body>'),
      [outline]: early,
      'page-scripts.json': JSON.stringify({ '/cart': [bag], '/account': [] }),
      'early-scripts.json': JSON.stringify({ '/cart': outline }),
    },
    { basePath: '/recs' },
  );
  try {
    const link = `<link rel="modulepreload" crossorigin fetchpriority="low" href="/recs/${bag}">`;
    for (const path of ['/cart', '/cart/']) {
      const { status, text } = await hosted.get(path, opened);
      assert.is(status, 200);
      assert.is(text.split(link).length, 2, path);
      assert.ok(text.indexOf(link) < text.indexOf('</head>'));
      const [, code] = /<script type="module" async>(.*?)<\/script>/s.exec(text)!;
      assert.is(code, early);
      assert.ok(text.indexOf('async>') > text.indexOf('</main>'), 'behind what it draws into');
    }
    for (const path of ['/checkout', '/account', '/nowhere'])
      assert.not.match((await hosted.get(path, opened)).text, /modulepreload|async/, path);
  } finally {
    await hosted.close();
  }
});

test('hashed files are cached for a year, all others are revalidated', async ({ hosted }) => {
  const caching = async (name: string) => (await hosted.get(`/${name}`)).headers['cache-control'];
  assert.is(await caching(script), 'public, max-age=31536000, immutable');
  for (const name of ['sw.js', 'manifest.webmanifest', 'console/'])
    assert.is(await caching(name), 'no-cache');
  for (const name of ['', 'index.html', 'cart']) assert.is(await caching(name), 'public, no-cache', name);
});

test('a script without a brotli file is sent with gzip to clients that accept both', async ({ hosted }) => {
  const found = await hosted.get(`/${small}`, { 'Accept-Encoding': 'gzip, deflate, br, zstd' });
  assert.is(found.headers['content-encoding'], 'gzip');
  assert.is(gunzipSync(found.bytes).toString(), 'export const b = 2;'.repeat(100));
  assert.is(found.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.is((await hosted.get(`/${small}`)).headers['content-encoding'], undefined);
});

test('a file is sent compressed to clients that accept it, uncompressed to others', async ({ hosted }) => {
  const whole = await hosted.get(`/${script}`);
  assert.equal([whole.headers['content-encoding'], whole.text.length], [undefined, 3_800]);
  const head = await hosted.get(`/${script}`, {}, 'HEAD');
  assert.equal([head.status, head.text, head.headers['content-length']], [200, '', '3800']);
  const again = await hosted.get(`/${script}`, { 'If-None-Match': String(whole.headers.etag) });
  assert.equal([again.status, again.text], [304, '']);
  for (const [accepted, encoding, decode] of [
    ['br', 'br', brotliDecompressSync],
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['gzip;q=1, br;q=0', 'gzip', gunzipSync],
  ] as const) {
    const headers = { 'Accept-Encoding': accepted };
    // The second comes from memory.
    for (let time = 1; time <= 2; time++) {
      const small = await hosted.get(`/${script}`, headers);
      assert.is(small.headers['content-encoding'], encoding, accepted);
      assert.is(decode(small.bytes).toString(), whole.text);
      assert.match(small.headers['content-type']!, /javascript/);
      assert.is(small.headers['cache-control'], 'public, max-age=31536000, immutable');
      assert.equal(String(small.headers.vary).split(', ').sort(), ['Accept-Encoding', 'Origin']);
      const tag = { ...headers, 'If-None-Match': String(small.headers.etag) };
      const same = await hosted.get(`/${script}`, tag);
      assert.equal([same.status, same.text], [304, '']);
      const asked = await hosted.get(`/${script}`, headers, 'HEAD');
      assert.equal(
        [asked.status, asked.text, asked.headers['content-length']],
        [200, '', String(small.bytes.length)],
      );
    }
  }
  const part = await hosted.get(`/${script}`, { 'Accept-Encoding': 'gzip', Range: 'bytes=0-5' });
  assert.equal([part.status, part.text], [206, 'export']);
  rmSync(path.join(hosted.folder, 'gone.css'));
  const gone = await hosted.get('/gone.css', { 'Accept-Encoding': 'gzip' }).catch(() => undefined);
  assert.is.not(gone?.headers['content-encoding'], 'gzip');
});

test('earlier headers are kept, and outer middleware sees the status', async ({ hosted }) => {
  const before = hosted.seen.length;
  const file = await hosted.get(`/${script}`);
  const page = await hosted.get('/', opened);
  const missing = await hosted.get('/nothing.js');
  for (const { headers } of [file, page]) {
    assert.is(headers['x-request-id'], 'of this request');
    assert.equal(String(headers.vary).split(', ').sort(), ['Accept-Encoding', 'Origin']);
  }
  assert.is(missing.status, 404);
  assert.equal(hosted.seen.slice(before), [200, 200, 404]);
});

test('the shell is served for paths that the front end routes, with or without a trailing slash', async ({
  hosted,
}) => {
  for (const address of [
    '/',
    '/index.html?__WB_REVISION__=1',
    '/cart',
    '/cart/',
    '/search?q=a.b',
    '/category/Dresses',
    '/category/No.5',
    '/category/Coats%20%26%20Jackets%2FWool',
  ]) {
    const { status, text, headers } = await hosted.get(address, opened);
    assert.equal([status, text], [200, shell], address);
    const again = await hosted.get(address, { ...opened, 'If-None-Match': String(headers.etag) });
    assert.equal([again.status, again.text], [304, ''], address);
  }
  assert.is((await hosted.get('/cart')).status, 200, 'previews take anything');
  assert.is((await hosted.get('/console', opened)).text, '<title>Console</title>');
});

test('an unknown path is 404: the shell for browsers, a problem for programs', async ({ hosted }) => {
  const page = await hosted.get('/no/such/page', opened);
  assert.equal([page.status, page.text], [404, shell]);
  assert.is(page.headers.etag, undefined);
  for (const [address, headers] of [
    ['/no/such/page', { Accept: '*/*' }],
    ['/cart', { Accept: 'application/json' }],
    ['/assets/index-00000000.js', opened],
    ['/api/nothing', opened],
    ['/api', opened],
  ] as const) {
    const { status, headers: given } = await hosted.get(address, headers);
    assert.equal([status, given['content-type']], [404, 'application/problem+json'], address);
  }
  assert.is((await hosted.get('/cart', opened, 'POST')).headers['content-type'], 'application/problem+json');
});

test('files outside the folder and hidden files are not served', async ({ hosted }) => {
  writeFileSync(path.join(hosted.folder, '..', 'outside.txt'), 'secret');
  for (const address of [
    '/.env',
    '/%2eenv',
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/..%5coutside.txt',
    '/assets%2findex-Dk3jq_9Z.js',
    '//outside.txt',
    '/%',
    '/%00',
    '/%c0%ae%c0%ae/outside.txt',
  ]) {
    for (const headers of [{}, opened]) {
      const { status, text } = await hosted.get(address, headers);
      assert.ok([400, 404].includes(status), `${address}: ${status}`);
      assert.not.match(text, /^secret|export const/);
    }
  }
});

test('valid ranges are served, invalid ones ignored', async ({ hosted }) => {
  const part = await hosted.get('/sw.js', { Range: 'bytes=5-8' });
  assert.equal([part.status, part.text], [206, 'skip']);
  assert.is((await hosted.get('/sw.js', { Range: 'bytes=1000-' })).status, 416);
  for (const range of ['bytes=8-5', 'bytes=-5', 'bytes=0-0', 'bytes=a-b', 'lines=1-2', 'bytes=1-2,4-5']) {
    const { status, text } = await hosted.get('/sw.js', { Range: range });
    assert.equal([status, text], [200, 'self.skipWaiting();'], range);
  }
});

test('a file that is deleted while hosted truncates only its own response', async ({ hosted }) => {
  assert.is((await hosted.get('/gone.js')).text, 'was here');
  rmSync(path.join(hosted.folder, 'gone.js'));
  const failed = await hosted.get('/gone.js').catch((error: NodeJS.ErrnoException) => error.code);
  assert.is(failed, 'ECONNRESET');
  assert.is((await hosted.get('/sw.js')).status, 200);
});

test('without a front end, a plain page explains what this is', async () => {
  for (const demo of [true, false]) {
    const bare = await host({}, { demo });
    try {
      const { status, text } = await bare.get('/', { Accept: '*/*' });
      assert.is(status, 200);
      assert.match(text, 'href="api/openapi.json"');
      assert.is(text.includes('"demo/sign-in'), demo);
      assert.not.match(text, /<script|<style|\s(style|on\w+)=/);
      for (const address of ['/cart', '/no/such/page', '/index.html'])
        assert.is((await bare.get(address, opened)).status, 404, address);
    } finally {
      await bare.close();
    }
  }
});

test('only the sample shop serves the stories of the elements', async () => {
  const files = { 'index.html': shell, 'stories.html': 'stories', 'assets/stories-Dk3jq_9Z.js': 'stories' };
  for (const sample of [true, false]) {
    const shop = await host(files, { sample });
    try {
      const paths = ['/stories', '/stories.html', '/%73tories.html', '/assets/stories-Dk3jq_9Z.js'];
      for (const address of paths)
        assert.is((await shop.get(address)).status, sample ? 200 : 404, `${address}, ${sample}`);
    } finally {
      await shop.close();
    }
  }
});

/** Hosts these files, or no folder, behind the runtime's middleware. */
async function host(
  files: Record<string, string | Buffer>,
  { demo = false, sample = false, basePath = '' } = {},
): Promise<Hosted> {
  const root = mkdtempSync(path.join(tmpdir(), 'couture-front-end-'));
  const folder = path.join(root, 'web');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const seen: number[] = [];
  const app = new Koa();
  app.on('error', () => {});
  app.use(async (ctx, next) => {
    ctx.set('X-Request-Id', 'of this request');
    ctx.vary('Origin');
    await next();
    seen.push(ctx.status);
  });
  app.use(problems(openLog('silent')));
  app.use(compress({ threshold: 1_400 }));
  app.use(frontEnd({ folder, shell: readShell(path.join(folder, 'index.html')), demo, sample, basePath }));
  app.use(newBinding(async () => undefined).router.routes());
  const server = http.createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    seen,
    get: (address, headers = {}, method = 'GET') => ask(port, method, address, headers),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true });
    },
  };
}

/** Sends the path unchanged; fetch would normalize it. */
function ask(port: number, method: string, path: string, headers: Record<string, string>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method, path, headers }, async (response) => {
      try {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part as Buffer);
        const bytes = Buffer.concat(parts);
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, bytes, text: bytes.toString() });
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject).end();
  });
}
