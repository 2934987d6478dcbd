// Runs a command of the CLI in this process: half a second of CPU less than a process of its own, since the code is loaded
// once. Tests of signals, pipes and the end of the process start bin/couture.js.
import process from 'node:process';
import type { Command } from 'commander';
import { buildProgram } from '../program.ts';

export interface CommandRun {
  readonly cwd: string;
  /** The whole environment; nothing of this process's own. */
  readonly env: Readonly<Record<string, string>>;
}

export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let running = false;

/**
 * Runs `couture ARGS`. One at a time: the environment, the working directory and the output are those of the process.
 * @returns what a process would have printed, and its exit code
 */
export async function runCommand(args: readonly string[], { cwd, env }: CommandRun): Promise<CommandOutcome> {
  if (running) throw new Error('another command is running in this process');
  running = true;
  const before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  // Node prints warnings past process.stderr.
  const onWarning = ({ name, message }: Error) => void process.stderr.write(`${name}: ${message}\n`);
  process.on('warning', onWarning);
  // As for a new process, which prints into a pipe; COUTURE_TEST_RUN and the like stay out.
  process.env = { ...env };
  process.chdir(cwd);
  process.exitCode = undefined;
  try {
    const program = await buildProgram(args.find((word) => !word.startsWith('-')));
    throwInsteadOfExit(program);
    const code = await program.parseAsync(['node', 'couture', ...args]).then(
      () => Number(process.exitCode ?? 0),
      (thrown: unknown) => {
        if (thrown instanceof UsageExit) return thrown.code;
        throw thrown;
      },
    );
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.off('warning', onWarning);
    stdout.restore();
    stderr.restore();
    process.env = before.env;
    process.chdir(before.cwd);
    process.exitCode = before.exitCode;
    running = false;
  }
}

class UsageExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** As `main` in program.ts, which ends the process with the same code. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride((error) => {
    throw new UsageExit(error.exitCode === 0 ? 0 : 2);
  });
  for (const child of command.commands) throwInsteadOfExit(child);
}

/** Collects what is written to a stream, which seems to be a pipe meanwhile. */
function capture(stream: NodeJS.WriteStream) {
  let text = '';
  const { write, isTTY } = stream;
  const errorListeners = stream.listeners('error');
  stream.isTTY = false;
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') process.nextTick(callback as () => void);
    return true;
  }) as typeof stream.write;
  return {
    text: () => text,
    restore() {
      stream.write = write;
      stream.isTTY = isTTY;
      // Each terminal of a command adds one.
      for (const listener of stream.listeners('error'))
        if (!errorListeners.includes(listener)) stream.off('error', listener as () => void);
    },
  };
}
