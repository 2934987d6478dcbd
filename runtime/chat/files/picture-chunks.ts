// The chunks of PNG (W3C PNG, 5.3) and WebP (RIFF) files, up to the end or to the first that cannot be read.
import { crc32 } from 'node:zlib';

export interface PictureChunk {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly data: Buffer;
}

export function* pngChunks(content: Buffer): Generator<PictureChunk> {
  for (let start = 8; start + 12 <= content.length; ) {
    const name = content.toString('latin1', start + 4, start + 8);
    const end = start + 12 + content.readUInt32BE(start);
    if (!/^[A-Za-z]{4}$/.test(name) || end > content.length) return;
    yield { name, start, end, data: content.subarray(start + 8, end - 4) };
    if (name === 'IEND') return;
    start = end;
  }
}

export function* webpChunks(content: Buffer): Generator<PictureChunk> {
  yield* chunksBetween(content, 12, Math.min(content.length, content.readUInt32LE(4) + 8));
}

/** The chunks of RIFF between these places. */
export function* chunksBetween(content: Buffer, first: number, last: number): Generator<PictureChunk> {
  for (let start = first; start + 8 <= last; ) {
    const name = content.toString('latin1', start, start + 4);
    const size = content.readUInt32LE(start + 4);
    const end = start + 8 + size + (size % 2);
    if (!/^[\x20-\x7e]{4}$/.test(name) || end > content.length + 1) return;
    yield {
      name,
      start,
      end: Math.min(end, content.length),
      data: content.subarray(start + 8, start + 8 + size),
    };
    start = end;
  }
}

/** Chunks with this content. */
export const chunk = {
  png(name: string, data: Buffer): Buffer {
    const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  },
  webp(name: string, data: Buffer): Buffer {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(data.length);
    return Buffer.concat([Buffer.from(name, 'latin1'), size, data, Buffer.alloc(data.length % 2)]);
  },
};
