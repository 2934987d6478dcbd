// Numbers ↔ one file of the kept folder, sealed with its SHA-256 and replaced by a rename: whole, or as it was.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { KeptFault } from './kept-fault.ts';
import { makeFolder, replaceFile } from './manifest.ts';

/** The first bytes are the SHA-256 of the rest. */
const sealBytes = 32;

/** Undefined if there is no such file. @throws KeptFault if it is damaged or cannot be read */
export function readNumbers(folder: string, name: string): Int32Array | undefined {
  let file: Uint8Array;
  try {
    file = new Uint8Array(readFileSync(path.join(folder, name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KeptFault(`${name} cannot be read: ${(error as Error).message}`);
  }
  const numbers = file.subarray(sealBytes);
  const seal = createHash('sha256').update(numbers).digest();
  if (numbers.length % 4 !== 0 || !seal.equals(file.subarray(0, sealBytes)))
    throw new KeptFault(`${name} is damaged`);
  return new Int32Array(file.buffer, sealBytes, numbers.length / 4);
}

/** @throws a system error, of a full disk for example */
export function writeNumbers(folder: string, name: string, parts: readonly Int32Array[]): void {
  const bytes = parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  const hash = createHash('sha256');
  for (const each of bytes) hash.update(each);
  makeFolder(folder);
  replaceFile(folder, name, Buffer.concat([hash.digest(), ...bytes]));
}

/** Numbers in `hashKey`. */
export const keyLength = 8;

/** SHA-256 of what decides a result, as numbers. */
export function hashKey(parts: Iterable<string | NodeJS.ArrayBufferView>): Int32Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Int32Array(new Uint8Array(hash.digest()).buffer);
}
