// Writes custom-elements.json: what the widgets take and tell, from their sources (`npm run manifest`).
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

/**
 * @param root the package
 * @param folder where the file goes, from the root
 */
export function writeCustomElements(root: string, folder: string): void {
  const tool = path.join(root, 'node_modules/@custom-elements-manifest/analyzer/cem.js');
  const sources = ['web/widgets/**/*.element.ts', 'web/widgets/recommendation-widget.ts'];
  execFileSync(
    process.execPath,
    [tool, 'analyze', '--litelement', '--quiet', '--globs', ...sources, '--outdir', folder],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}
