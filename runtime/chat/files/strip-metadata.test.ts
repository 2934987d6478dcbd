// Metadata in every place where cameras, phones and editors put it: none of it is left, the picture is.
import { assert, suite } from '../../../fixtures/suite.ts';
import type { AttachmentType } from './attachment-file.ts';
import { maxParts, TooManyParts } from './first-parts.ts';
import { orientationBlock, orientationOf } from './orientation.ts';
import { chunk, pngChunks, webpChunks } from './picture-chunks.ts';
import { pictureSize } from './picture-size.ts';
import { withoutMetadata } from './strip-metadata.ts';

const test = suite('metadata of pictures');

const secret = 'GPS 52.52 N 13.40 E, Secret Artist';
/** Two pixels each. */
const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////2wBDAf//////////////////////////////////////////////////////////////////////////////////////wAARCAABAAIDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAAL/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCQFD//2Q==',
  'base64',
);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGM4IScnJ3cCAAcjAgnukg5ZAAAAAElFTkSuQmCC',
  'base64',
);
const gif = Buffer.from('R0lGODlhAgABAIEAAMwzMzMAzAAAAAAAACwAAAAAAgABAAAIBQABBAgIADs=', 'base64');
const webp = Buffer.concat([
  Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'),
  chunk.webp('VP8X', Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, 0, 0])),
  chunk.webp('VP8L', Buffer.from('LwEAAAAPMB73UL0V8vxHCzKi/wEUVhJG', 'base64')),
]);
webp.writeUInt32LE(webp.length - 8, 4);

const bytes = (text: string) => Buffer.from(text, 'latin1');
const exif = (orientation: number) => Buffer.concat([orientationBlock(orientation), bytes(secret)]);
const segment = (marker: number, data: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
};
const extension = (label: number, ...blocks: Buffer[]) =>
  Buffer.concat([
    Buffer.from([0x21, label]),
    ...blocks.flatMap((block) => [Buffer.from([block.length]), block]),
    Buffer.from([0]),
  ]);
const insert = (into: Buffer, at: number, ...parts: Buffer[]) =>
  Buffer.concat([into.subarray(0, at), ...parts, into.subarray(at)]);

const jpegNames = [
  'Exif\0\0',
  'http://ns.adobe.com/xap/1.0/\0',
  'http://ns.adobe.com/xmp/extension/\0',
  'Photoshop 3.0\0',
  'MPF\0',
  'JFXX\0',
  'Ducky',
  'JP\0\0',
  '',
];
const afterJfif = 20;

/** File with metadata → where it is. */
function* files(): Generator<[type: AttachmentType, where: string, file: Buffer]> {
  for (let marker = 0xe0; marker <= 0xef; marker++)
    for (const name of jpegNames)
      for (const at of [2, afterJfif]) {
        const data = Buffer.concat([bytes(name), bytes(secret)]);
        yield [
          'image/jpeg',
          `segment ${marker.toString(16)} ${name} at ${at}`,
          insert(jpeg, at, segment(marker, data)),
        ];
      }
  yield ['image/jpeg', 'comment', insert(jpeg, afterJfif, segment(0xfe, bytes(secret)))];
  yield [
    'image/jpeg',
    'fill bytes',
    insert(jpeg, 2, Buffer.from([0xff, 0xff]), segment(0xe1, bytes(`Exif\0\0${secret}`))),
  ];
  yield ['image/jpeg', 'after the end', Buffer.concat([jpeg, bytes(secret)])];
  yield [
    'image/jpeg',
    'a second picture',
    Buffer.concat([jpeg, jpeg, segment(0xe1, bytes(`Exif\0\0${secret}`))]),
  ];
  for (const name of ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'caBX', 'vpAg', 'iDOT', 'mkBT'])
    for (const at of [33, png.length - 12])
      yield ['image/png', name, insert(png, at, chunk.png(name, bytes(secret)))];
  yield ['image/png', 'after the end', Buffer.concat([png, bytes(secret)])];
  const head = 25;
  yield ['image/gif', 'comment', insert(gif, head, extension(0xfe, bytes(secret)))];
  for (const name of ['XMP DataXMP', 'MGK8BIM0000', 'SECRETS 1.0'])
    yield ['image/gif', name, insert(gif, head, extension(0xff, bytes(name), bytes(secret)))];
  yield ['image/gif', 'after the end', Buffer.concat([gif, bytes(secret)])];
  for (const name of ['EXIF', 'XMP ', 'C2PA', 'abcd']) {
    const file = Buffer.concat([webp, chunk.webp(name, bytes(secret))]);
    file.writeUInt32LE(file.length - 8, 4);
    yield ['image/webp', name, file];
  }
  yield ['image/webp', 'after the end', Buffer.concat([webp, bytes(secret)])];
}

