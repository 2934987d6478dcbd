// The scripts that a page needs before it shows anything of its own: the entry, what the document preloads, and the page's code
// with all its static imports, as built. What can wait is loaded later: chat, prompts, notifications, the worker.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { assert, suite } from '../../fixtures/suite.ts';

const test = suite('sizes of scripts');

const site = path.resolve(import.meta.dirname, '../../site');
/** Bytes, compressed. */
const limit = 45 * 1024;
/** Parts of file names. */
const later = /^(?:conversation|chat|prompts|push-question|install|console|stories|worker)/;

/** A script and its static imports. */
function closure(file: string, into = new Set<string>()): Set<string> {
  if (into.has(file)) return into;
  into.add(file);
  const code = readFileSync(path.join(site, 'assets', file), 'utf8');
  for (const [, imported] of code.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g))
    closure(imported!, into);
  return into;
}

for (const page of ['home-page', 'category-page', 'search-page', 'product-page', 'cart-page', 'checkout-page'])
  test(`the ${page} needs at most 45 KB of scripts`, () => {
    assert.ok(existsSync(site), 'npm run build builds the site');
    const html = readFileSync(path.join(site, 'index.html'), 'utf8');
    const files = new Set<string>();
    for (const [, file] of html.matchAll(/(?:src|href)="\/assets\/([\w.-]+\.js)"/g)) closure(file!, files);
    const own = readdirSync(path.join(site, 'assets')).filter((name) =>
      new RegExp(`^${page}\\.element-[\\w-]+\\.js$`).test(name),
    );
    assert.ok(own.length > 0, page);
    for (const file of own) closure(file, files);
    const sizes = [...files].map(
      (file) => [file, gzipSync(readFileSync(path.join(site, 'assets', file))).length] as const,
    );
    const sum = sizes.reduce((total, [, size]) => total + size, 0);
    const listed = sizes
      .sort(([, one], [, other]) => other - one)
      .map(([file, size]) => `${size} ${file}`)
      .join('\n');
    assert.ok(sum <= limit, `${page}: ${sum} bytes\n${listed}`);
    assert.equal(
      [...files].filter((file) => later.test(file)),
      [],
    );
  });
