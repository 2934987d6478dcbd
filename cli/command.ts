// The boundary around every command: flags → config and resources, errors → messages and exit codes.
import process from 'node:process';
import type { Command, Option } from 'commander';
import { Option as CommanderOption } from 'commander';
import { configFile, exposedSecrets, type LoadedConfig, loadConfig } from '../runtime/core/config.ts';
import { CoutureError, reportError } from '../runtime/core/errors.ts';
import { type Log, openLog } from '../runtime/core/log.ts';
import { type Config, flagName, type OptionKey, optionRow } from '../runtime/core/options.ts';
import { ReleaseStack } from '../runtime/core/release.ts';
import { acquireEmbedded } from '../sql/embedded/embedded.ts';
import { settling } from './settling.ts';
import { openTerminal, type Terminal } from './terminal/terminal.ts';
import { wrappedText } from './terminal/wrapped-text.ts';

/** What a command receives. Resources that it registers with `release` are closed when it ends. */
export interface CommandContext {
  readonly config: Config;
  readonly loaded: LoadedConfig;
  readonly terminal: Terminal;
  readonly log: Log;
  /** Aborts on Ctrl-C and SIGTERM, with a CoutureError `interrupted`. A command that never reads it is ended at once. */
  readonly signal: AbortSignal;
  readonly release: ReleaseStack;
  /** URL of the database: DATABASE_URL, or the embedded server, which is started on demand. */
  database(): Promise<string>;
  /** URL of the database that holds the order history: COUTURE_SOURCE_URL, or `database()`. */
  source(): Promise<string>;
}

/** A command as its file declares it. */
export interface CommandSpec<Arguments extends unknown[] = unknown[]> {
  /** Name and arguments in commander's form: `show <build>`. */
  readonly usage: string;
  readonly summary: string;
  /** Extra help, printed below the options; examples first. */
  readonly help?: string;
  /** Settings from the option table that become flags of this command. */
  readonly settings?: readonly OptionKey[];
  /** Flags of this command only. */
  readonly flags?: readonly Option[];
  /** Returns the exit code; undefined means 0. */
  run(context: CommandContext, flags: Record<string, unknown>, ...args: Arguments): Promise<number | void>;
}

/** Adds a command to its parent. The action loads settings, runs the command, reports errors and closes resources. */
export function addCommand(parent: Command, spec: CommandSpec<never>): void {
  const command = parent.command(spec.usage).description(spec.summary);
  for (const key of spec.settings ?? []) for (const option of settingOptions(key)) command.addOption(option);
  for (const option of spec.flags ?? []) command.addOption(option);
  const { help } = spec;
  // A terminal would break the lines within words.
  const fitted = () => (process.stdout.isTTY ? wrappedText(help!, process.stdout.columns) : help);
  if (help) command.addHelpText('after', () => `\n${fitted()}`);
  command.action(async (...parameters: unknown[]) => {
    const args = parameters.slice(0, -2);
    process.exitCode = await runCommand(spec as unknown as CommandSpec, command.optsWithGlobals(), args);
  });
}

/** A flag of one command: `flag('--dry-run', 'print the plan without building')`. */
export function flag(form: string, doc: string): Option {
  return new CommanderOption(form, doc);
}

/** Flags that set options of the table; a command's own flag of the same name, such as `push send --holdout`, does not. */
function settingFlags(spec: CommandSpec, flags: Record<string, unknown>): Record<string, unknown> {
  const own = new Set(
    (spec.flags ?? []).filter(({ required }) => required).map((each) => each.attributeName()),
  );
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !own.has(name)));
}

async function runCommand(
  spec: CommandSpec,
  flags: Record<string, unknown>,
  args: unknown[],
): Promise<number> {
  const verbose = flags.verbose === true;
  const release = new ReleaseStack();
  const interrupt = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    interrupt.abort(
      new CoutureError(
        'interrupted',
        `Stopped by ${name}.`,
        'Nothing was published. Run the same command again.',
      ),
    );
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const terminal = openTerminal({ json: flags.json === true, env: process.env });
  try {
    const loaded = loadConfig({
      directory: process.cwd(),
      env: process.env,
      flags: settingFlags(spec, flags),
    });
    const exposed = exposedSecrets(process.cwd(), loaded);
    if (exposed.length > 0)
      terminal.warn(
        `${configFile} contains secrets (${exposed.join(', ')}), and other users of this machine can read it; run "chmod 600 ${configFile}"`,
      );
    let isOrderly = false;
    const context: CommandContext = {
      config: loaded.config,
      loaded,
      terminal,
      log: openLog(verbose ? 'debug' : loaded.config.logLevel),
      get signal() {
        isOrderly = true;
        return interrupt.signal;
      },
      release,
      ...databases(loaded.config, terminal, release, interrupt.signal),
    };
    const { drain, shutdownTimeout } = loaded.config;
    const limits = { signal: interrupt.signal, isOrderly: () => isOrderly, drain, shutdownTimeout };
    return (await settling(spec.run(context, flags, ...args), limits)) ?? 0;
  } catch (thrown) {
    // An interrupt makes commands fail in many ways; report the signal as the reason.
    return printError(interrupt.signal.aborted ? interrupt.signal.reason : thrown, terminal, verbose);
  } finally {
    terminal.close();
    const onLate = (what: string, milliseconds: number) =>
      terminal.warn(`${what} did not close within ${milliseconds / 1_000} s and was abandoned`);
    await release.close({ onLate }).catch((error) => printError(error, terminal, verbose));
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function databases(config: Config, terminal: Terminal, release: ReleaseStack, signal: AbortSignal) {
  let url: Promise<string> | undefined;
  const open = async () => {
    if (config.databaseUrl) return config.databaseUrl;
    const embedded = await acquireEmbedded(config.home, { note: (line) => terminal.note(line), signal });
    release.defer('the embedded Postgres', () => embedded.release());
    return embedded.url;
  };
  const database = () => (url ??= open());
  return { database, source: async () => config.sourceUrl ?? (await database()) };
}

function settingOptions(key: OptionKey): Option[] {
  const row = optionRow(key);
  if (row.default === true) {
    // Without the positive flag, commander turns a `--no-` switch on by default even when the setting is unset.
    const on = new CommanderOption(`--${flagName(key)}`, row.doc).hideHelp();
    return [on, new CommanderOption(`--no-${flagName(key)}`, `turn this off: ${row.doc}`)];
  }
  const form = row.value ? `--${flagName(key)} ${row.value}` : `--${flagName(key)}`;
  const shown = row.default === undefined || row.default === false ? '' : String(row.default);
  const suffix = shown && ` (default: ${shown})`;
  const option = new CommanderOption(form, row.doc + suffix);
  return [
    row.repeat
      ? option.argParser((value, before: string[] | undefined) => [...(before ?? []), value])
      : option,
  ];
}

function printError(thrown: unknown, terminal: Terminal, verbose: boolean): number {
  const report = reportError(thrown);
  terminal.error(report.message, report.hint);
  if (verbose && thrown instanceof Error) {
    for (let error: unknown = thrown; error instanceof Error; error = error.cause)
      terminal.trace(error.stack ?? '');
  } else if (report.code === 'internal') {
    terminal.error(
      'This is a bug in couture.',
      'Run the command again with --verbose and report the stack trace.',
    );
  }
  return report.exit;
}
