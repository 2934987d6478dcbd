// `couture recs boost`: moves a product up or down in the lists that contain it.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type CommandSpec, flag } from '../../command.ts';
import { ruleFlags, ruleHelp, writeRule } from './curation-rule.ts';

/** With --json: `InspectedRule` of cli/recs/builds/inspect/curation.ts. */
export const recsBoost: CommandSpec<[string[]]> = {
  usage: 'boost <product...>',
  summary: 'multiply a product’s score in the lists that contain it',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [
    flag('--factor <x>', 'score multiplier: above 1 moves the product up, below 1 down').default('2'),
    ...ruleFlags(),
  ],
  help: `Examples:
  couture recs boost 1042 --factor 3 --category Coats
  couture recs boost 1042 --factor 0.5 --lists trending

${ruleHelp}`,
  async run(context, flags, words) {
    const factor = Number(flags.factor);
    if (!(factor > 0 && factor <= 100) || factor === 1) {
      throw new CoutureError(
        'bad_option',
        `--factor is ${JSON.stringify(flags.factor)}: expected a number above 0 and up to 100, except 1`,
        '2 doubles the score, 0.5 halves it.',
      );
    }
    return writeRule(context, flags, words, { action: 'boost', place: null, factor });
  },
};
