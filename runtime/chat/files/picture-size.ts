// The pixels of a picture, as its header says; nothing is decoded.
import { firstParts } from './first-parts.ts';
import { jpegSegments } from './jpeg-segments.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** @returns undefined for other files, and where the header is too short or behind too many other parts */
export function pictureSize(content: Buffer): PictureSize | undefined {
  try {
    if (content.toString('latin1', 1, 4) === 'PNG')
      return size(content.readUInt32BE(16), content.readUInt32BE(20));
    if (content.toString('latin1', 0, 3) === 'GIF')
      return size(content.readUInt16LE(6), content.readUInt16LE(8));
    if (content.toString('latin1', 8, 12) === 'WEBP') return webpSize(content);
    if (content.readUInt16BE(0) === 0xffd8) return jpegSize(content);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

function size(width: number, height: number): PictureSize {
  return { width, height };
}

/** In the frame header: SOF0 to SOF15, without the markers between them that are tables. */
function jpegSize(content: Buffer): PictureSize | undefined {
  for (const { marker, data } of firstParts(jpegSegments(content))) {
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return size(data.readUInt16BE(3), data.readUInt16BE(1));
  }
  return undefined;
}

function webpSize(content: Buffer): PictureSize | undefined {
  switch (content.toString('latin1', 12, 16)) {
    case 'VP8X':
      return size(content.readUIntLE(24, 3) + 1, content.readUIntLE(27, 3) + 1);
    case 'VP8 ':
      return size(content.readUInt16LE(26) & 0x3fff, content.readUInt16LE(28) & 0x3fff);
    case 'VP8L': {
      const bits = content.readUInt32LE(21);
      return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    default:
      return undefined;
  }
}
