// `couture recs pin`: a product stands at a place of lists, as long as it can be bought.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type CommandSpec, flag } from '../../command.ts';
import { ruleFlags, ruleHelp, writeRule } from './curation-rule.ts';

/** With --json: `InspectedRule` of cli/recs/builds/inspect/curation.ts. */
export const recsPin: CommandSpec<[string[]]> = {
  usage: 'pin <product...>',
  summary: 'put a product at a place of lists',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [flag('--at <place>', 'the place, from 1 to 24').default('1'), ...ruleFlags()],
  help: `Examples:
  couture recs pin 1042 --category Dresses --until 2026-12-24 --note "Christmas window"
  couture recs pin wool scarf --for 77 --lists bought_together --at 2

${ruleHelp}`,
  async run(context, flags, words) {
    const place = Number(flags.at);
    if (!Number.isInteger(place) || place < 1 || place > 24) {
      throw new CoutureError(
        'bad_option',
        `--at is ${JSON.stringify(flags.at)}: expected a whole number from 1 to 24`,
        'Lists have 24 places at most.',
      );
    }
    return writeRule(context, flags, words, { action: 'pin', place, factor: null });
  },
};
