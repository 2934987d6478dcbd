// `couture config show`: every setting, its value and where it comes from; secrets hidden.
import { showConfig } from '../../runtime/core/config.ts';
import { optionRow } from '../../runtime/core/options.ts';
import type { CommandContext, CommandSpec } from '../command.ts';

export const configShowCommand: CommandSpec = {
  usage: 'show',
  summary: 'show every setting, its value, and where it comes from',
  run,
};

async function run({ loaded, terminal }: CommandContext): Promise<void> {
  const rows = showConfig(loaded);
  terminal.result(Object.fromEntries(rows.map(({ key, value, origin }) => [key, { value, from: origin }])));
  const from = { default: 'default', file: 'couture.config.json', environment: '', flag: 'flag' };
  terminal.table(
    [{ title: 'Setting' }, { title: 'Value' }, { title: 'From' }, { title: 'What it is', shrink: true }],
    rows.map(({ key, value, origin }) => {
      const option = optionRow(key);
      return [key, value, origin === 'environment' ? option.env : from[origin], option.doc];
    }),
  );
  terminal.note('couture.config.json < environment < flags.');
}
