// `couture recs rollback`: publishes the previously published build again.
import type { CommandContext, CommandSpec } from '../../command.ts';
import { openBuilds } from '../../recs/builds/chosen-build.ts';
import { rollBack } from '../../recs/builds/republish.ts';

/** With --json: `Republished` of cli/recs/builds/republish.ts. */
export const recsRollback: CommandSpec = {
  usage: 'rollback',
  summary: 'publish the previously published build again',
  settings: ['databaseUrl', 'home'],
  help: `Each rollback goes back one more build, as long as an older build still has its lists.
Exit codes: 0 rolled back, 1 failed, 2 no build to roll back to.`,
  run,
};

async function run({ terminal, release, database }: CommandContext): Promise<void> {
  const client = await openBuilds(await database(), 'couture rollback');
  release.defer('the connection', () => client.end());
  const { build_id: id, replaced, changed } = await rollBack(client);
  terminal.result({ build_id: id, replaced, changed });
  terminal.print(`Build ${id} is published again, replacing build ${replaced}.`);
  terminal.print(`\nNext: "couture recs publish ${replaced}" to undo. The next build replaces either one.`);
}
