// A set of texts by 63 bits of their hashes, in typed arrays: open addressing, 16 to 32 bytes per text. Two texts with one hash are
// one, which one pair in 8 million texts is with a probability of 1 in 250,000.
import { hashText, mix32 } from '../../sql/hash32.ts';

export class HashSet {
  size = 0;
  /** Pairs of hashes; two zeros are an empty slot. */
  #slots = new Int32Array(1 << 11);

  /** Returns whether the text is new. */
  add(text: string): boolean {
    const low = mix32(hashText(text)) | 1;
    const high = otherHash(text);
    const slot = this.#slot(low, high);
    if (this.#slots[slot] !== 0) return false;
    this.#slots[slot] = low;
    this.#slots[slot + 1] = high;
    if (++this.size * 4 > this.#slots.length) this.#grow();
    return true;
  }

  has(text: string): boolean {
    return this.#slots[this.#slot(mix32(hashText(text)) | 1, otherHash(text))] !== 0;
  }

  clear(): void {
    this.#slots = new Int32Array(1 << 11);
    this.size = 0;
  }

  #slot(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = (mix32(high ^ low) << 1) & mask; ; slot = (slot + 2) & mask) {
      const found = this.#slots[slot];
      if (found === 0 || (found === low && this.#slots[slot + 1] === high)) return slot;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      const [low, high] = [before[at]!, before[at + 1]!];
      if (low === 0) continue;
      const slot = this.#slot(low, high);
      this.#slots[slot] = low;
      this.#slots[slot + 1] = high;
    }
  }
}

/** A second hash, independent of FNV-1a: a polynomial with another multiplier. */
function otherHash(text: string): number {
  let hash = text.length | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash, 0x9e3779b1) + text.charCodeAt(at);
  return mix32(hash);
}
