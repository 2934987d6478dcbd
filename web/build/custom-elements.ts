// Writes custom-elements.json, the widgets' attributes, events and parts, from their sources (`npm run manifest`).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * @param root the package
 * @param folder of the file, relative to the root
 */
export function writeCustomElements(root: string, folder: string): void {
  const tool = path.join(root, 'node_modules/@custom-elements-manifest/analyzer/cem.js');
  const sources = [
    'web/widgets/**/*.element.ts',
    'web/widgets/recommendation-widget.ts',
    'web/chat/chat.element.ts',
  ];
  // The tool also writes the file's path into package.json, which a test must not change.
  const about = path.join(root, 'package.json');
  const before = readFileSync(about);
  execFileSync(
    process.execPath,
    [tool, 'analyze', '--litelement', '--quiet', '--globs', ...sources, '--outdir', folder],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  writeFileSync(about, before);
  // The tool lists modules in the order of the file system, which differs between machines.
  const file = path.join(root, folder, 'custom-elements.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { modules: Array<{ path: string }> };
  manifest.modules.sort((one, other) => (one.path < other.path ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
