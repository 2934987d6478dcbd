// Generates tables of the READMEs from the code: commands, routes, close codes, settings, errors. Run by `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { api } from '../runtime/contract/api.ts';
import { closeCodes } from '../runtime/contract/chat-protocol.ts';
import type { Route } from '../runtime/contract/route.ts';
import { errorTable } from '../runtime/core/errors.ts';
import { flagName, optionKeys, optionRow } from '../runtime/core/options.ts';
import { packageRoot } from '../sql/package-root.ts';
import { buildProgram } from './program.ts';

/** File → its generated blocks, marked by `<!-- name -->`. */
export const generatedBlocks = {
  'cli/README.md': ['commands'],
  'runtime/README.md': ['errors'],
  'runtime/contract/README.md': ['routes', 'close codes'],
  'runtime/core/README.md': ['options'],
} as const;

type Block = (typeof generatedBlocks)[keyof typeof generatedBlocks][number];

/** Returns the text of a README with its generated blocks regenerated. */
export async function withGeneratedParts(file: keyof typeof generatedBlocks, text: string): Promise<string> {
  let readme = text;
  for (const name of generatedBlocks[file]) {
    const block = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!block.test(readme)) throw new Error(`${file} has no block ${name}`);
    const rows = (await rowsOf(name)).join('\n');
    readme = readme.replace(block, (_match, open: string, close: string) => `${open}${rows}\n${close}`);
  }
  return readme;
}

export function readReadme(file: string): string {
  return readFileSync(path.join(packageRoot, file), 'utf8');
}

async function rowsOf(name: Block): Promise<string[]> {
  if (name === 'commands') return commandRows(await buildProgram());
  if (name === 'options') return optionRows();
  if (name === 'close codes') return closeCodeRows();
  return name === 'routes' ? routeRows() : errorRows();
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

/** Defaults that depend on the machine. */
const dependent: Readonly<Record<string, string>> = { workers: 'cores', memory: '4g, at most half' };

function optionRows(): string[] {
  return [
    '| flag | environment | default | affects | |',
    '|---|---|---|---|---|',
    ...optionKeys.map((key) => {
      const row = optionRow(key);
      const shownDefault = dependent[key] ?? row.default ?? '';
      const name = row.default === true ? `no-${flagName(key)}` : flagName(key);
      return `| \`--${name}\` | \`${row.env}\` | ${cell(String(shownDefault))} | ${row.affects ?? 'nothing'} | ${cell(row.doc)} |`;
    }),
  ];
}

function routeRows(): string[] {
  const who = {
    public: 'anyone',
    welcome: 'anyone; signed in: more',
    signed_in: 'signed in',
    staff: 'staff',
    admin: 'admin',
  };
  const rows = Object.values<Route>(api).map(
    ({ method, path: address, access, summary }) =>
      `| \`${method} ${address}\` | ${who[access]} | ${cell(summary)} |`,
  );
  return ['| route | who | |', '|---|---|---|', ...rows];
}

function closeCodeRows(): string[] {
  const rows = Object.entries(closeCodes).map(
    ([reason, { code, comeBack, doc }]) => `| ${code} \`${reason}\` | ${comeBack} | ${cell(doc)} |`,
  );
  return ['| code | come back | when |', '|---|---|---|', ...rows];
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
  for (const file of Object.keys(generatedBlocks) as Array<keyof typeof generatedBlocks>) {
    writeFileSync(path.join(packageRoot, file), await withGeneratedParts(file, readReadme(file)));
  }
}
