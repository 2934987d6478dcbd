// The commander program: the table of contents of the CLI.
import { Command } from 'commander';
import { packageVersion } from '../sql/package-root.ts';
import { addCommand, type CommandSpec } from './command.ts';
import { endWithin } from './settling.ts';

/** A group of commands (`couture <name> …`), or one top-level command. */
interface CommandGroup {
  readonly name: string;
  /** Undefined for a top-level command. */
  readonly summary?: string;
  /** Loads the commands on demand: `push send` needs neither the runtime nor the build. */
  readonly load: () => Promise<ReadonlyArray<CommandSpec<never>>>;
  readonly groups?: readonly CommandGroup[];
}

const groups: readonly CommandGroup[] = [
  { name: 'demo', load: async () => [(await import('./commands/demo.ts')).demo] },
  { name: 'connect', load: async () => [(await import('./commands/connect.ts')).connectCommand] },
  { name: 'doctor', load: async () => [(await import('./commands/doctor.ts')).doctorCommand] },
  { name: 'serve', load: async () => [(await import('./commands/serve.ts')).serveCommand] },
  {
    name: 'auth',
    summary: 'issue and revoke access tokens',
    load: async () => [
      (await import('./commands/auth/token.ts')).authToken,
      (await import('./commands/auth/revoke.ts')).authRevoke,
    ],
  },
  {
    name: 'db',
    summary: 'set up and inspect the database: source views, migrations, state',
    load: async () => [
      (await import('./commands/db/init.ts')).dbInitCommand,
      (await import('./commands/db/migrate.ts')).dbMigrateCommand,
      (await import('./commands/db/status.ts')).dbStatusCommand,
      (await import('./commands/db/grants.ts')).dbGrantsCommand,
      (await import('./commands/db/url.ts')).dbUrlCommand,
    ],
    groups: [
      {
        name: 'views',
        summary: 'drop and restore the source views around a deploy of the shop',
        load: async () => {
          const views = await import('./commands/db/views.ts');
          return [views.dbViewsDropCommand, views.dbViewsRestoreCommand];
        },
      },
    ],
  },
  {
    name: 'import',
    summary: 'import a shop’s orders and products from files',
    load: async () => [
      (await import('./commands/import-orders.ts')).importOrdersCommand,
      (await import('./commands/import-products.ts')).importProductsCommand,
    ],
  },
  {
    name: 'fixtures',
    summary: 'create shops to try couture with',
    load: async () => [
      (await import('./commands/fixtures/sample.ts')).fixturesSampleCommand,
      (await import('./commands/fixtures/generate.ts')).fixturesGenerateCommand,
    ],
  },
  {
    name: 'config',
    summary: 'inspect settings',
    load: async () => [(await import('./commands/config-show.ts')).configShowCommand],
  },
  {
    name: 'recs',
    summary: 'build, inspect and publish recommendations',
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
    summary: 'manage teams, agents and invitations; report on chats, export them and delete old ones',
    load: async () => [
      (await import('./commands/chat/report.ts')).chatReportCommand,
      (await import('./commands/chat/export.ts')).chatExport,
      (await import('./commands/chat/purge.ts')).chatPurge,
    ],
    groups: [
      {
        name: 'teams',
        summary: 'manage teams, each with a queue of its own',
        load: async () => {
          const teams = await import('./commands/chat/teams.ts');
          return [teams.chatTeamsList, teams.chatTeamsSet, teams.chatTeamsRemove];
        },
      },
      {
        name: 'invites',
        summary: 'manage the rules by which the chat invites shoppers',
        load: async () => {
          const invites = await import('./commands/chat/invites.ts');
          return [invites.chatInvitesList, invites.chatInvitesSet, invites.chatInvitesRemove];
        },
      },
      {
        name: 'agents',
        summary: 'list agents and set their capacity',
        load: async () => {
          const agents = await import('./commands/chat/agents.ts');
          return [agents.chatAgentsList, agents.chatAgentsSet];
        },
      },
    ],
  },
  {
    name: 'customer',
    summary: 'export or erase what couture holds about one person',
    load: async () => [
      (await import('./commands/customer/export.ts')).customerExport,
      (await import('./commands/customer/erase.ts')).customerErase,
    ],
  },
  {
    name: 'webhooks',
    summary: 'send signed events of chats and of orders after them to other systems',
    load: async () => {
      const receivers = await import('./commands/webhooks/receivers.ts');
      const { webhooksTest } = await import('./commands/webhooks/test.ts');
      const { webhooksLog } = await import('./commands/webhooks/log.ts');
      return [
        receivers.webhooksAdd,
        receivers.webhooksList,
        receivers.webhooksRotate,
        receivers.webhooksEnable,
        receivers.webhooksRemove,
        webhooksTest,
        webhooksLog,
      ];
    },
  },
  {
    name: 'push',
    summary: 'send web push messages to subscribers',
    load: async () => [
      (await import('./commands/push/send.ts')).pushSend,
      (await import('./commands/push/status.ts')).pushStatus,
      (await import('./commands/push/report.ts')).pushReport,
      (await import('./commands/push/health.ts')).pushHealthCommand,
      (await import('./commands/push/resume.ts')).pushResume,
      (await import('./commands/push/cancel.ts')).pushCancel,
      (await import('./commands/push/segments.ts')).pushSegments,
      (await import('./commands/push/test.ts')).pushTest,
      (await import('./commands/push/prune.ts')).pushPrune,
    ],
    groups: [
      {
        name: 'journeys',
        summary: 'messages that follow from what customers do, or from what happens to products',
        load: async () => {
          const journeys = await import('./commands/push/journeys.ts');
          return [
            journeys.pushJourneysList,
            journeys.pushJourneysEnable,
            journeys.pushJourneysDisable,
            journeys.pushJourneysPreview,
            journeys.pushJourneysRun,
            (await import('./commands/push/journeys-report.ts')).pushJourneysReport,
          ];
        },
      },
      {
        name: 'keys',
        summary: 'manage the VAPID key pair that identifies the shop to push services',
        load: async () => {
          const keys = await import('./commands/push/keys.ts');
          return [keys.pushKeysGenerate, keys.pushKeysShow, keys.pushKeysRotate];
        },
      },
    ],
  },
];

