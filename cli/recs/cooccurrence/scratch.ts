// Working arrays reused from task to task: for a new array the kernel has to clear its pages each time.

/** Arrays by name. An array is valid until the next call with the same name. */
export class Scratch {
  readonly #buffers = new Map<string, ArrayBuffer>();

  /** Returns `length` integers, all set to `value`. */
  int32(name: string, length: number, value = 0): Int32Array {
    return new Int32Array(this.#bytes(name, length * 4), 0, length).fill(value);
  }

  /** Returns `length` zeros. */
  float32(name: string, length: number): Float32Array {
    return new Float32Array(this.#bytes(name, length * 4), 0, length).fill(0);
  }

  /** Returns `length` zeros. */
  float64(name: string, length: number): Float64Array {
    return new Float64Array(this.#bytes(name, length * 8), 0, length).fill(0);
  }

  /** Returns `length` zeros. */
  uint16(name: string, length: number): Uint16Array {
    return new Uint16Array(this.#bytes(name, length * 2), 0, length).fill(0);
  }

  #bytes(name: string, bytes: number): ArrayBuffer {
    const held = this.#buffers.get(name);
    if (held && held.byteLength >= bytes) return held;
    // Partitions are of about the same size: with spare room, the first one's buffer fits all.
    const buffer = new ArrayBuffer(Math.ceil((bytes * 1.25) / 8) * 8);
    this.#buffers.set(name, buffer);
    return buffer;
  }
}
