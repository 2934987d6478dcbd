// The commander program: the table of contents of the CLI.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { packageRoot } from '../sql/package-root.ts';
import { addCommand, type CommandSpec } from './command.ts';
import { authRevoke } from './commands/auth-revoke.ts';
import { authToken } from './commands/auth-token.ts';
import { chatExport } from './commands/chat-export.ts';
import { chatPurge } from './commands/chat-purge.ts';
import { configShowCommand } from './commands/config-show.ts';
import { dbInitCommand } from './commands/db-init.ts';
import { dbMigrateCommand } from './commands/db-migrate.ts';
import { dbStatusCommand } from './commands/db-status.ts';
import { dbUrlCommand } from './commands/db-url.ts';
import { demo } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { fixturesGenerateCommand } from './commands/fixtures-generate.ts';
import { fixturesSampleCommand } from './commands/fixtures-sample.ts';
import { importOrdersCommand } from './commands/import-orders.ts';
import { pushCancel } from './commands/push-cancel.ts';
import { pushKeysGenerate, pushKeysRotate, pushKeysShow } from './commands/push-keys.ts';
import { pushPrune } from './commands/push-prune.ts';
import { pushResume } from './commands/push-resume.ts';
import { pushSegments } from './commands/push-segments.ts';
import { pushSend } from './commands/push-send.ts';
import { pushStatus } from './commands/push-status.ts';
import { pushTest } from './commands/push-test.ts';
import { recsBlock } from './commands/recs-block.ts';
import { recsBoost } from './commands/recs-boost.ts';
import { recsBuild } from './commands/recs-build.ts';
import { recsCuration } from './commands/recs-curation.ts';
import { recsEvaluate } from './commands/recs-evaluate.ts';
import { recsExperiment } from './commands/recs-experiment.ts';
import { recsExport } from './commands/recs-export.ts';
import { recsInspect } from './commands/recs-inspect.ts';
import { recsList } from './commands/recs-list.ts';
import { recsPin } from './commands/recs-pin.ts';
import { recsPrune } from './commands/recs-prune.ts';
import { recsPublish } from './commands/recs-publish.ts';
import { recsReport } from './commands/recs-report.ts';
import { recsRollback } from './commands/recs-rollback.ts';
import { recsSchedule } from './commands/recs-schedule.ts';
import { recsShow } from './commands/recs-show.ts';
import { recsStatus } from './commands/recs-status.ts';
import { recsTune } from './commands/recs-tune.ts';
import { serveCommand } from './commands/serve.ts';

/** Builds the whole program; parsing is the caller's. */
export function buildProgram(): Command {
  const { version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8')) as { version: string };
  const program = new Command('couture')
    .description('Recommendations, live chat and push for a shop on its own Postgres.')
    .version(version)
    .option('--json', 'print one JSON object on stdout instead of tables')
    .option('--verbose', 'debug log lines, and stack traces with errors')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false });
  addCommand(program, demo);
  addCommand(program, doctorCommand);
  addCommand(program, serveCommand);
  group(program, 'auth', 'who is asking', [authToken, authRevoke]);
  group(program, 'db', 'the database: source views, migrations, state', [
    dbInitCommand,
    dbMigrateCommand,
    dbStatusCommand,
    dbUrlCommand,
  ]);
  group(program, 'import', 'bring a shop’s orders in from files', [importOrdersCommand]);
  group(program, 'fixtures', 'shops to try couture on', [fixturesSampleCommand, fixturesGenerateCommand]);
  group(program, 'config', 'settings', [configShowCommand]);
  group(program, 'recs', 'build, look at and publish recommendations', [
    recsBuild,
    recsStatus,
    recsInspect,
    recsPin,
    recsBlock,
    recsBoost,
    recsCuration,
    recsList,
    recsShow,
    recsPublish,
    recsRollback,
    recsPrune,
    recsExport,
    recsEvaluate,
    recsTune,
    recsReport,
    recsExperiment,
    recsSchedule,
  ]);
  group(program, 'chat', 'chats as records: hand out one, remove old ones', [chatExport, chatPurge]);
  const push = group(program, 'push', 'messages to customers who asked for them', [
    pushSend,
    pushStatus,
    pushResume,
    pushCancel,
    pushSegments,
    pushTest,
    pushPrune,
  ]);
  group(push, 'keys', 'the key pair that push services know the shop by', [
    pushKeysGenerate,
    pushKeysShow,
    pushKeysRotate,
  ]);
  return program;
}

/** A command that only holds others: `couture db …`. */
function group(
  parent: Command,
  name: string,
  summary: string,
  commands: readonly CommandSpec<never>[],
): Command {
  const holder = parent.command(name).description(summary);
  for (const command of commands) addCommand(holder, command);
  return holder;
}

/** Parses the command line and runs the command; sets process.exitCode. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = buildProgram();
  exitWithUsageCode(program);
  await program.parseAsync(argv);
}

/** commander ends wrong use with 1; DESIGN and cron want 2. Help and version stay 0. */
function exitWithUsageCode(command: Command): void {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  for (const child of command.commands) exitWithUsageCode(child);
}
