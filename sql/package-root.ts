// The folder with package.json, both for the sources and for the built files.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the package's root, without a trailing slash. */
export const packageRoot = findRoot(path.dirname(fileURLToPath(import.meta.url)));

/** Version in package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { version: string })
    .version;
}

/** Absolute path of a file in `sql/`: the build doesn't copy .sql files to dist. */
export function sqlFile(...names: string[]): string {
  return path.join(packageRoot, 'sql', ...names);
}

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}`);
  return findRoot(parent);
}
