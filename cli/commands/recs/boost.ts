// `couture recs boost`: a product rises in the lists that it is in, or sinks.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type CommandSpec, flag } from '../../command.ts';
import { ruleFlags, ruleHelp, writeRule } from './curation-rule.ts';

/** With --json: `InspectedRule` of cli/recs/builds/inspect/curation.ts. */
export const recsBoost: CommandSpec<[string[]]> = {
  usage: 'boost <product...>',
  summary: 'multiply the score of a product where it is in a list',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [flag('--factor <x>', 'above 1 it rises, below 1 it sinks').default('2'), ...ruleFlags()],
  help: `Examples:
  couture recs boost 1042 --factor 3 --category Coats
  couture recs boost 1042 --factor 0.5 --lists trending

${ruleHelp}`,
  async run(context, flags, words) {
    const factor = Number(flags.factor);
    if (!(factor > 0 && factor <= 100) || factor === 1) {
      throw new CoutureError(
        'bad_option',
        `--factor is ${JSON.stringify(flags.factor)}: expected a number above 0 up to 100, and not 1`,
        '2 doubles the score, 0.5 halves it.',
      );
    }
    return writeRule(context, flags, words, { action: 'boost', place: null, factor });
  },
};
