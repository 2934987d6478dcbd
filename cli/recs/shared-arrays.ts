// Typed arrays over shared memory: all threads read and write the same bytes, without copies.

export function sharedInt32(length: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(length * 4));
}

export function sharedFloat32(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}

export function sharedFloat64(length: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(length * 8));
}

export function sharedInt16(length: number): Int16Array<SharedArrayBuffer> {
  return new Int16Array(new SharedArrayBuffer(length * 2));
}

/** A copy of `source` in shared memory. */
export function toShared<A extends Int32Array | Float32Array | Float64Array | Uint8Array | Uint16Array>(
  source: A,
): A {
  const buffer = new SharedArrayBuffer(source.byteLength);
  const copy = new (source.constructor as new (buffer: SharedArrayBuffer) => A)(buffer);
  copy.set(source as never);
  return copy;
}
