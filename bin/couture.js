#!/usr/bin/env node
// The executable: loads the built CLI, nothing more.
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli/program.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  await main(process.argv);
} else {
  console.error(
    'error: couture is not built here.\n  Run "npm install" (or "npm run build") in the folder of couture first.',
  );
  process.exitCode = 1;
}
