// The commander program: the table of contents of the CLI.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { packageRoot } from '../sql/package-root.ts';
import { addCommand, type CommandSpec } from './command.ts';
import { endWithin } from './settling.ts';

/** Some commands: those of `couture <name> …`, or one that stands alone. */
interface Chapter {
  readonly name: string;
  /** Undefined: the one command is called by its own name. */
  readonly summary?: string;
  /** Commands are loaded when they are asked for: `push send` needs neither the runtime nor the build. */
  readonly load: () => Promise<ReadonlyArray<CommandSpec<never>>>;
  readonly chapters?: readonly Chapter[];
}

const chapters: readonly Chapter[] = [
  { name: 'demo', load: async () => [(await import('./commands/demo.ts')).demo] },
  { name: 'doctor', load: async () => [(await import('./commands/doctor.ts')).doctorCommand] },
  { name: 'serve', load: async () => [(await import('./commands/serve.ts')).serveCommand] },
  {
    name: 'auth',
    summary: 'who is asking',
    load: async () => [
      (await import('./commands/auth/token.ts')).authToken,
      (await import('./commands/auth/revoke.ts')).authRevoke,
    ],
  },
  {
    name: 'db',
    summary: 'the database: source views, migrations, state',
    load: async () => [
      (await import('./commands/db/init.ts')).dbInitCommand,
      (await import('./commands/db/migrate.ts')).dbMigrateCommand,
      (await import('./commands/db/status.ts')).dbStatusCommand,
      (await import('./commands/db/url.ts')).dbUrlCommand,
    ],
  },
  {
    name: 'import',
    summary: 'bring a shop’s orders in from files',
    load: async () => [(await import('./commands/import-orders.ts')).importOrdersCommand],
  },
  {
    name: 'fixtures',
    summary: 'shops to try couture on',
    load: async () => [
      (await import('./commands/fixtures/sample.ts')).fixturesSampleCommand,
      (await import('./commands/fixtures/generate.ts')).fixturesGenerateCommand,
    ],
  },
  {
    name: 'config',
    summary: 'settings',
    load: async () => [(await import('./commands/config-show.ts')).configShowCommand],
  },
  {
    name: 'recs',
    summary: 'build, look at and publish recommendations',
    load: async () => [
      (await import('./commands/recs/build.ts')).recsBuild,
      (await import('./commands/recs/status.ts')).recsStatus,
      (await import('./commands/recs/inspect.ts')).recsInspect,
      (await import('./commands/recs/pin.ts')).recsPin,
      (await import('./commands/recs/block.ts')).recsBlock,
      (await import('./commands/recs/boost.ts')).recsBoost,
      (await import('./commands/recs/curation.ts')).recsCuration,
      (await import('./commands/recs/list.ts')).recsList,
      (await import('./commands/recs/show.ts')).recsShow,
      (await import('./commands/recs/publish.ts')).recsPublish,
      (await import('./commands/recs/rollback.ts')).recsRollback,
      (await import('./commands/recs/prune.ts')).recsPrune,
      (await import('./commands/recs/export.ts')).recsExport,
      (await import('./commands/recs/evaluate.ts')).recsEvaluate,
      (await import('./commands/recs/tune.ts')).recsTune,
      (await import('./commands/recs/report.ts')).recsReport,
      (await import('./commands/recs/experiment.ts')).recsExperiment,
      (await import('./commands/recs/schedule.ts')).recsSchedule,
    ],
  },
  {
    name: 'chat',
    summary: 'chats as records: hand out one, remove old ones',
    load: async () => [
      (await import('./commands/chat/export.ts')).chatExport,
      (await import('./commands/chat/purge.ts')).chatPurge,
    ],
  },
  {
    name: 'push',
    summary: 'messages to customers who asked for them',
    load: async () => [
      (await import('./commands/push/send.ts')).pushSend,
      (await import('./commands/push/status.ts')).pushStatus,
      (await import('./commands/push/resume.ts')).pushResume,
      (await import('./commands/push/cancel.ts')).pushCancel,
      (await import('./commands/push/segments.ts')).pushSegments,
      (await import('./commands/push/test.ts')).pushTest,
      (await import('./commands/push/prune.ts')).pushPrune,
    ],
    chapters: [
      {
        name: 'keys',
        summary: 'the key pair that push services know the shop by',
        load: async () => {
          const keys = await import('./commands/push/keys.ts');
          return [keys.pushKeysGenerate, keys.pushKeysShow, keys.pushKeysRotate];
        },
      },
    ],
  },
];

/**
 * Builds the program; parsing is the caller's.
 * @param asked the first word of the command line: where it is a chapter's name, no other one is loaded
 */
export async function buildProgram(asked?: string): Promise<Command> {
  const { version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8')) as { version: string };
  const program = new Command('couture')
    .description('Recommendations, live chat and push for a shop on its own Postgres.')
    .version(version)
    .option('--json', 'print one JSON object on stdout instead of tables')
    .option('--verbose', 'debug log lines, and stack traces with errors')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false });
  const known = chapters.filter(({ name }) => name === asked);
  for (const chapter of known.length > 0 ? known : chapters) await addChapter(program, chapter);
  return program;
}

async function addChapter(
  parent: Command,
  { name, summary, load, chapters: inner = [] }: Chapter,
): Promise<void> {
  const holder = summary === undefined ? parent : parent.command(name).description(summary);
  for (const command of await load()) addCommand(holder, command);
  for (const chapter of inner) await addChapter(holder, chapter);
}

/** Milliseconds that a process may live on after its command has ended. */
const lastTimers = 5_000;

/** Parses the command line and runs the command; sets process.exitCode. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = await buildProgram(argv.slice(2).find((word) => !word.startsWith('-')));
  exitWithUsageCode(program);
  await program.parseAsync(argv);
  endWithin(lastTimers);
}

/** commander ends wrong use with 1; DESIGN and cron want 2. Help and version stay 0. */
function exitWithUsageCode(command: Command): void {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  for (const child of command.commands) exitWithUsageCode(child);
}
