// The orientation of a camera in EXIF data (TIFF 6.0, tag 0x0112): 1 upright, 2 to 8 mirrored or turned.

const orientationTag = 0x0112;
const maxEntries = 1_000;

/**
 * @param data EXIF data
 * @param prefix what must come before it
 * @returns 1 if there is none, or if the data is damaged
 */
export function orientationOf(data: Buffer, prefix = ''): number {
  if (data.toString('latin1', 0, prefix.length) !== prefix) return 1;
  const tiff = data.subarray(prefix.length);
  const order = tiff.toString('latin1', 0, 4);
  if (order !== 'II*\0' && order !== 'MM\0*') return 1;
  const short = (at: number) => (order[0] === 'I' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (order[0] === 'I' ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  try {
    const directory = long(4);
    const entries = Math.min(short(directory), maxEntries);
    for (let n = 0; n < entries; n++) {
      const at = directory + 2 + n * 12;
      if (short(at) !== orientationTag) continue;
      const value = short(at + 8);
      return value >= 2 && value <= 8 ? value : 1;
    }
  } catch {
    // The data ends before its directory does.
  }
  return 1;
}

/** EXIF data with the orientation alone. */
export function orientationBlock(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(orientationTag, 10);
  // One value of the type SHORT.
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return tiff;
}