/**
 * Builds the program; the caller parses.
 * @param asked the first word of the command line; if it names a group, only that group is loaded
 */
export async function buildProgram(asked?: string): Promise<Command> {
  const program = new Command('couture')
    .description('Recommendations, live chat and push for a shop on its own Postgres.')
    .version(packageVersion())
    .option('--json', 'print one JSON object on stdout instead of tables')
    .option('--verbose', 'print debug log lines, and stack traces with errors')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false });
  const known = groups.filter(({ name }) => name === asked);
  for (const group of known.length > 0 ? known : groups) await addGroup(program, group);
  return program;
}

async function addGroup(
  parent: Command,
  { name, summary, load, groups: inner = [] }: CommandGroup,
): Promise<void> {
  const holder = summary === undefined ? parent : parent.command(name).description(summary);
  for (const command of await load()) addCommand(holder, command);
  for (const group of inner) await addGroup(holder, group);
}

/** Milliseconds that the process may stay alive after its command has ended. */
const exitGrace = 5_000;

/** Parses the command line and runs the command; sets process.exitCode. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = await buildProgram(argv.slice(2).find((word) => !word.startsWith('-')));
  exitWithUsageCode(program);
  await program.parseAsync(argv);
  endWithin(exitGrace);
}

/** Exits with 2 on wrong use, where commander exits with 1. Help and version exit with 0. */
function exitWithUsageCode(command: Command): void {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  for (const child of command.commands) exitWithUsageCode(child);
}
