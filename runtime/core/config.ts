// Configuration: couture.config.json < environment < flags → one frozen, validated object.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { redactUrl } from '../../sql/errors.ts';
import { CoutureError } from './errors.ts';
import { type Config, flagName, type OptionKey, optionKeys, optionRow } from './options.ts';

export const configFile = 'couture.config.json';

export interface ConfigInput {
  /** The folder of couture.config.json; no file is read without one. */
  readonly directory?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Option key → value of its flag; `undefined` if the flag was not given. */
  readonly flags: Readonly<Partial<Record<string, unknown>>>;
}

export type ConfigOrigin = 'default' | 'file' | 'environment' | 'flag';
export interface LoadedConfig {
  readonly config: Config;
  /** Where each value came from. */
  readonly origins: Readonly<Record<OptionKey, ConfigOrigin>>;
  /** Each value as the user wrote it, before parsing: 90d, 4g. */
  readonly written: Readonly<Record<OptionKey, unknown>>;
}

/**
 * Reads, merges and validates all settings.
 * @throws CoutureError `bad_option`, `unknown_option`, `config_unreadable`, each naming the source of the value
 */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const file = input.directory === undefined ? {} : readConfigFile(input.directory);
  const config: Record<string, unknown> = {};
  const origins = {} as Record<OptionKey, ConfigOrigin>;
  const written = {} as Record<OptionKey, unknown>;
  for (const key of optionKeys) {
    const option = optionRow(key);
    const [value, origin] = firstGiven([
      [input.flags[key], 'flag'],
      // Shells and compose files set an empty variable to mean "not set".
      [input.env[option.env] || undefined, 'environment'],
      [file[key], 'file'],
      [option.default, 'default'],
    ]);
    const parsed = option.schema.safeParse(value);
    if (!parsed.success)
      throw badOption(key, value, origin, parsed.error.issues[0]?.message ?? 'invalid value');
    config[key] = parsed.data;
    origins[key] = origin;
    written[key] = value;
  }
  return { config: Object.freeze(config) as unknown as Config, origins, written };
}

/** The settings as `couture config show` prints them: as the user wrote them, with secrets hidden. */
export function showConfig(
  loaded: LoadedConfig,
): Array<{ key: OptionKey; value: string; origin: ConfigOrigin }> {
  return optionKeys.map((key) => ({
    key,
    value: shown(key, loaded.written[key]),
    origin: loaded.origins[key],
  }));
}

/** The secrets in couture.config.json, if other users of this machine can read that file. */
export function exposedSecrets(directory: string, { origins, config }: LoadedConfig): OptionKey[] {
  if (process.platform === 'win32') return [];
  // A URL without a password is no secret.
  const isSecret = (value: unknown) =>
    typeof value !== 'string' || !/^\w+:\/\//.test(value) || redactUrl(value) !== value;
  const secrets = optionKeys.filter(
    (key) => optionRow(key).secret && origins[key] === 'file' && isSecret(config[key]),
  );
  if (secrets.length === 0) return [];
  return (statSync(path.join(directory, configFile)).mode & 0o077) === 0 ? [] : secrets;
}

/** The options that affect output, as a build's row stores them. */
export function outputOptions(config: Config): Record<string, unknown> {
  const keys = optionKeys.filter((key) => optionRow(key).affects === 'output');
  return Object.fromEntries(
    keys.map((key) => [key, config[key] === Number.POSITIVE_INFINITY ? 'none' : config[key]]),
  );
}

function readConfigFile(directory: string): Record<string, unknown> {
  const file = path.join(directory, configFile);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CoutureError(
      'config_unreadable',
      `${file} cannot be read: ${(cause as Error).message}`,
      'Check the file’s permissions.',
      { cause },
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new CoutureError(
      'config_unreadable',
      `${file} is not valid JSON: ${(cause as Error).message}`,
      'Fix or remove the file.',
      { cause },
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new CoutureError(
      'config_unreadable',
      `${file} contains ${JSON.stringify(parsed)} instead of an object`,
      'Write settings as {"halfLife": "90d"}.',
    );
  }
  for (const key of Object.keys(parsed)) {
    if (key === '$schema' || (optionKeys as string[]).includes(key)) continue;
    const near = closest(key, optionKeys);
    const suggestion = distance(key, near) <= 4 ? `Did you mean "${near}"? ` : '';
    throw new CoutureError(
      'unknown_option',
      `${file} has the unknown key "${key}"`,
      `${suggestion}Run "couture config show" to list all keys.`,
    );
  }
  return parsed as Record<string, unknown>;
}

function firstGiven(candidates: Array<[unknown, ConfigOrigin]>): [unknown, ConfigOrigin] {
  return candidates.find(([value]) => value !== undefined) ?? [undefined, 'default'];
}

function badOption(key: OptionKey, value: unknown, origin: ConfigOrigin, problem: string): CoutureError {
  const option = optionRow(key);
  const name = {
    flag: `--${flagName(key)}`,
    environment: option.env,
    file: `"${key}" in ${configFile}`,
    default: key,
  }[origin];
  if (option.example)
    return new CoutureError(
      'bad_option',
      `${name} is "${redactUrl(String(value))}", not a URL such as ${option.example}`,
      'In the password, write "@" as %40, ":" as %3A, "/" as %2F and "#" as %23.',
    );
  const arrived = option.secret ? '(hidden)' : JSON.stringify(value);
  return new CoutureError(
    'bad_option',
    `${name} is ${arrived}: ${problem}`,
    `${flagName(key)}: ${option.doc}.`,
  );
}

function shown(key: OptionKey, value: unknown): string {
  if (value === undefined) return '(not set)';
  if (optionRow(key).secret) return '(hidden)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
