// For tests of imports: files in a temporary folder, and a progress bar that shows nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openProgress } from '../terminal/progress.ts';

export const quietProgress = openProgress({ write: () => true } as unknown as NodeJS.WriteStream, false);

export interface TestFolder {
  write(name: string, content: string | Buffer): string;
  remove(): void;
}

export function testFolder(): TestFolder {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-files-'));
  return {
    write(name, content) {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
