// `couture recs status`: shows the published build and its age, the running build, the last failure and the next step.
import { openClient } from '../../../sql/pool.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { type BuildStatus, readBuildStatus } from '../../recs/builds/build-status.ts';
import { bytes, count, percent } from '../../terminal/figures.ts';
import { inReadingOrder } from '../../terminal/reading-order.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { ago, moment } from '../../terminal/times.ts';

/** With --json: `BuildStatus` of cli/recs/builds/build-status.ts. */
export const recsStatus: CommandSpec = {
  usage: 'status',
  summary: 'show the published build, the running build and the last failure',
  settings: ['databaseUrl', 'home'],
  run,
};

async function run({ terminal, release, database }: CommandContext): Promise<void> {
  const client = await openClient(await database(), { applicationName: 'couture recs' });
  release.defer('the connection', () => client.end());
  const status = await readBuildStatus(client);
  terminal.result(status);
  terminal.table([{ title: 'What' }, { title: 'State', shrink: true }], rowsOf(status));
  if (status.published) printLists(terminal, status.published);
  if (status.trouble) {
    terminal.heading(
      `Build ${status.trouble.build_id} ${status.trouble.state === 'failed' ? 'failed' : 'was rejected'}`,
    );
    for (const line of status.trouble.why) terminal.print(`  ${line}`);
  }
  terminal.print(`\nNext: ${status.next}`);
}

function rowsOf({ published, running, lock, builds, kept, bytes: room }: BuildStatus): unknown[][] {
  const { lines = 0, orders = 0 } = published?.source ?? {};
  return [
    [
      'published',
      published ? `build ${published.build_id}, since ${moment(published.published_at)}` : 'none yet',
    ],
    ...(published
      ? [
          ['built', ago(published.age_seconds)],
          ['newest order', moment(published.watermark)],
          ['built from', `${count(lines)} order lines, ${count(orders)} orders`],
        ]
      : []),
    ['running', running ? runningWords(running) : 'none'],
    ...(lock ? [['lock', `held by ${lock}`]] : []),
    ['kept', `${count(kept)} of ${count(builds)} builds, ${bytes(room)}`],
  ];
}

function runningWords({
  build_id: id,
  started_at: since,
  alive,
}: NonNullable<BuildStatus['running']>): string {
  return alive
    ? `build ${id}, since ${moment(since)}`
    : `build ${id} died; the next build cleans up after it`;
}

function printLists(
  terminal: Terminal,
  { build_id: id, lists, coverage }: NonNullable<BuildStatus['published']>,
) {
  terminal.heading(`Lists of build ${id}`);
  terminal.table(
    [{ title: 'Kind' }, { title: 'Lists', align: 'right' }, { title: 'Coverage', align: 'right' }],
    inReadingOrder('kinds', lists).map(([kind, lists]) => [
      kind,
      count(lists),
      coverage[kind] === undefined ? null : percent(coverage[kind]),
    ]),
  );
}
