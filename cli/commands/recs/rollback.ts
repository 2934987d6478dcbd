// `couture recs rollback`: serves the build that was served before.
import type { CommandContext, CommandSpec } from '../../command.ts';
import { openBuilds } from '../../recs/builds/chosen-build.ts';
import { rollBack } from '../../recs/builds/republish.ts';

/** With --json: `Republished` of cli/recs/builds/republish.ts. */
export const recsRollback: CommandSpec = {
  usage: 'rollback',
  summary: 'serve the build that was served before the published one',
  settings: ['databaseUrl', 'home'],
  help: `Each rollback goes one build further back, as long as there is one that has its lists still.
Exit codes: 0 the one before is served, 1 failed, 2 there is none to go back to.`,
  run,
};

async function run({ terminal, release, database }: CommandContext): Promise<void> {
  const client = await openBuilds(await database(), 'couture rollback');
  release.defer('the connection', () => client.end());
  const { build_id: id, replaced, changed } = await rollBack(client);
  terminal.result({ build_id: id, replaced, changed });
  terminal.print(`Build ${id} is served again, in place of build ${replaced}.`);
  terminal.print(
    `\nNext: "couture recs publish ${replaced}" takes this back; the next build publishes over it.`,
  );
}
