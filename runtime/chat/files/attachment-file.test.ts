// Names and kinds of files as phones, cameras and attackers send them.
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { kindOfFile } from '../../contract/file-kind.ts';
import { isStorable } from '../../contract/text.ts';
import { acceptedType, fileName } from './attachment-file.ts';

const test = suite('files of a chat');

test('any name becomes one that every system can store and that cannot mislead', () => {
  const named = (given: string) => fileName(encodeURIComponent(given), 'image/jpeg');
  const odd = [
    '',
    '.',
    '..',
    '...',
    '/',
    '\\',
    '.jpg',
    'IMG_0001.JPG',
    'IMG 0001 (1).heic',
    '😀👨‍👩‍👧.png',
    '😀'.repeat(200),
    `${'x'.repeat(300)}.jpg`,
    'photo\u202egpj.exe',
    'a\0b.png',
    'a\r\nSet-Cookie: x.png',
    '../../etc/passwd',
    'C:\\Users\\Ida\\bill.pdf',
    'CON',
    'nul.txt',
    'com1.jpg',
    'LPT9',
    'no extension',
    'Rechnung v2.1 Ende',
    'dots...',
    'space ',
    '"quoted".png',
    '<b>x</b>.html',
    '   ',
    '\u200b',
    'ｆｕｌｌ.ｐｎｇ',
    'e\u0301te\u0301.png',
    'صورة.jpg',
    '100%.png',
  ];
  for (const given of odd) {
    const name = named(given);
    assert.match(name, /^[^\p{C}"<>:|?*%\\/]+\.jpg$/u, JSON.stringify(given));
    assert.not.match(name, /^[.\s]|[.\s]\.jpg$|^(?:con|prn|aux|nul|com\d|lpt\d)\./i, JSON.stringify(given));
    assert.ok(name.length <= 86 && Buffer.byteLength(name) < 255 && isStorable(name), JSON.stringify(given));
  }
  const pairs: Array<[string, string]> = [
    ['IMG_0001.HEIC', 'IMG_0001.jpg'],
    ['', 'file.jpg'],
    ['.jpg', 'file.jpg'],
    ['CON', '_CON.jpg'],
    ['no extension', 'no extension.jpg'],
    ['Rechnung v2.1 Ende', 'Rechnung v2.1 Ende.jpg'],
    ['e\u0301te\u0301.png', 'été.jpg'],
    ['صورة.jpg', 'صورة.jpg'],
  ];
  for (const [given, name] of pairs) assert.is(named(given), name);
  assert.is(fileName('%E0%A4%A', 'image/png'), 'file.png');
  assert.is(fileName(undefined, 'application/pdf'), 'file.pdf');
});

test('each refused kind has its own words, which name what to send', async () => {
  const box = (brand: string) => Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1${brand}`, 'latin1');
  const kinds: Array<[content: Buffer, kind: string, words: RegExp]> = [
    [Buffer.alloc(0), 'empty', /empty/],
    ...['heic', 'heix', 'hevc', 'mif1'].map(
      (brand) => [box(brand), 'heic', /HEIC/] as [Buffer, string, RegExp],
    ),
    [box('avif'), 'avif', /AVIF/],
    [box('avis'), 'avif', /AVIF/],
    ...[
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '<?xml version="1.0"?>\n<svg/>',
      '\xef\xbb\xbf<!-- x --><svg >',
      '<!DOCTYPE svg PUBLIC "x" "y"><svg>',
    ].map((text) => [Buffer.from(text, 'latin1'), 'svg', /SVG/] as [Buffer, string, RegExp]),
    [Buffer.from('MZ\x90'), 'other', /PNG, JPEG, GIF, WebP/],
    [Buffer.from('\0\0\0\x18ftypisom\0\0\0\0mp42isom', 'latin1'), 'other', /Unsupported/],
    [Buffer.from('RIFF\0\0\0\0WAVE'), 'other', /Unsupported/],
  ];
  for (const [content, kind, words] of kinds) {
    assert.is(kindOfFile(content) ?? 'other', kind);
    const error = await rejects(async () => acceptedType(content), words);
    assert.equal((error as unknown as { details: unknown }).details, { kind });
  }
});

test('a picture of more pixels than any camera takes is refused, whatever its format', async () => {
  const size = (format: string, width: number, height: number): Buffer => {
    const head = Buffer.alloc(100);
    switch (format) {
      case 'png':
        head.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
        head.writeUInt32BE(width, 16);
        head.writeUInt32BE(height, 20);
        break;
      case 'gif':
        head.write('GIF89a', 'latin1');
        head.writeUInt16LE(width, 6);
        head.writeUInt16LE(height, 8);
        break;
      case 'jpeg':
        head.write('\xff\xd8\xff\xc2\0\x0b\x08', 'latin1');
        head.writeUInt16BE(height, 7);
        head.writeUInt16BE(width, 9);
        break;
      default:
        head.write('RIFF\x5c\0\0\0WEBPVP8X', 'latin1');
        head.writeUIntLE(width - 1, 24, 3);
        head.writeUIntLE(height - 1, 27, 3);
    }
    return head;
  };
  for (const format of ['png', 'gif', 'jpeg', 'webp']) {
    assert.is(acceptedType(size(format, 12_000, 8_000)), `image/${format}`);
    for (const [width, height] of [
      [65_535, 65_535],
      [10_001, 10_000],
    ] as const) {
      const error = await rejects(async () => acceptedType(size(format, width, height)), /100 million/);
      assert.equal((error as unknown as { details: unknown }).details, { kind: 'pixels' }, format);
    }
  }
});