const originals = { 'image/jpeg': jpeg, 'image/png': png, 'image/gif': gif, 'image/webp': webp } as const;

test('no metadata is left, and the picture is as it was', () => {
  for (const [type, where, file] of files()) {
    const stripped = withoutMetadata(file, type);
    assert.is(stripped.includes('Secret'), false, `${type}: ${where}`);
    assert.ok(stripped.equals(originals[type as keyof typeof originals]), `${type}: ${where}`);
  }
});

test('what may stay brings nothing along: thumbnails of JFIF, the end of Adobe’s transform, chunks in frames', () => {
  const adobe = segment(0xee, bytes('Adobe\0\0\0\0\0\0\0'));
  const jfif = jpeg.subarray(6, afterJfif - 2);
  const thumbnail = Buffer.concat([jfif, Buffer.from([4, 3]), bytes(secret), bytes(secret)]);
  const frame = (...more: Buffer[]) =>
    chunk.webp(
      'ANMF',
      Buffer.concat([Buffer.alloc(16), chunk.webp('ALPH', bytes('a')), webp.subarray(30), ...more]),
    );
  const animated = (...more: Buffer[]) => {
    const file = Buffer.concat([webp.subarray(0, 30), chunk.webp('ANIM', Buffer.alloc(6)), frame(...more)]);
    file.writeUInt32LE(file.length - 8, 4);
    return file;
  };
  const pairs: Array<[type: AttachmentType, file: Buffer, plain: Buffer]> = [
    [
      'image/jpeg',
      Buffer.concat([jpeg.subarray(0, 2), segment(0xe0, thumbnail), jpeg.subarray(afterJfif)]),
      jpeg,
    ],
    [
      'image/jpeg',
      insert(
        jpeg,
        afterJfif,
        Buffer.from([0xff]),
        segment(0xee, Buffer.concat([adobe.subarray(4), bytes(secret)])),
      ),
      insert(jpeg, afterJfif, adobe),
    ],
    ['image/webp', animated(), animated()],
  ];
  for (const name of ['EXIF', 'XMP ', 'abcd'])
    pairs.push(['image/webp', animated(chunk.webp(name, bytes(secret))), animated()]);
  for (const [type, file, plain] of pairs) assert.ok(withoutMetadata(file, type).equals(plain), type);
});

test('a picture without metadata stays byte for byte, with its colours and animation', () => {
  const profile = segment(0xe2, bytes('ICC_PROFILE\0\x01\x01profile'));
  const loop = extension(0xff, bytes('NETSCAPE2.0'), Buffer.from([1, 0, 0]));
  const timing = extension(0xf9, Buffer.from([0, 1, 0, 0]));
  const whole: Array<[AttachmentType, Buffer]> = [
    ['image/jpeg', jpeg],
    ['image/jpeg', insert(jpeg, afterJfif, profile, segment(0xee, bytes('Adobe\0\0\0\0\0\0\0')))],
    ['image/png', png],
    [
      'image/png',
      insert(png, 33, chunk.png('gAMA', bytes('\0\0\xb1\x8f')), chunk.png('iCCP', bytes('p\0\0'))),
    ],
    ['image/gif', gif],
    ['image/gif', insert(gif, 25, loop, timing)],
    ['image/webp', webp],
    ['application/pdf', bytes(`%PDF-1.7\n${secret}`)],
  ];
  for (const [type, file] of whole) assert.ok(withoutMetadata(file, type).equals(file), type);
});

