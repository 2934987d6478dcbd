// `couture recs curation`: the merchant's rules; those that are no longer wanted go.
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
  summary: 'the pins, blocks and boosts of the shop; remove some',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [
    flag('--all', 'also rules whose time is over'),
    flag('--remove <rule...>', 'remove these rules, by their numbers'),
  ],
  help: `Rules are made with couture recs pin, recs block and recs boost, and count at once.
Exit codes: 0 done, 1 failed, 2 no rule of that number.`,
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
        'couture recs curation --all lists them.',
      );
    }
    const removed = await removeRules(client, wanted);
    terminal.result({ removed });
    terminal.print(
      `Removed ${removed.length === 1 ? 'rule' : 'rules'} ${removed.join(', ')}. It counts at once.`,
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
  if (shown.length === 0) terminal.print('There are no rules. couture recs pin --help says how to make one.');
  else printRules(terminal, shown);
}

function numbersOf(words: readonly string[]): number[] {
  return words
    .flatMap((word) => word.split(','))
    .map((word) => {
      if (/^[1-9]\d{0,8}$/.test(word)) return Number(word);
      throw new CoutureError(
        'bad_option',
        `--remove is ${JSON.stringify(word)}: expected the number of a rule`,
        'couture recs curation lists them.',
      );
    });
}
