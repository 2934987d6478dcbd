// Custom segments: a folder of SQL files, each one query for the ids of customers → segments for expressions.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Client } from '../../sql/pool.ts';
import { checkSegmentSql, type SegmentCheck } from '../../sql/store/push/check-segment.ts';
import { type Audience, segments } from '../../sql/store/push/segments.ts';
import { leavesOf } from './segment-expression.ts';

export interface CustomSegment {
  readonly name: string;
  readonly file: string;
  /** The comment that the file begins with. */
  readonly summary: string;
  /** As it stands in the file, without the semicolon that ends it. */
  readonly sql: string;
}

const [maxFiles, maxBytes] = [200, 20_000];
const nameForm = /^[a-z][a-z0-9-]{0,39}$/;
/** At the end or before comments; without a quote after it, it can't be part of a text. */
const lastSemicolon = /;((?:\s|--[^\n'"$]*(?:\n|$))*)$/;
const reserved = new Set(['and', 'or', 'not']);

/**
 * The segments of a folder by name; none without a folder.
 * @throws CoutureError `bad_option` for a folder or file that cannot be read, and names that are taken or not allowed
 */
export function readCustomSegments(folder: string | undefined): Map<string, CustomSegment> {
  if (folder === undefined) return new Map();
  const files = attempt(folder, () =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .sort(),
  );
  if (files.length > maxFiles)
    throw wrong(folder, `it has ${files.length} files`, `Keep at most ${maxFiles} segments.`);
  return new Map(files.map((file) => [file.slice(0, -4), segmentOf(path.join(folder, file))]));
}

/**
 * Checks the custom segments that an audience uses.
 * @throws CoutureError `bad_option` with the file, the line and the column
 */
export async function checkCustomSegments(
  client: Client,
  audience: Audience,
  known: ReadonlyMap<string, CustomSegment>,
): Promise<void> {
  const names = new Set(leavesOf(audience).flatMap((leaf) => ('sql' in leaf ? [leaf.segment] : [])));
  for (const name of names) await checkCustomSegment(client, known.get(name)!);
}

/** @throws CoutureError `bad_option` with the file, the line and the column */
export async function checkCustomSegment(
  client: Client,
  { file, sql }: CustomSegment,
): Promise<SegmentCheck> {
  const found = await checkSegmentSql(client, sql);
  if (!('message' in found)) return found;
  const { message, position } = found;
  throw wrong(
    position === undefined ? file : `${file}, ${lineAndColumn(sql, position)}`,
    message,
    'A segment is one query of one column, the ids of customers as in couture_source.customer; it writes nothing and takes at most 30 s.',
  );
}

function segmentOf(file: string): CustomSegment {
  const name = path.basename(file, '.sql');
  if (!nameForm.test(name) || reserved.has(name))
    throw wrong(
      file,
      'its name cannot be that of a segment',
      'Use lower-case letters, digits and hyphens, such as big-spenders.sql.',
    );
  if (Object.hasOwn(segments, name)) throw wrong(file, `couture has a segment ${name}`, 'Rename the file.');
  const bytes = attempt(file, () => statSync(file).size);
  if (bytes > maxBytes)
    throw wrong(
      file,
      `it has ${bytes} bytes`,
      `Keep a segment below ${maxBytes} bytes; put long queries into a view.`,
    );
  // Editors on Windows begin a file with a mark that Postgres does not know.
  const text = attempt(file, () => readFileSync(file, 'utf8')).replace(/^\ufeff/, '');
  // Lines stay where they are, so that errors name those of the file.
  const sql = text.trimEnd().replace(lastSemicolon, '$1');
  if (sql.trim() === '' || sql.includes('\0'))
    throw wrong(file, 'it has no query', 'Write one, such as: select customer_id from …');
  const [, summary] = /^\s*--[ \t]*(.+)/.exec(text) ?? [];
  return { name, file, summary: summary?.trim().slice(0, 200) ?? 'are in the query of the file', sql };
}

function lineAndColumn(sql: string, position: number): string {
  const lines = [...sql]
    .slice(0, position - 1)
    .join('')
    .split('\n');
  return `line ${lines.length}, column ${[...lines.at(-1)!].length + 1}`;
}

function attempt<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrong(file, (error as Error).message, 'Check the path (COUTURE_SEGMENTS) and its permissions.');
  }
}

function wrong(where: string, what: string, hint: string): CoutureError {
  return new CoutureError('bad_option', `Invalid segment ${where}: ${what}`, hint);
}
