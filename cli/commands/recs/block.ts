// `couture recs block`: hides a product from lists.
import type { CommandSpec } from '../../command.ts';
import { ruleFlags, ruleHelp, writeRule } from './curation-rule.ts';

/** With --json: `InspectedRule` of cli/recs/builds/inspect/curation.ts. */
export const recsBlock: CommandSpec<[string[]]> = {
  usage: 'block <product...>',
  summary: 'hide a product from lists',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: ruleFlags(),
  help: `Examples:
  couture recs block 1042
  couture recs block gift card --lists trending,personalized

${ruleHelp}`,
  run: (context, flags, words) =>
    writeRule(context, flags, words, { action: 'block', place: null, factor: null }),
};
