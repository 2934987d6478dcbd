// Removes what pictures carry besides the picture: place, camera, owner, comments, thumbnails, and files appended to them.
// The orientation of the camera, without which photos lie on their side, is kept, and so are colour profiles and animation.
// Nothing is decoded: only whole segments are left out, so pixels stay as they are.

import type { AttachmentType } from './attachment-file.ts';
import { firstParts } from './first-parts.ts';
import { gifBlocks } from './gif-blocks.ts';
import { jpegSegments } from './jpeg-segments.ts';
import { orientationBlock, orientationOf } from './orientation.ts';
import { chunk, chunksBetween, pngChunks, webpChunks } from './picture-chunks.ts';

/**
 * @param content a file whose first bytes have this type
 * @returns the file without metadata; a PDF and text unchanged. Bytes after the last segment that can be read stay only if no
 * metadata is found in them: decoders show damaged pictures as far as they go.
 * @throws TooManyParts
 */
export function withoutMetadata(content: Buffer, type: AttachmentType): Buffer {
  switch (type) {
    case 'image/jpeg':
      return jpeg(content);
    case 'image/png':
      return png(content);
    case 'image/gif':
      return gif(content);
    case 'image/webp':
      return webp(content);
    case 'application/pdf':
    case 'text/plain':
      return content;
  }
}

function jpeg(content: Buffer): Buffer {
  const kept: Buffer[] = [content.subarray(0, 2)];
  let [orientation, at] = [1, 2];
  for (const { marker, start, end, data } of firstParts(jpegSegments(content))) {
    at = end;
    if (marker === 0xe1 && orientation === 1) orientation = orientationOf(data, 'Exif\0\0');
    if (isOfJpeg(marker, data)) kept.push(plainSegment(content.subarray(start, end), marker, data));
  }
  kept.push(harmless(content.subarray(at), endsJpeg(content, at)));
  if (orientation === 1) return Buffer.concat(kept);
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), orientationBlock(orientation)]);
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  // JFIF wants to be first.
  const first = kept[1]?.[1] === 0xe0 ? 2 : 1;
  return Buffer.concat([...kept.slice(0, first), head, exif, ...kept.slice(first)]);
}

/** Whether decoders need the segment: not comments, nor applications' own, except JFIF, colour profiles and Adobe's transform. */
function isOfJpeg(marker: number, data: Buffer): boolean {
  if (marker === 0xfe) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  const name = data.toString('latin1', 0, 12);
  if (marker === 0xe0) return name.startsWith('JFIF\0');
  if (marker === 0xe2) return name.startsWith('ICC_PROFILE\0');
  return marker === 0xee && name.startsWith('Adobe');
}

/** JFIF without its thumbnail, and Adobe's transform without what follows it: the sizes say where they end. */
function plainSegment(segment: Buffer, marker: number, data: Buffer): Buffer {
  const size = { 224: 14, 238: 12 }[marker];
  if (size === undefined || data.length < size) return segment;
  const plain = Buffer.concat([Buffer.from([0xff, marker, 0, size + 2]), data.subarray(0, size)]);
  if (marker === 0xe0) plain.fill(0, 16);
  return plain;
}

function endsJpeg(content: Buffer, at: number): boolean {
  return content[at - 2] === 0xff && content[at - 1] === 0xd9;
}

/** Chunks of PNG without which it looks different: the critical ones, colours, transparency, size and animation. */
const ofPng = new Set(
  'tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT cICP mDCV cLLI'.split(' '),
);

function png(content: Buffer): Buffer {
  const kept: Buffer[] = [content.subarray(0, 8)];
  let [orientation, at, ended] = [1, 8, false];
  for (const { name, start, end, data } of firstParts(pngChunks(content))) {
    at = end;
    ended = name === 'IEND';
    if (name === 'eXIf' && orientation === 1) orientation = orientationOf(data);
    if (/^[A-Z]/.test(name) || ofPng.has(name)) kept.push(content.subarray(start, end));
  }
  if (orientation > 1) kept.splice(2, 0, chunk.png('eXIf', orientationBlock(orientation)));
  return Buffer.concat([...kept, harmless(content.subarray(at), ended)]);
}

/** Extensions of GIF that are not its pictures' timing: only these, for loops and colours, are kept. */
const ofGif = ['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'];

function gif(content: Buffer): Buffer {
  const kept: Buffer[] = [];
  let [at, ended] = [0, false];
  for (const { kind, start, end } of firstParts(gifBlocks(content))) {
    at = end;
    ended = kind === 'end';
    const application = content.toString('latin1', start + 3, start + 14);
    if (kind === 'comment' || (kind === 'application' && !ofGif.includes(application))) continue;
    kept.push(content.subarray(start, end));
  }
  return Buffer.concat([...kept, harmless(content.subarray(at), ended)]);
}

const ofWebp = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Flags of VP8X: which chunks follow. */
const [hasExif, hasXmp] = [0x08, 0x04];

function webp(content: Buffer): Buffer {
  const kept: Buffer[] = [];
  let [orientation, at] = [1, 12];
  let extended: Buffer | undefined;
  for (const { name, start, end, data } of firstParts(webpChunks(content))) {
    at = end;
    if (name === 'EXIF' && orientation === 1)
      orientation = Math.max(orientationOf(data, 'Exif\0\0'), orientationOf(data));
    if (!ofWebp.has(name)) continue;
    const copy = name === 'ANMF' ? plainFrame(data) : Buffer.from(content.subarray(start, end));
    if (name === 'VP8X') extended = copy;
    kept.push(copy);
  }
  const size = content.readUInt32LE(4) + 8;
  kept.push(harmless(content.subarray(at), at >= size));
  const turned = orientation > 1 && extended !== undefined;
  if (extended) extended[8] = (extended[8]! & ~(hasExif | hasXmp)) | (turned ? hasExif : 0);
  if (turned) kept.push(chunk.webp('EXIF', orientationBlock(orientation)));
  const body = Buffer.concat(kept);
  const head = Buffer.from(content.subarray(0, 12));
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

/** Chunks of an animation's frame: its pixels and their transparency. */
const ofFrame = new Set(['ALPH', 'VP8 ', 'VP8L']);
const frameHead = 16;

function plainFrame(data: Buffer): Buffer {
  const kept = [...chunksBetween(data, frameHead, data.length)].filter(({ name }) => ofFrame.has(name));
  return chunk.webp(
    'ANMF',
    Buffer.concat([data.subarray(0, frameHead), ...kept.map(({ start, end }) => data.subarray(start, end))]),
  );
}

const signatures = [
  'Exif\0\0',
  'eXIf',
  'EXIF',
  'XMP ',
  'ns.adobe.com',
  'xmpmeta',
  'Photoshop 3.0',
  'tEXt',
  'zTXt',
  'iTXt',
];

/** The bytes after the last segment, unless the picture has ended or they hold metadata. */
function harmless(rest: Buffer, ended: boolean): Buffer {
  const isEmpty = ended || signatures.some((each) => rest.includes(each, 0, 'latin1'));
  return isEmpty ? rest.subarray(0, 0) : rest;
}
