// `couture recs curation`: lists and removes the merchant's rules.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { openClient } from '../../../sql/pool.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { listRules, removeRules } from '../../../sql/store/lists/curation.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openBuilds } from '../../recs/builds/chosen-build.ts';
import { inspectRules } from '../../recs/builds/inspect/curation.ts';
import { printRules } from '../../terminal/curation-report.ts';

/** With --json: {rules: [InspectedRule]}, or {removed: [rule]}. */
export const recsCuration: CommandSpec = {
  usage: 'curation',
  summary: 'list or remove the shop’s pins, blocks and boosts',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [flag('--all', 'include expired rules'), flag('--remove <rule...>', 'remove rules by number')],
  help: `Create rules with "couture recs pin", "recs block" and "recs boost". Changes take effect immediately.
Exit codes: 0 done, 1 failed, 2 no such rule.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release } = context;
  const client = await openBuilds(await context.database());
  release.defer('the connection', () => client.end());
  if (flags.remove !== undefined) {
    const wanted = numbersOf(flags.remove as string[]);
    const there = new Set((await listRules(client, { includeEnded: true })).map((rule) => rule.curation_id));
    const missing = wanted.filter((number) => !there.has(number));
    if (missing.length > 0) {
      throw new CoutureError(
        'curation_unknown',
        `There is no rule ${missing.join(', ')}; nothing was removed`,
        'Run "couture recs curation --all" to list the rules.',
      );
    }
    const removed = await removeRules(client, wanted);
    terminal.result({ removed });
    terminal.print(
      `Removed ${removed.length === 1 ? 'rule' : 'rules'} ${removed.join(', ')}, effective immediately.`,
    );
    return;
  }
  const [databaseUrl, sourceUrl] = [await context.database(), await context.source()];
  const source = sourceUrl === databaseUrl ? client : await openClient(sourceUrl);
  if (source !== client) release.defer('the connection to the source', () => source.end());
  const { ids } = await requireSource(source);
  const rules = await listRules(client, { includeEnded: flags.all === true });
  const shown = await inspectRules({ client, source, ids: { product: ids.product! } }, rules);
  terminal.result({ rules: shown });
  if (shown.length === 0) terminal.print('There are no rules. See "couture recs pin --help" to create one.');
  else printRules(terminal, shown);
}

function numbersOf(words: readonly string[]): number[] {
  return words
    .flatMap((word) => word.split(','))
    .map((word) => {
      if (/^[1-9]\d{0,8}$/.test(word)) return Number(word);
      throw new CoutureError(
        'bad_option',
        `--remove is ${JSON.stringify(word)}: expected a rule number`,
        'Run "couture recs curation" to list the rules.',
      );
    });
}
