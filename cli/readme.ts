// The README's generated parts: commands, settings and errors as they are in the code. `npm run docs` writes them.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { errorTable } from '../runtime/core/errors.ts';
import { flagName, optionKeys, optionRow } from '../runtime/core/options.ts';
import { packageRoot } from '../sql/package-root.ts';
import { buildProgram } from './program.ts';

export const readmeFile = path.join(packageRoot, 'README.md');

/** The text with the blocks `<!-- commands -->`, `<!-- options -->` and `<!-- errors -->` made anew. */
export function withGeneratedParts(text: string): string {
  const blocks = { commands: commandRows(buildProgram()), options: optionRows(), errors: errorRows() };
  return Object.entries(blocks).reduce((readme, [name, rows]) => {
    const block = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!block.test(readme)) throw new Error(`README.md has no block ${name}`);
    return readme.replace(
      block,
      (_match, open: string, close: string) => `${open}${rows.join('\n')}\n${close}`,
    );
  }, text);
}

function commandRows(program: Command): string[] {
  return ['| command | what it does |', '|---|---|', ...leaves(program, 'couture')];
}

function leaves(command: Command, prefix: string): string[] {
  return command.commands.flatMap((child) => {
    const name = [prefix, child.name(), child.usage().replace(/^\[options\] ?/, '')]
      .filter(Boolean)
      .join(' ');
    if (child.commands.length > 0) return leaves(child, `${prefix} ${child.name()}`);
    return [`| \`${name}\` | ${cell(child.description())} |`];
  });
}

function optionRows(): string[] {
  return [
    '| flag | environment | default | affects | |',
    '|---|---|---|---|---|',
    ...optionKeys.map((key) => {
      const row = optionRow(key);
      // The number of cores is the machine's, not the README's.
      const fallback = key === 'workers' ? 'cores' : (row.default ?? '');
      return `| \`--${flagName(key)}\` | \`${row.env}\` | ${cell(String(fallback))} | ${row.affects} | ${cell(row.doc)} |`;
    }),
  ];
}

function errorRows(): string[] {
  const rows = Object.entries(errorTable).map(
    ([code, row]) => `| \`${code}\` | ${row.exit} | ${row.status} | ${cell(row.doc)} |`,
  );
  return ['| code | exit | HTTP | when |', '|---|---|---|---|', ...rows];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readmeFile, withGeneratedParts(readFileSync(readmeFile, 'utf8')));
}
