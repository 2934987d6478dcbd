// Working arrays that are kept from task to task: fresh ones cost the pages that the kernel must clear each time.

/** Arrays by name; each is valid until the same name is asked for again. */
export class Scratch {
  readonly #buffers = new Map<string, ArrayBuffer>();

  /** `length` integers, all `value`. */
  int32(name: string, length: number, value = 0): Int32Array {
    return new Int32Array(this.#bytes(name, length * 4), 0, length).fill(value);
  }

  /** `length` zeros. */
  float32(name: string, length: number): Float32Array {
    return new Float32Array(this.#bytes(name, length * 4), 0, length).fill(0);
  }

  #bytes(name: string, bytes: number): ArrayBuffer {
    const held = this.#buffers.get(name);
    if (held && held.byteLength >= bytes) return held;
    // Partitions are of about one size: with room to spare the first one's serves all.
    const buffer = new ArrayBuffer(Math.ceil((bytes * 1.25) / 8) * 8);
    this.#buffers.set(name, buffer);
    return buffer;
  }
}
