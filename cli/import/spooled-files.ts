// Standard input and pipes → temporary files, because files are read twice: for a sample, then in full.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CoutureError } from '../../runtime/core/errors.ts';

export interface SpooledFiles {
  /** The files to read, in the order of the arguments. */
  readonly paths: readonly string[];
  remove(): Promise<void>;
}

/**
 * Copies what can be read only once into a temporary folder. `-` is the standard input.
 * @throws CoutureError `file_unreadable`
 */
export async function spoolFiles(
  given: readonly string[],
  options: { readonly stdin?: Readable; readonly signal?: AbortSignal } = {},
): Promise<SpooledFiles> {
  let folder: string | undefined;
  const remove = async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  };
  try {
    const paths: string[] = [];
    for (const [at, name] of given.entries()) {
      if (name !== '-' && !(await isPipe(name))) {
        paths.push(name);
        continue;
      }
      folder ??= await mkdtemp(path.join(os.tmpdir(), 'couture-import-'));
      const copy = path.join(
        folder,
        `${at === 0 ? '' : `${at + 1}-`}${name === '-' ? 'stdin' : path.basename(name)}`,
      );
      const source = name === '-' ? (options.stdin ?? process.stdin) : createReadStream(name);
      await pipeline(source, createWriteStream(copy), options.signal ? { signal: options.signal } : {});
      paths.push(copy);
    }
    return { paths, remove };
  } catch (cause) {
    await remove();
    options.signal?.throwIfAborted();
    throw new CoutureError(
      'file_unreadable',
      `The input cannot be read or copied to ${os.tmpdir()}: ${(cause as Error).message}`,
      'Check that there is space, or save the input to a file and import that.',
      { cause },
    );
  }
}

async function isPipe(name: string): Promise<boolean> {
  // A file that is absent is reported where it is read.
  const found = await stat(name).catch(() => undefined);
  return found !== undefined && (found.isFIFO() || found.isCharacterDevice() || found.isSocket());
}
