// 32-bit hashes, the same on every machine: FNV-1a and the finalizer of MurmurHash3. Not for secrets or untrusted input.

const offsetBasis = 0x811c9dc5 | 0;
const prime = 0x01000193;

/** FNV-1a over UTF-16 units. Its low bits are weak; `mix32` spreads them. */
export function hashText(text: string): number {
  let hash = offsetBasis;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), prime);
  return hash;
}

/** Hash of bytes, FNV-1a and then `mix32`. Two seeds give 64 independent bits. */
export function hashBytes(bytes: Uint8Array, at: number, length: number, seed: number): number {
  let hash = offsetBasis ^ seed;
  for (let offset = at; offset < at + length; offset++) hash = Math.imul(hash ^ bytes[offset]!, prime);
  return mix32(hash);
}

/** Spreads an integer over 32 bits (the finalizer of MurmurHash3), so that similar inputs get distant outputs. */
export function mix32(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
