#!/usr/bin/env node
// The executable: hides passwords of its command line, and loads the built CLI.
import { existsSync } from 'node:fs';

const built = (file) => new URL(`../dist/cli/${file}.js`, import.meta.url);
if (existsSync(built('program'))) {
  const { hideArguments } = await import(built('hide-arguments').href);
  hideArguments();
  const { main } = await import(built('program').href);
  await main(process.argv);
} else {
  console.error(
    'error: couture is not built here.\n  Run "npm install" (or "npm run build") in the folder of couture first.',
  );
  process.exitCode = 1;
}
