// `couture config show`: lists every setting with its value and origin; secrets are hidden.
import { showConfig } from '../../runtime/core/config.ts';
import { optionRow } from '../../runtime/core/options.ts';
import type { CommandContext, CommandSpec } from '../command.ts';

export const configShowCommand: CommandSpec = {
  usage: 'show',
  summary: 'list every setting with its value and origin',
  run,
};

async function run({ loaded, terminal }: CommandContext): Promise<void> {
  const rows = showConfig(loaded);
  terminal.result(Object.fromEntries(rows.map(({ key, value, origin }) => [key, { value, from: origin }])));
  const from = { default: 'default', file: 'couture.config.json', environment: '', flag: 'flag' };
  terminal.table(
    [{ title: 'Setting' }, { title: 'Value' }, { title: 'From' }, { title: 'Description', shrink: true }],
    rows.map(({ key, value, origin }) => {
      const option = optionRow(key);
      const short = value.length > maxShown ? `${value.slice(0, maxShown - 1)}…` : value;
      return [key, short, origin === 'environment' ? option.env : from[origin], option.doc];
    }),
  );
  terminal.note('Precedence: flags, then environment, then couture.config.json.');
}

/** Longer values, such as a model, are cut in the table; --json prints them whole. */
const maxShown = 60;
