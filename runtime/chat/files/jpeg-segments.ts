// The segments of a JPEG file (ITU T.81, annex B), up to its end or to the first that cannot be read.

export interface JpegSegment {
  readonly marker: number;
  readonly start: number;
  /** After the entropy-coded data that follows a scan. */
  readonly end: number;
  readonly data: Buffer;
}

export function* jpegSegments(content: Buffer): Generator<JpegSegment> {
  for (let start = 2; content[start] === 0xff; ) {
    let at = start;
    while (content[at + 1] === 0xff) at += 1;
    const marker = content[at + 1];
    if (marker === undefined) return;
    if (marker === 0xd9 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      yield { marker, start, end: at + 2, data: content.subarray(0, 0) };
      if (marker === 0xd9) return;
      start = at + 2;
      continue;
    }
    if (at + 4 > content.length) return;
    const length = content.readUInt16BE(at + 2);
    let end = at + 2 + length;
    if (length < 2 || end > content.length) return;
    const data = content.subarray(at + 4, end);
    if (marker === 0xda) end = endOfScan(content, end);
    yield { marker, start, end, data };
    start = end;
  }
}

/** The next marker that is neither a stuffed byte nor a restart. */
function endOfScan(content: Buffer, from: number): number {
  for (let at = content.indexOf(0xff, from); at >= 0; at = content.indexOf(0xff, at + 1)) {
    const next = content[at + 1];
    if (next === undefined) break;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return content.length;
}
