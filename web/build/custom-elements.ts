// Writes custom-elements.json: what the widgets take and tell, from their sources (`npm run manifest`).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * @param root the package
 * @param folder where the file goes, from the root
 */
export function writeCustomElements(root: string, folder: string): void {
  const tool = path.join(root, 'node_modules/@custom-elements-manifest/analyzer/cem.js');
  const sources = [
    'web/widgets/**/*.element.ts',
    'web/widgets/recommendation-widget.ts',
    'web/chat/chat.element.ts',
  ];
  // The tool writes where the file is into package.json, which is no business of a test.
  const about = path.join(root, 'package.json');
  const before = readFileSync(about);
  execFileSync(
    process.execPath,
    [tool, 'analyze', '--litelement', '--quiet', '--globs', ...sources, '--outdir', folder],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  writeFileSync(about, before);
  // The tool has them as the file system does, which is another order on another machine.
  const file = path.join(root, folder, 'custom-elements.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { modules: Array<{ path: string }> };
  manifest.modules.sort((one, other) => (one.path < other.path ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
