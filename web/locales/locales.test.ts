// Each language has exactly the messages of the sources, and the generated modules match the XLIFF files.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { templates as arabic } from './ar.ts';
import { templates as german } from './de.ts';
import { targetLocales } from './locale-codes.ts';

const test = suite('languages');

/** The folder web of the package, relative to dist/web/locales. */
const web = path.resolve(import.meta.dirname, '../../../web');

const xliffOf = (locale: string) => readFileSync(path.join(web, `locales/xliff/${locale}.xlf`), 'utf8');

/** Ids of messages → whether they are translated. */
function messages(xliff: string): Map<string, boolean> {
  const units = [...xliff.matchAll(/<trans-unit id="([^"]+)">([\s\S]*?)<\/trans-unit>/g)];
  return new Map(units.map(([, id, unit]) => [id!, /<target>[\s\S]+<\/target>/.test(unit!)]));
}

const built = { de: german, ar: arabic };

test('each language translates every message of the sources; otherwise run "npm run locales" and translate', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-locales-'));
  try {
    const config = JSON.parse(readFileSync(path.join(web, 'lit-localize.json'), 'utf8'));
    // Next to the real one, because its paths are relative.
    const file = path.join(web, `lit-localize.${process.pid}.json`);
    writeFileSync(file, JSON.stringify({ ...config, interchange: { format: 'xliff', xliffDir: folder } }));
    try {
      const tool = path.join(web, '../node_modules/@lit/localize-tools/bin/lit-localize.js');
      execFileSync(process.execPath, [tool, 'extract', '--config', file], { stdio: 'ignore' });
    } finally {
      rmSync(file);
    }
    for (const locale of targetLocales) {
      const fresh = messages(readFileSync(path.join(folder, `${locale}.xlf`), 'utf8'));
      const kept = messages(xliffOf(locale));
      assert.ok(fresh.size > 100);
      assert.equal([...kept.keys()].sort(), [...fresh.keys()].sort());
      assert.equal(
        [...kept].filter(([, translated]) => !translated),
        [],
      );
      assert.equal(Object.keys(built[locale]).sort(), [...kept.keys()].sort());
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('each translation has exactly the placeholders of its source', () => {
  const placeholders = (text: string) =>
    [...new Set([...text.matchAll(/<x id="(\d+)"/g)].map(([, id]) => id))].sort();
  for (const locale of targetLocales)
    for (const [, source, target] of xliffOf(locale).matchAll(
      /<source>([\s\S]*?)<\/source>\s*<target>([\s\S]*?)<\/target>/g,
    ))
      assert.equal(placeholders(target!), placeholders(source!), `${locale}: ${source}`);
});

test('styles use logical properties only, so the shop works in right-to-left languages', () => {
  const files = execFileSync('git', ['ls-files', 'web'], { cwd: path.dirname(web), encoding: 'utf8' }).split(
    '\n',
  );
  const physical =
    /(?:^|[\s;{-])(?:left|right)\s*:\s*-?[\d.]+(?:px|r?em|%|vw)?\s*;|text-align:\s*(?:left|right)/m;
  const wrong = files.filter(
    (file) =>
      /\.(styles\.ts|element\.ts|css)$/.test(file) &&
      physical.test(readFileSync(path.join(path.dirname(web), file), 'utf8')),
  );
  assert.equal(wrong, []);
});
