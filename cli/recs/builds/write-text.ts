// Writes an export in constant memory: to stdout, or to a file that is moved into place once it is complete.
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import process from 'node:process';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CoutureError } from '../../../runtime/core/errors.ts';

/**
 * Writes all chunks. A file is written beside its target and renamed when it is complete.
 * @param file path of the file, compressed if it ends in .gz; undefined: stdout
 * @throws CoutureError `file_unreadable` if the file cannot be written
 */
export async function writeText(
  chunks: AsyncIterable<string>,
  file: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const text = Readable.from(chunks, { objectMode: false });
  if (file === undefined) await writeOut(text, signal);
  else await writeFile(text, file, signal);
}

async function writeOut(text: Readable, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(text, process.stdout, { signal, end: false });
  } catch (error) {
    // The reader, such as `head`, has closed the pipe.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

async function writeFile(text: Readable, file: string, signal: AbortSignal): Promise<void> {
  const place = await placeOf(file);
  const target = place.whole ? `${place.path}.${process.pid}.partial` : place.path;
  try {
    const out = createWriteStream(target);
    const steps: Writable[] = file.endsWith('.gz') ? [createGzip(), out] : [out];
    await pipeline([text, ...steps], { signal });
    if (place.whole) await rename(target, place.path);
  } catch (error) {
    if (place.whole) await rm(target, { force: true });
    throw unwritable(file, error);
  }
}

/** Where to write. Devices and pipes are written to directly: a rename would replace them with a file. */
async function placeOf(file: string): Promise<{ path: string; whole: boolean }> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new CoutureError(
      'file_unreadable',
      `${file} is a folder.`,
      'Give a file in it, such as lists.csv.gz.',
    );
  }
  // Resolve a symbolic link, so that the rename replaces its target and not the link.
  return found ? { path: await realpath(file), whole: found.isFile() } : { path: file, whole: true };
}

function unwritable(file: string, error: unknown): unknown {
  const { code = '', syscall = '', message } = error as NodeJS.ErrnoException;
  if (!/^(open|write|rename|close)$/.test(syscall)) return error;
  return new CoutureError(
    'file_unreadable',
    `Cannot write ${file}: ${message}`,
    code === 'ENOENT'
      ? 'Create its folder first.'
      : 'Check its folder, its permissions and the free disk space.',
    { cause: error },
  );
}
