// The scripts of the built shop: none blocks the first paint, which needs only the document and its styles; what the document
// loads, and each page's own code with all its static imports. What can wait is loaded later: chat, prompts, the worker.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { assert, suite } from '../../fixtures/suite.ts';
import { firstPaintStyles } from './first-paint.ts';

const test = suite('what the first paint needs');

const site = path.resolve(import.meta.dirname, '../../site');
/** Bytes, compressed with gzip: what the document itself loads, the most that can arrive before the first paint. */
const documentLimit = 42 * 1024;
/** The same and the code of one page, with which the app takes over. */
const pageLimit = 55 * 1024;
/** Parts of file names. */
const later = /^(?:conversation|chat|prompts|push-question|install|console|stories|account)/;

/** A script and its static imports. */
function closure(file: string, into = new Set<string>()): Set<string> {
  if (into.has(file)) return into;
  into.add(file);
  const code = readFileSync(path.join(site, 'assets', file), 'utf8');
  for (const [, imported] of code.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g))
    closure(imported!, into);
  return into;
}

const html = existsSync(site) ? readFileSync(path.join(site, 'index.html'), 'utf8') : '';

function ofDocument(): Set<string> {
  const files = new Set<string>();
  for (const [, file] of html.matchAll(/(?:src|href)="\/assets\/([\w.-]+\.js)"/g)) closure(file!, files);
  return files;
}

function within(limit: number, files: ReadonlySet<string>): void {
  const sizes = [...files].map(
    (file) => [file, gzipSync(readFileSync(path.join(site, 'assets', file))).length] as const,
  );
  const sum = sizes.reduce((total, [, size]) => total + size, 0);
  const listed = sizes.sort(([, one], [, other]) => other - one).map(([file, size]) => `${size} ${file}`);
  assert.ok(sum <= limit, `${sum} bytes\n${listed.join('\n')}`);
  const early = [...files].filter((file) => later.test(file));
  assert.equal(early, [], 'scripts that can wait');
}

test('the styles of elements reach what the runtime writes, in at most 8 KB with all others of the document', () => {
  const styles = firstPaintStyles();
  assert.match(styles, '.boot .product-card {');
  assert.not.match(styles, /:host|couture-product/, 'selectors of shadow trees');
  const [, file] = /<link rel="stylesheet"[^>]* href="\/(assets\/shop-[\w-]+\.css)">/.exec(html)!;
  const built = readFileSync(path.join(site, file!));
  assert.match(built.toString(), '.boot .product-card .badge{');
  assert.ok(gzipSync(built).length <= 8 * 1024, `${gzipSync(built).length} bytes`);
});

test('no script blocks the first paint, and those of the document have at most 42 KB', () => {
  const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
  assert.ok(scripts.length > 0 && scripts.every((tag) => tag.includes('type="module"')), scripts.join());
  within(documentLimit, ofDocument());
});

for (const page of [
  'home-page',
  'category-page',
  'search-page',
  'product-page',
  'cart-page',
  'checkout-page',
])
  test(`the ${page} takes over with at most 55 KB of scripts`, () => {
    const own = readdirSync(path.join(site, 'assets')).filter((name) =>
      new RegExp(`^${page}\\.element-[\\w-]+\\.js$`).test(name),
    );
    assert.ok(own.length > 0);
    const files = ofDocument();
    for (const file of own) closure(file, files);
    within(pageLimit, files);
  });

test('the script that draws the bag before the app has at most 2 KB and imports nothing', () => {
  const { '/cart': file } = JSON.parse(readFileSync(path.join(site, 'early-scripts.json'), 'utf8')) as Record<
    string,
    string
  >;
  const code = readFileSync(path.join(site, file!), 'utf8');
  assert.not.match(code, /\bimport\b/);
  assert.ok(gzipSync(code).length <= 2 * 1024, `${gzipSync(code).length} bytes`);
});

test('the worker keeps what pages need, and no icons', () => {
  const worker = readFileSync(path.join(site, 'service-worker.js'), 'utf8');
  const kept = [...worker.matchAll(/url:`?["']?([\w./-]+)/g), ...worker.matchAll(/"url":"([^"]+)"/g)].map(
    ([, url]) => url!,
  );
  assert.ok(
    kept.includes('index.html') && kept.some((url) => /^assets\/shop-.*\.css$/.test(url)),
    kept.join(),
  );
  assert.equal(
    kept.filter((url) => /icon|png|console|stories|document-/.test(url)),
    [],
  );
});
