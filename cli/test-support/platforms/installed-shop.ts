// Runs programs of a shop platform that was installed from its registry: commands to their end, servers until they are stopped.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../fixtures/install-once.ts';

/** Where platforms are installed, once per user of this machine. */
export const platformCache = path.join(cacheFolder(), `couture-platforms-${os.userInfo().uid}`);

export interface Program {
  /** An executable and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. @throws Error with its output if it fails, or does not end within `timeout` milliseconds */
export async function runProgram({ command, cwd, env }: Program, timeout = 900_000): Promise<string> {
  const [file, ...args] = command;
  const options = { cwd, timeout, env: { ...process.env, ...env }, maxBuffer: 64 << 20 };
  return (await promisify(execFile)(file, args, options)).stdout;
}

export interface ServedShop {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server that prints "Serving at URL;". @throws Error with the end of its output if it does not start */
export async function serveProgram({ command, cwd, env }: Program): Promise<ServedShop> {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const said: string[] = [];
  child.stderr.on('data', (data) => {
    said.push(String(data));
    said.splice(0, said.length - 50);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    const [, url] = /Serving at (http:\S+?);/.exec(line) ?? [];
    if (!url) continue;
    // Nobody reads further output, so it must not fill the pipe.
    child.stdout.resume();
    const stop = async () => {
      child.kill('SIGTERM');
      await exited;
    };
    return { url, stop };
  }
  throw new Error(`${path.basename(file)} did not start a shop:\n${said.join('\n')}`);
}
