// The folder of kept order lines and its manifest, which names the files that count and seals each of them. A manifest replaces
// the one before by a rename, after everything it names is on the disk: a process that is killed leaves one or the other.
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { KeptFault } from './kept-fault.ts';
import type { RangeCheck, RangeChecks } from './ranges.ts';
import type { FileSeal } from './segment.ts';

/** Raised whenever the files or what they mean changes. */
const format = 1;

const manifestName = 'manifest.json';

/** What one refresh added: lines, and the ids that they were the first to name. */
export interface Generation {
  readonly lines: FileSeal;
  readonly customers: FileSeal;
  readonly products: FileSeal;
  /** Number of lines in the file, including those of ranges that were read again later. */
  readonly count: number;
}

export interface Manifest {
  /** What the lines were read from and how; another reading makes them useless. */
  readonly source: string;
  readonly generations: readonly Generation[];
  readonly checks: RangeChecks;
  /** Range → index of the generation with its lines. */
  readonly generationOf: ReadonlyMap<number, number>;
}

/** The manifest as JSON: columns, since a shop can have a hundred thousand ranges. */
interface ManifestJson {
  readonly format: number;
  readonly couture: string;
  readonly source: string;
  readonly generations: readonly Generation[];
  readonly ranges: readonly number[];
  readonly lines: readonly number[];
  readonly sums: readonly string[];
  readonly in: readonly number[];
}

/**
 * Reads the manifest and checks that its files are there.
 * @throws KeptFault if there is none, or if it cannot be used
 */
export function readManifest(folder: string, couture: string, source: string): Manifest {
  const json = parseSealed(folder);
  if (json.format !== format) throw new KeptFault(`they are in format ${json.format}, not ${format}`);
  if (json.couture !== couture)
    throw new KeptFault(`couture ${json.couture} kept them, and this is couture ${couture}`);
  if (json.source !== source)
    throw new KeptFault(
      'they are of another database, or the view couture_source.order_line has other columns',
    );
  for (const { lines, customers, products } of json.generations)
    for (const seal of [lines, customers, products]) requireSize(folder, seal);
  const checks = new Map<number, RangeCheck>();
  const generationOf = new Map<number, number>();
  for (const [at, range] of json.ranges.entries()) {
    checks.set(range, { lines: json.lines[at]!, sum: json.sums[at]! });
    generationOf.set(range, json.in[at]!);
  }
  return { source, generations: json.generations, checks, generationOf };
}

/** Replaces the manifest, then removes the files that it does not name. */
export function writeManifest(folder: string, couture: string, manifest: Manifest): void {
  const { source, generations, checks, generationOf } = manifest;
  const ranges = [...checks.keys()];
  const json: ManifestJson = {
    format,
    couture,
    source,
    generations,
    ranges,
    lines: ranges.map((range) => checks.get(range)!.lines),
    sums: ranges.map((range) => checks.get(range)!.sum),
    in: ranges.map((range) => generationOf.get(range)!),
  };
  replaceFile(folder, manifestName, sealed(JSON.stringify(json)));
  const named = new Set(
    generations.flatMap(({ lines, customers, products }) => [lines.name, customers.name, products.name]),
  );
  for (const name of readdirSync(folder))
    if (/^(lines|customers|products)-\d+$/.test(name) && !named.has(name)) rmSync(path.join(folder, name));
}

/** The number of the next generation's files: no manifest names them. */
export function nextGeneration(manifest: Manifest | undefined): number {
  const numbers = manifest?.generations.map(({ lines }) => Number(lines.name.split('-')[1])) ?? [];
  return Math.max(0, ...numbers) + 1;
}

/** Writes bytes to a new file and to the disk. */
export function sealFile(folder: string, name: string, bytes: Buffer): FileSeal {
  const handle = openSync(path.join(folder, name), 'w', 0o600);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return { name, bytes: bytes.length, hash: sha256(bytes) };
}

/** @throws KeptFault unless the file has the sealed bytes */
export function readSealed(folder: string, { name, hash }: FileSeal): Buffer {
  const bytes = readFileSync(path.join(folder, name));
  if (sha256(bytes) !== hash) throw new KeptFault(`${name} is damaged`);
  return bytes;
}

/** Writes a file beside its place, to the disk, and moves it there. */
export function replaceFile(folder: string, name: string, content: string | Uint8Array): void {
  const partial = path.join(folder, `${name}.partial`);
  writeFileSync(partial, content, { mode: 0o600, flush: true });
  renameSync(partial, path.join(folder, name));
  syncFolder(folder);
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** The first line is the SHA-256 of the rest. */
export function sealed(text: string): string {
  return `${sha256(Buffer.from(text))}\n${text}`;
}

function parseSealed(folder: string): ManifestJson {
  let text: string;
  try {
    text = readFileSync(path.join(folder, manifestName), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new KeptFault('none are kept yet');
    throw new KeptFault(`their manifest cannot be read: ${(error as Error).message}`);
  }
  const end = text.indexOf('\n');
  const rest = text.slice(end + 1);
  if (sha256(Buffer.from(rest)) !== text.slice(0, Math.max(0, end)))
    throw new KeptFault('their manifest is damaged');
  return JSON.parse(rest);
}

function requireSize(folder: string, { name, bytes }: FileSeal): void {
  const found = statSync(path.join(folder, name), { throwIfNoEntry: false });
  if (!found) throw new KeptFault(`${name} is missing`);
  if (found.size !== bytes) throw new KeptFault(`${name} has ${found.size} bytes instead of ${bytes}`);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A rename is on the disk once its folder is. Not every file system can sync a folder. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}
