// Rows, field by field → the bytes of Postgres's binary COPY format, in a buffer that is reused.
// https://www.postgresql.org/docs/current/sql-copy.html ("Binary Format")

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const epoch2000Ms = 946_684_800_000;
/** Letters. */
const shortText = 24;
const typeOid = { int2: 21, int4: 23, float4: 700, text: 25, date: 1082 } as const;

/**
 * Call `header()` once, then for each row `row(n)` and n field methods in the order and with the types of the COPY
 * column list, and `trailer()` last. Nothing checks the types: Postgres rejects a row with a wrong field length, but
 * accepts a wrong type of the same length.
 */
export class CopyEncoder {
  /** Number of rows written so far. */
  rows = 0;
  readonly #flushAt: number;
  #bytes: Buffer;
  #view: DataView;
  #spare: Buffer;
  #length = 0;

  /** @param flushAt size in bytes at which `full` becomes true; affects speed and memory only */
  constructor(flushAt = 1 << 20) {
    this.#flushAt = flushAt;
    // Small tables need little; see `#reserve` for the others.
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(flushAt, 1 << 14));
    this.#spare = Buffer.alloc(0);
    this.#view = viewOf(this.#bytes);
  }

  /** Number of bytes not taken yet. */
  get length(): number {
    return this.#length;
  }

  /** True when it is time to `take` or flush. Check it once per row. */
  get full(): boolean {
    return this.#length >= this.#flushAt;
  }

  /** Writes the 19-byte header: signature, no flags, no header extension. */
  header(): void {
    this.#reserve(19);
    this.#length += signature.copy(this.#bytes, this.#length);
    this.#view.setInt32(this.#length, 0);
    this.#view.setInt32(this.#length + 4, 0);
    this.#length += 8;
  }

  /** Writes the two-byte trailer. */
  trailer(): void {
    this.#reserve(2);
    this.#view.setInt16(this.#length, -1);
    this.#length += 2;
  }

  /** Starts a row with `fieldCount` fields. */
  row(fieldCount: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#length, fieldCount);
    this.#length += 2;
    this.rows++;
  }

  /** Appends whole rows that another encoder wrote, such as one in a worker thread. */
  append(rows: Uint8Array, count: number): void {
    this.#reserve(rows.length);
    this.#bytes.set(rows, this.#length);
    this.#length += rows.length;
    this.rows += count;
  }

  null(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#length, -1);
    this.#length += 4;
  }

  bool(value: boolean): void {
    this.#reserve(5);
    this.#view.setInt32(this.#length, 1);
    this.#bytes[this.#length + 4] = value ? 1 : 0;
    this.#length += 5;
  }

  int2(value: number): void {
    if ((value << 16) >> 16 !== value) throw outOfRange('int2', value);
    this.#reserve(6);
    this.#view.setInt32(this.#length, 2);
    this.#view.setInt16(this.#length + 4, value);
    this.#length += 6;
  }

  int4(value: number): void {
    if ((value | 0) !== value) throw outOfRange('int4', value);
    this.#reserve(8);
    this.#view.setInt32(this.#length, 4);
    this.#view.setInt32(this.#length + 4, value);
    this.#length += 8;
  }

  int8(value: number | bigint): void {
    this.#reserve(12);
    const at = this.#length;
    this.#view.setInt32(at, 8);
    if (typeof value === 'bigint') {
      if (BigInt.asIntN(64, value) !== value) throw outOfRange('int8', value);
      this.#view.setBigInt64(at + 4, value);
    } else {
      if (!Number.isSafeInteger(value)) throw outOfRange('int8', value);
      this.#view.setInt32(at + 4, Math.floor(value / 4_294_967_296));
      this.#view.setUint32(at + 8, value >>> 0);
    }
    this.#length = at + 12;
  }

  float4(value: number): void {
    this.#reserve(8);
    this.#view.setInt32(this.#length, 4);
    this.#view.setFloat32(this.#length + 4, value);
    this.#length += 8;
  }

  float8(value: number): void {
    this.#reserve(12);
    this.#view.setInt32(this.#length, 8);
    this.#view.setFloat64(this.#length + 4, value);
    this.#length += 12;
  }

  /** Writes UTF-8, for text, varchar and json columns. */
  text(value: string): void {
    this.#reserve(4 + value.length * 3);
    this.#text(value);
  }

  /** @param value in the canonical form, `f81d4fae-7dec-11d0-a765-00a0c91e6bf6` */
  uuid(value: string): void {
    this.#reserve(20);
    this.#view.setInt32(this.#length, 16);
    const written = this.#bytes.write(value.replaceAll('-', ''), this.#length + 4, 'hex');
    if (written !== 16) throw new RangeError(`${value} is not a uuid`);
    this.#length += 20;
  }

  /** @param epochMs milliseconds since 1970, as in `Date`; fractions are kept to the microsecond */
  timestamptz(epochMs: number): void {
    this.int8(Math.round((epochMs - epoch2000Ms) * 1_000));
  }

  /** Writes an amount of whole cents as `numeric` with two decimals, or with those that it has; up to ±2^53 cents. */
  numericCents(cents: number, decimals = 2): void {
    if (!Number.isSafeInteger(cents)) throw outOfRange('numeric cents', cents);
    this.#reserve(22);
    const at = this.#length;
    const view = this.#view;
    const amount = Math.abs(cents);
    const fraction = amount % 100;
    let whole = (amount - fraction) / 100;
    // Base-10,000 digits: at most four before the decimal point, and one after it for the cents.
    let groups = 0;
    for (let rest = whole; rest > 0; rest = Math.floor(rest / 10_000)) groups++;
    const digits = groups + (fraction > 0 ? 1 : 0);
    view.setInt32(at, 8 + digits * 2);
    view.setInt16(at + 4, digits);
    view.setInt16(at + 6, digits === 0 ? 0 : groups - 1);
    view.setUint16(at + 8, cents < 0 ? 0x4000 : 0);
    view.setInt16(at + 10, decimals);
    for (let group = groups - 1; group >= 0; group--) {
      view.setInt16(at + 12 + group * 2, whole % 10_000);
      whole = Math.floor(whole / 10_000);
    }
    if (fraction > 0) view.setInt16(at + 12 + groups * 2, fraction * 100);
    this.#length = at + 12 + digits * 2;
  }

  /** Writes a finite number as `numeric`, with the decimals of its shortest form: 9, 9.5, 9.125. */
  numeric(value: number): void {
    const cents = Math.round(value * 100);
    if (cents / 100 === value && Number.isSafeInteger(cents)) {
      this.numericCents(cents, cents % 100 === 0 ? 0 : cents % 10 === 0 ? 1 : 2);
      return;
    }
    const text = String(Math.abs(value));
    const [whole = '', fraction = ''] = (
      text.includes('e') ? Math.abs(value).toFixed(20).replace(/0+$/, '') : text
    ).split('.');
    const groups = Math.ceil(whole.length / 4);
    const digits = (
      whole.padStart(groups * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0')
    )
      .match(/.{4}/g)!
      .map(Number);
    this.#reserve(12 + digits.length * 2);
    const at = this.#length;
    this.#view.setInt32(at, 8 + digits.length * 2);
    this.#view.setInt16(at + 4, digits.length);
    this.#view.setInt16(at + 6, groups - 1);
    this.#view.setUint16(at + 8, value < 0 ? 0x4000 : 0);
    this.#view.setInt16(at + 10, fraction.length);
    for (const [place, digit] of digits.entries()) this.#view.setInt16(at + 12 + place * 2, digit);
    this.#length = at + 12 + digits.length * 2;
  }

  textArray(values: readonly (string | null)[]): void {
    let bytes = 24;
    let hasNull = false;
    for (const value of values) {
      bytes += 4 + (value === null ? 0 : value.length * 3);
      hasNull ||= value === null;
    }
    this.#reserve(bytes);
    const at = this.#length;
    this.#arrayHead(typeOid.text, values.length, 0);
    if (values.length > 0) this.#view.setInt32(at + 8, hasNull ? 1 : 0);
    for (const value of values) {
      if (value === null) this.null();
      else this.#text(value);
    }
    this.#view.setInt32(at, this.#length - at - 4);
  }

  /** `source[from]` to `source[to - 1]` as `smallint[]`. */
  int2Array(source: Int16Array, from = 0, to = source.length): void {
    let at = this.#arrayHead(typeOid.int2, to - from, 6);
    const view = this.#view;
    for (let i = from; i < to; i++, at += 6) {
      view.setInt32(at, 2);
      view.setInt16(at + 4, source[i]!);
    }
    this.#length = at;
  }

  /** `source[from]` to `source[to - 1]` as `int[]`. */
  int4Array(source: Int32Array, from = 0, to = source.length): void {
    this.#fourByteArray(typeOid.int4, source, from, to);
  }

  /** `source`, days since 2000-01-01, as `date[]`. */
  dateArray(source: Int32Array): void {
    this.#fourByteArray(typeOid.date, source, 0, source.length);
  }

  #fourByteArray(oid: number, source: Int32Array, from: number, to: number): void {
    let at = this.#arrayHead(oid, to - from, 8);
    const view = this.#view;
    for (let i = from; i < to; i++, at += 8) {
      view.setInt32(at, 4);
      view.setInt32(at + 4, source[i]!);
    }
    this.#length = at;
  }

  /** `source[from]` to `source[to - 1]` as `real[]`. */
  float4Array(source: Float32Array, from = 0, to = source.length): void {
    let at = this.#arrayHead(typeOid.float4, to - from, 8);
    const view = this.#view;
    for (let i = from; i < to; i++, at += 8) {
      view.setInt32(at, 4);
      view.setFloat32(at + 4, source[i]!);
    }
    this.#length = at;
  }

  /**
   * Returns the bytes written so far and continues in a second buffer. They stay valid until the next `take`, so they
   * can be in flight while the next rows are written.
   */
  take(): Buffer {
    const taken = this.#bytes;
    const waiting = taken.subarray(0, this.#length);
    this.#length = 0;
    this.#bytes = this.#spare.length < taken.length ? Buffer.allocUnsafeSlow(taken.length) : this.#spare;
    this.#spare = taken;
    this.#view = viewOf(this.#bytes);
    return waiting;
  }

  #text(value: string): void {
    const written = value.length > shortText ? -1 : this.#ascii(value);
    if (written < 0) this.#utf8(value);
    else {
      this.#view.setInt32(this.#length, written);
      this.#length += 4 + written;
    }
  }

  /** Writes a short text letter by letter, which costs less than a call of Buffer's; returns −1 at a letter that is not ASCII. */
  #ascii(value: string): number {
    const bytes = this.#bytes;
    const start = this.#length + 4;
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code > 0x7f) return -1;
      bytes[start + at] = code;
    }
    return value.length;
  }

  #utf8(value: string): void {
    const written = this.#bytes.write(value, this.#length + 4);
    this.#view.setInt32(this.#length, written);
    this.#length += 4 + written;
  }

  /** Writes the field length and the array header for fixed-size elements; returns the offset of the first element. */
  #arrayHead(oid: number, count: number, elementBytes: number): number {
    this.#reserve(24 + count * elementBytes);
    const at = this.#length;
    const view = this.#view;
    view.setInt32(at, (count > 0 ? 20 : 12) + count * elementBytes);
    view.setInt32(at + 4, count > 0 ? 1 : 0);
    view.setInt32(at + 8, 0);
    view.setInt32(at + 12, oid);
    this.#length = at + 16;
    if (count > 0) {
      view.setInt32(at + 16, count);
      view.setInt32(at + 20, 1);
      this.#length = at + 24;
    }
    return this.#length;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const size = this.#bytes.length;
    // Room for the row that crosses `flushAt`. Who takes many rows at once needs more: by doubling, each byte is copied once
    // on average.
    const roomy = this.#flushAt + (1 << 16);
    const usual = size < roomy ? Math.min(size * 4, roomy) : size * 2;
    const grown = Buffer.allocUnsafeSlow(Math.max(usual, this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function outOfRange(type: string, value: number | bigint): RangeError {
  return new RangeError(`${value} is out of range for ${type}`);
}
