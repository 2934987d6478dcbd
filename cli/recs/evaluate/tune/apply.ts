// The winners of a search → build settings, merged into couture.config.json.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configFile } from '../../../../runtime/core/config.ts';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { CopurchaseJson, PersonalizedJson } from '../model-settings.ts';

export interface Winners {
  readonly copurchase?: CopurchaseJson | undefined;
  readonly personalized?: PersonalizedJson | undefined;
}

/** Returns the build settings that reproduce the winners. */
export function settingsOfBuild({ copurchase, personalized }: Winners): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  if (copurchase) {
    const { similarity, damping, min_support, half_life_days = 'none' } = copurchase;
    settings.similarity = similarity;
    if (similarity === 'weighted') settings.damping = damping ?? 0;
    settings.minSupport = min_support ?? 1;
    settings.halfLife = half_life_days === 'none' ? 'none' : `${half_life_days}d`;
  }
  if (personalized?.build) settings.repurchase = personalized.build.repurchase;
  return settings;
}

/**
 * Merges the settings into couture.config.json, replaces the file atomically, and returns its path.
 * @throws CoutureError `config_unreadable` if the file is not a JSON object, or cannot be read or written
 */
export function applySettings(directory: string, settings: Readonly<Record<string, unknown>>): string {
  const file = path.join(directory, configFile);
  const before = readObject(file);
  const text = `${JSON.stringify({ ...before, ...settings }, null, 2)}\n`;
  try {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw unusable(file, `cannot be written: ${(cause as Error).message}`, cause);
  }
  return file;
}

function readObject(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw unusable(file, `cannot be read: ${(cause as Error).message}`, cause);
  }
  const json: unknown = JSON.parse(text);
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw unusable(file, 'is not a JSON object', undefined);
}

function unusable(file: string, problem: string, cause: unknown): CoutureError {
  return new CoutureError(
    'config_unreadable',
    `${file} ${problem}`,
    'The winner was not applied. Repair the file, then run "couture recs tune --apply" again.',
    {
      cause,
    },
  );
}
