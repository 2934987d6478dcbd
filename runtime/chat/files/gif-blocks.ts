// The blocks of a GIF file (GIF89a), up to its end or to the first that cannot be read.

export interface GifBlock {
  readonly kind: 'head' | 'picture' | 'comment' | 'application' | 'other' | 'end';
  readonly start: number;
  readonly end: number;
}

export function* gifBlocks(content: Buffer): Generator<GifBlock> {
  let start = 13 + tableBytes(content[10] ?? 0);
  if (start > content.length) return;
  yield { kind: 'head', start: 0, end: start };
  while (start < content.length) {
    const [introducer, label] = [content[start], content[start + 1]];
    if (introducer === 0x3b) {
      yield { kind: 'end', start, end: start + 1 };
      return;
    }
    const isPicture = introducer === 0x2c;
    if (!isPicture && introducer !== 0x21) return;
    const from = isPicture ? start + 11 + tableBytes(content[start + 9] ?? 0) : start + 2;
    const end = endOfBlocks(content, from);
    if (end === undefined) return;
    const kind = label === 0xfe ? 'comment' : label === 0xff ? 'application' : 'other';
    yield { kind: isPicture ? 'picture' : kind, start, end };
    start = end;
  }
}

/** Size of the colour table that the flags announce. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}

/** After the terminator of a sequence of sub-blocks; undefined if the file ends before. */
function endOfBlocks(content: Buffer, from: number): number | undefined {
  let at = from;
  for (let size = content[at]; size !== undefined; size = content[at]) {
    at += size + 1;
    if (size === 0) return at;
  }
  return undefined;
}