test('photos keep their orientation, and of their EXIF data only that', () => {
  for (let orientation = 0; orientation <= 9; orientation++) {
    const kept = orientation >= 2 && orientation <= 8 ? orientation : 1;
    const photo = insert(jpeg, 2, segment(0xe1, Buffer.concat([bytes('Exif\0\0'), exif(orientation)])));
    const turned = withoutMetadata(photo, 'image/jpeg');
    assert.is(turned.includes('Secret'), false);
    const at = turned.indexOf('Exif\0\0');
    assert.is(at < 0 ? 1 : orientationOf(turned.subarray(at), 'Exif\0\0'), kept);
    if (kept > 1) assert.is(turned.indexOf('JFIF'), 6, 'JFIF comes first');

    const shot = withoutMetadata(insert(png, 33, chunk.png('eXIf', exif(orientation))), 'image/png');
    const found = [...pngChunks(shot)].find(({ name }) => name === 'eXIf');
    assert.is(found ? orientationOf(found.data) : 1, kept);
    assert.equal(shot.includes('Secret'), false);

    const file = Buffer.concat([webp, chunk.webp('EXIF', exif(orientation))]);
    file.writeUInt32LE(file.length - 8, 4);
    file[20] = 0x0c;
    const small = withoutMetadata(file, 'image/webp');
    const chunks = [...webpChunks(small)];
    const exifChunk = chunks.find(({ name }) => name === 'EXIF');
    assert.is(exifChunk ? orientationOf(exifChunk.data) : 1, kept);
    assert.is(small[20], kept > 1 ? 0x08 : 0);
    assert.is(small.readUInt32LE(4), small.length - 8);
  }
});

test('damaged files are never refused here, and never keep metadata', () => {
  for (const [type, where, file] of files()) {
    for (let length = 12; length < file.length; length += 7) {
      const cut = withoutMetadata(file.subarray(0, length), type);
      assert.ok(cut.length <= length + 40, `${type}: ${where}`);
      assert.is(
        /Exif\0\0.*Secret|ns\.adobe.*Secret|(tEXt|iTXt|zTXt|eXIf).*Secret/s.test(cut.toString('latin1')),
        false,
      );
    }
  }
  const zeros = Buffer.concat([png.subarray(0, 33), Buffer.alloc(1_000)]);
  assert.ok(withoutMetadata(zeros, 'image/png').equals(zeros), 'what is not metadata stays');
});

test('a file that consists of a million parts is refused after the first; a long animation is not', () => {
  const parts: Array<[AttachmentType, head: string, part: string]> = [
    ['image/jpeg', '\xff\xd8', '\xff\xe0\0\x02'],
    ['image/jpeg', '\xff\xd8', '\xff\xd0'],
    ['image/png', '\x89PNG\r\n\x1a\n', '\0\0\0\0IDAT\0\0\0\0'],
    ['image/gif', 'GIF89a\x01\0\x01\0\0\0\0', '!\xf9\0'],
    ['image/webp', 'RIFF\xff\xff\xff\x7fWEBP', 'ANMF\0\0\0\0'],
  ];
  for (const [type, head, part] of parts) {
    const file = (count: number) => bytes(head + part.repeat(count));
    assert.ok(withoutMetadata(file(maxParts - 1), type).length > head.length - 1, type);
    try {
      withoutMetadata(file(1_000_000), type);
      assert.unreachable(type);
    } catch (error) {
      assert.instance(error, TooManyParts, type);
    }
    if (type === 'image/jpeg') assert.is(pictureSize(file(1_000_000)), undefined);
  }
});
