// `couture recs publish ID`: publishes a build that is ready, was rejected, or was published before.
import type { CommandContext, CommandSpec } from '../../command.ts';
import { openBuilds } from '../../recs/builds/chosen-build.ts';
import { publishByHand } from '../../recs/builds/republish.ts';

/** With --json: `Republished` of cli/recs/builds/republish.ts. */
export const recsPublish: CommandSpec<[string]> = {
  usage: 'publish <build>',
  summary: 'publish a kept build, bypassing the quality gate',
  settings: ['databaseUrl', 'home'],
  help: `Run "couture recs list" to see the builds. Readers see either the old or the new build, never a mix of both.
Exit codes: 0 published, 1 failed, 2 no such build, or its lists have been pruned.`,
  run,
};

async function run(
  { terminal, release, database }: CommandContext,
  _flags: Record<string, unknown>,
  id: string,
): Promise<void> {
  const client = await openBuilds(await database(), 'couture publish');
  release.defer('the connection', () => client.end());
  const { changed, ...published } = await publishByHand(client, id);
  terminal.result({ ...published, changed });
  if (!changed) {
    terminal.print(`Build ${published.build_id} is already published.`);
    return;
  }
  const instead = published.replaced === null ? '' : `, replacing build ${published.replaced}`;
  terminal.print(`Build ${published.build_id} is now published${instead}.`);
  if (published.replaced !== null) terminal.print('\nNext: "couture recs rollback" to undo.');
}
