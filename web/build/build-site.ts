// Builds dist/site with Vite, and dist/custom-elements.json, unless both were built from the same sources before.
// node … [--force]
// sources, lock file, kill switch → hash in dist/.site-hash
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** From dist/web/build. */
const root = path.resolve(import.meta.dirname, '../../..');
/** What the front end imports or is built by; tests and benchmarks never get into it. */
const inputs = ['web', 'runtime/contract', 'tsconfig.json', 'package.json', 'package-lock.json'];
const configs = [
  'web/vite.config.ts',
  'web/vite.outline.config.ts',
  'web/vite.embed.config.ts',
  'web/vite.locale.config.ts',
  'web/vite.worker.config.ts',
];
const elements = 'web/build/custom-elements.config.mjs';

/** Returns a hash of everything that the built site depends on. */
export function hashOfSources(folder: string, env: Readonly<Record<string, string | undefined>>): string {
  const hash = createHash('sha256').update(`${process.version} ${env.COUTURE_KILL_WORKER ?? ''}`);
  for (const input of inputs) {
    for (const file of filesOf(folder, input)) {
      const content = readFileSync(path.join(folder, file));
      hash.update(`\n${file} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex');
}

function filesOf(folder: string, input: string): string[] {
  if (/\.\w+$/.test(input)) return existsSync(path.join(folder, input)) ? [input] : [];
  return readdirSync(path.join(folder, input), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(test|bench)\.ts$|\.md$/.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('test-support'))
    .sort();
}

if (process.argv[1] === import.meta.filename) {
  const kept = path.join(root, 'dist/.site-hash');
  const sources = hashOfSources(root, process.env);
  const before = existsSync(kept) ? readFileSync(kept, 'utf8') : '';
  const complete = ['dist/site/embed/couture-push-worker.js', 'dist/custom-elements.json'].every((file) =>
    existsSync(path.join(root, file)),
  );
  if (!complete || process.argv.includes('--force') || before !== sources) {
    rmSync(kept, { force: true });
    const run = (tool: string, ...args: string[]) =>
      execFileSync(process.execPath, [path.join(root, 'node_modules', tool), ...args], {
        cwd: root,
        stdio: 'inherit',
      });
    for (const config of configs)
      run('vite/bin/vite.js', 'build', 'web', '--config', config, '--logLevel', 'error');
    run('@custom-elements-manifest/analyzer/cem.js', 'analyze', '--config', elements);
    // The analyzer indents it, to twice the size, and repeats for every attribute which class it comes from, and in the class's field
    // what the attribute says.
    const manifest = path.join(root, 'dist/custom-elements.json');
    const needed = (name: string, value: unknown) => {
      if (name === 'inheritedFrom' || value === '') return undefined;
      const isField = typeof value === 'object' && value !== null && 'attribute' in value;
      return isField ? { ...value, description: undefined } : value;
    };
    writeFileSync(manifest, JSON.stringify(JSON.parse(readFileSync(manifest, 'utf8')), needed));
    writeFileSync(kept, sources);
  }
}
