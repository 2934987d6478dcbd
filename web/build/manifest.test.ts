// The web app manifest and its images: complete, and of the declared sizes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { targetLocales } from '../locales/locale-codes.ts';
import { manifest } from './manifest.ts';

const test = suite('the web app manifest');

/** web/public, from dist/web/build. */
const folder = path.resolve(import.meta.dirname, '../../../web/public');

const site = path.resolve(import.meta.dirname, '../../site');

/** Width and height of a PNG or a WebP, simple or extended, from its first chunk. */
function sizeOf(src: string): string {
  const file = readFileSync(path.join(folder, src));
  if (src.endsWith('.webp')) {
    const form = file.toString('latin1', 8, 16);
    if (form === 'WEBPVP8 ') return `${file.readUInt16LE(26) & 0x3fff}x${file.readUInt16LE(28) & 0x3fff}`;
    assert.is(form, 'WEBPVP8X', src);
    return `${file.readUIntLE(24, 3) + 1}x${file.readUIntLE(27, 3) + 1}`;
  }
  assert.is(file.toString('latin1', 1, 4), 'PNG', src);
  return `${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`;
}

test('every icon and screenshot has its declared size', () => {
  const pictures = [
    ...manifest.icons!,
    ...manifest.screenshots!,
    ...manifest.shortcuts!.flatMap((each) => each.icons!),
  ];
  assert.ok(pictures.length > 20);
  for (const { src, sizes } of pictures) assert.is(sizeOf(src), sizes, src);
});

test('an icon either fills its square or keeps to the safe zone', () => {
  const of = (purpose: string) =>
    manifest.icons!.filter((icon) => icon.purpose === purpose).map((icon) => icon.sizes);
  const sizes = [72, 96, 128, 144, 152, 192, 384, 512].map((size) => `${size}x${size}`);
  assert.equal([of('any'), of('maskable')], [sizes, sizes]);
});

test('each built document names one manifest: the console its own', () => {
  const named = (document: string) =>
    [...readFileSync(path.join(site, document), 'utf8').matchAll(/<link rel="manifest" href="([^"]+)"/g)].map(
      ([, href]) => href,
    );
  assert.equal(named('index.html'), ['/manifest.webmanifest']);
  assert.equal(named('console.html'), ['/console.webmanifest']);
});

test('the manifest has everything that the install prompt shows', () => {
  for (const member of [
    'id',
    'name',
    'short_name',
    'description',
    'start_url',
    'scope',
    'categories',
  ] as const) {
    assert.ok(manifest[member], member);
  }
  assert.equal([manifest.name, manifest.theme_color, manifest.display], ['Shop', '#2563eb', 'standalone']);
  const forms = new Set(manifest.screenshots!.map((each) => (each as { form_factor?: string }).form_factor));
  assert.equal(forms, new Set(['narrow', 'wide']));
});

test('shortcuts are named as in the shop’s header, in every language', () => {
  for (const shortcut of manifest.shortcuts!) {
    const { name, name_localized: names } = shortcut as typeof shortcut & {
      name_localized: Readonly<Record<string, string>>;
    };
    assert.equal(Object.keys(names), [...targetLocales]);
    for (const locale of targetLocales) {
      const xliff = readFileSync(path.join(folder, `../locales/xliff/${locale}.xlf`), 'utf8');
      assert.match(xliff, `<source>${name}</source>\n  <target>${names[locale]}</target>`);
    }
  }
});
