// The functions behind the commands, for programs: `import { buildRecommendations, startServer } from 'couture'`.
import { loadConfig } from '../runtime/core/config.ts';
import { CoutureError } from '../runtime/core/errors.ts';
import { openLog } from '../runtime/core/log.ts';
import { type Config, optionKeys } from '../runtime/core/options.ts';
import { startServer as start } from '../runtime/server.ts';
import type { BuildSummary } from './recs/build-summary.ts';
import { buildRecommendations as build } from './recs/pipeline.ts';

export type { BuildSummary } from './recs/build-summary.ts';

/**
 * Settings by their keys in couture.config.json: `{ halfLife: '60d', top: 12 }`. Environment variables and the
 * configuration file are not read.
 */
export type Settings = Readonly<Record<string, string | number | boolean>>;

export interface BuildOptions {
  /** Where couture's tables are written: `postgresql://user:password@host/database`. */
  readonly databaseUrl: string;
  /** Where the shop's views are read; the same database unless set. */
  readonly sourceUrl?: string;
  readonly settings?: Settings;
  /** Publish the build if the quality gate accepts it; true unless set. */
  readonly publish?: boolean;
  /** Publish whatever the quality gate says. */
  readonly force?: boolean;
  /** Stops the build; the published lists stay as they are. */
  readonly signal?: AbortSignal;
  /** Receives one line for each finished stage and each remark. */
  readonly onProgress?: (line: string) => void;
}

export interface ServerOptions {
  readonly databaseUrl: string;
  /** `port: 0` takes a free port. */
  readonly settings?: Settings;
}

export interface Server {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Answers the requests in flight, then stops. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Reads the order history, builds all lists and publishes them, as `couture recs build` does.
 * @throws Error with a `code` of the error table: `build_locked` while another build runs, `build_rejected` by the quality
 * gate, `source_missing`, `source_empty`, `bad_option`, `unknown_option`, `postgres_unreachable` and others
 */
export function buildRecommendations(options: BuildOptions): Promise<BuildSummary> {
  const {
    databaseUrl,
    sourceUrl = databaseUrl,
    publish = true,
    force = false,
    onProgress = () => {},
  } = options;
  return build({
    config: configOf(options.settings),
    databaseUrl,
    sourceUrl,
    publish,
    force,
    display: {
      stage: (name) => ({
        update: () => {},
        end: (summary) => onProgress([name, summary].filter(Boolean).join(': ')),
      }),
    },
    note: onProgress,
    signal: options.signal ?? new AbortController().signal,
  });
}

/**
 * Starts the runtime, as `couture serve` does. Migrate first: a build does, or `couture db migrate`.
 * @throws Error with a `code` of the error table: `postgres_unreachable`, `migration_missing`, `port_taken`, `bad_option`
 */
export async function startServer({ databaseUrl, settings }: ServerOptions): Promise<Server> {
  const config = configOf(settings);
  const { url, close } = await start({ config, databaseUrl, log: openLog(config.logLevel) });
  return { url, close };
}

function configOf(settings: Settings = {}): Config {
  const unknown = Object.keys(settings).find((key) => !(optionKeys as readonly string[]).includes(key));
  if (unknown !== undefined)
    throw new CoutureError(
      'unknown_option',
      `There is no setting ${JSON.stringify(unknown)}.`,
      'Use the keys of couture.config.json, such as halfLife; runtime/core/README.md lists them.',
    );
  return loadConfig({ env: {}, flags: settings }).config;
}
