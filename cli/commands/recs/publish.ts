// `couture recs publish ID`: serves a build that is ready, was refused, or was served before.
import type { CommandContext, CommandSpec } from '../../command.ts';
import { openBuilds } from '../../recs/builds/chosen-build.ts';
import { publishByHand } from '../../recs/builds/republish.ts';

/** With --json: `Republished` of cli/recs/builds/republish.ts. */
export const recsPublish: CommandSpec<[string]> = {
  usage: 'publish <build>',
  summary: 'serve a build that is kept, whatever the quality gate says of it',
  settings: ['databaseUrl', 'home'],
  help: `"couture recs list" lists the builds. Readers see the old build or the new one, never a mixture.
Exit codes: 0 it is served, 1 failed, 2 no such build, or its lists are gone.`,
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
    terminal.print(`Build ${published.build_id} is served already.`);
    return;
  }
  const instead = published.replaced === null ? '' : `, in place of build ${published.replaced}`;
  terminal.print(`Build ${published.build_id} is served now${instead}.`);
  if (published.replaced !== null) terminal.print('\nNext: "couture recs rollback" takes it back.');
}
