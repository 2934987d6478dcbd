// Merges settings into couture.config.json.
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configFile } from '../runtime/core/config.ts';
import { CoutureError } from '../runtime/core/errors.ts';

/** The settings of the file; none if there is no file. */
export function readSettings(directory: string): Record<string, unknown> {
  const file = path.join(directory, configFile);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw unusable(file, `cannot be read: ${(cause as Error).message}`, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unusable(file, `is not valid JSON: ${(cause as Error).message}`, cause);
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw unusable(file, 'is not a JSON object', undefined);
}

/**
 * Merges the settings into couture.config.json and replaces the file atomically. Other keys stay.
 * @param options.secret whether a setting is a secret, so that only the file's owner may read it
 * @returns the file's path
 * @throws CoutureError `config_unreadable` if the file is not a JSON object, or cannot be read or written
 */
export function mergeSettings(
  directory: string,
  settings: Readonly<Record<string, unknown>>,
  { secret = false } = {},
): string {
  const file = path.join(directory, configFile);
  const text = `${JSON.stringify({ ...readSettings(directory), ...settings }, null, 2)}\n`;
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    // The file that a symbolic link names is replaced, not the link.
    const place = found ? realpathSync(file) : file;
    const mode = secret ? 0o600 : (found?.mode ?? 0o644) & 0o777;
    rmSync(`${place}.new`, { force: true });
    writeFileSync(`${place}.new`, text, { mode });
    renameSync(`${place}.new`, place);
  } catch (cause) {
    throw unusable(file, `cannot be written: ${(cause as Error).message}`, cause);
  }
  return file;
}

function unusable(file: string, problem: string, cause: unknown): CoutureError {
  return new CoutureError(
    'config_unreadable',
    `${file} ${problem}`,
    'No setting was saved. Repair the file, then run the same command again.',
    { cause },
  );
}
