// Bytes of a text file in any encoding → UTF-8, chunk by chunk.
import { isAscii, isUtf8 } from 'node:buffer';
import { CoutureError } from '../../runtime/core/errors.ts';
import { guessEncoding } from './encoding-guess.ts';

/** The encoding of single bytes that are invalid in a file that otherwise is UTF-8. */
const fallback = 'windows-1252';

/**
 * Checks a value of `--encoding`.
 * @throws CoutureError `bad_option`
 */
export function parseEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new CoutureError(
      'bad_option',
      `--encoding is ${JSON.stringify(label)}: unknown encoding`,
      'For example windows-1252, windows-1251, iso-8859-2, shift_jis, gb18030 or utf-16le.',
    );
  }
}

/** Decodes one file. Feed it all chunks, then call `end`. */
export class TextReader {
  /** Known after the first chunk; changes from `utf-8` to the fallback at the first byte that is not ASCII. */
  encoding: string | undefined;
  /** Invalid bytes in a file that otherwise is UTF-8; they were read in the fallback encoding. */
  oddBytes = 0;
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #onlyAscii = true;
  #tail: Buffer = Buffer.alloc(0);

  /** @param encoding detected from the bytes if undefined */
  constructor(encoding?: string) {
    this.encoding = encoding;
    if (encoding && encoding !== 'utf-8') this.#decoder = new TextDecoder(encoding);
  }

  push(chunk: Buffer): Buffer {
    if (!this.encoding) this.#detect(chunk);
    // Fields of a fixed width are filled up with NUL, which no text has, and Postgres cannot store.
    const hasNul = !this.encoding?.startsWith('utf-16') && chunk.includes(0);
    return this.#decode(hasNul ? Buffer.from(chunk.filter((byte) => byte !== 0)) : chunk);
  }

  #decode(chunk: Buffer): Buffer {
    if (this.#decoder) return Buffer.from(this.#decoder.decode(chunk, { stream: true }));
    if (this.#onlyAscii && isAscii(chunk)) return chunk;
    return this.#fromUtf8(chunk);
  }

  /** Returns what is left of an incomplete character. */
  end(): Buffer {
    if (this.#decoder) return Buffer.from(this.#decoder.decode());
    const tail = this.#tail;
    this.#tail = Buffer.alloc(0);
    return tail.length > 0 ? this.#repair(tail) : tail;
  }

  /** Byte order marks, otherwise the place of the NUL bytes that UTF-16 writes beside ASCII. */
  #detect(chunk: Buffer): void {
    const start = chunk.length < 2 ? 0 : chunk.readUInt16BE(0);
    const sample = chunk.subarray(0, 2048);
    const [even, odd] = [0, 1].map(
      (at) => sample.filter((byte, index) => byte === 0 && index % 2 === at).length,
    );
    const many = sample.length / 5;
    if (start === 0xfffe || (odd! > many && even! < odd! / 10)) this.encoding = 'utf-16le';
    else if (start === 0xfeff || (even! > many && odd! < even! / 10)) this.encoding = 'utf-16be';
    else this.encoding = 'utf-8';
    if (this.encoding !== 'utf-8') this.#decoder = new TextDecoder(this.encoding);
  }

  #fromUtf8(chunk: Buffer): Buffer {
    const bytes = this.#tail.length > 0 ? Buffer.concat([this.#tail, chunk]) : chunk;
    const whole = bytes.length - incomplete(bytes);
    const body = bytes.subarray(0, whole);
    if (isUtf8(body)) {
      this.#onlyAscii &&= isAscii(body);
      this.#tail = Buffer.from(bytes.subarray(whole));
      return body;
    }
    if (this.#onlyAscii && !mostlyUtf8(body)) {
      this.encoding = guessEncoding(bytes);
      this.#decoder = new TextDecoder(this.encoding);
      return Buffer.from(this.#decoder.decode(bytes, { stream: true }));
    }
    this.#onlyAscii = false;
    this.#tail = Buffer.from(bytes.subarray(whole));
    return this.#repair(body);
  }

  /** Reads the bytes that are not valid UTF-8 in the fallback encoding, so that no replacement character gets in. */
  #repair(bytes: Buffer): Buffer {
    const parts: Buffer[] = [];
    const decoder = new TextDecoder(fallback);
    let from = 0;
    for (let at = 0; at < bytes.length; ) {
      const length = sequenceLength(bytes, at);
      if (length > 0) {
        at += length;
        continue;
      }
      parts.push(bytes.subarray(from, at), Buffer.from(decoder.decode(bytes.subarray(at, at + 1))));
      this.oddBytes++;
      from = ++at;
    }
    return Buffer.concat([...parts, bytes.subarray(from)]);
  }
}

/** Number of bytes at the end that begin a character without completing it. */
function incomplete(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < lengthFrom(byte) ? back : 0;
  }
  return 0;
}

function lengthFrom(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

/** Length of the UTF-8 character at a place; 0 if there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const length = lengthFrom(bytes[at]!);
  return length > 0 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length ? length : 0;
}

function mostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  const replaced = text.match(/\ufffd/g)?.length ?? 0;
  const others = text.match(/[^\0-\x7f\ufffd]/g)?.length ?? 0;
  return others > replaced;
}
