// `couture recs pin`: pins a product to a position of lists, as long as it can be bought.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type CommandSpec, flag } from '../../command.ts';
import { ruleFlags, ruleHelp, writeRule } from './curation-rule.ts';

/** With --json: `InspectedRule` of cli/recs/builds/inspect/curation.ts. */
export const recsPin: CommandSpec<[string[]]> = {
  usage: 'pin <product...>',
  summary: 'pin a product to a position in lists',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [flag('--at <position>', 'position, from 1 to 24').default('1'), ...ruleFlags()],
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
        'Lists have at most 24 positions.',
      );
    }
    return writeRule(context, flags, words, { action: 'pin', place, factor: null });
  },
};
