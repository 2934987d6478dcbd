// Runs one `couture recs build` in a child process. A scheduler that runs for months gets its memory back after
// each build, and survives a build that the system kills for using too much.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { packageRoot } from '../../../sql/package-root.ts';
import type { BuildSummary } from '../build-summary.ts';
import type { RunOutcome } from './schedule.ts';

export interface BuildProcessInput {
  /** Settings as environment variables, which override this process's: other users could read a command line. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with each line that the build prints to stderr. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  /** Milliseconds between SIGTERM and SIGKILL. Containers often get ten seconds to stop. */
  readonly graceMs?: number;
  /** Called with the process id. */
  readonly onStart?: (pid: number) => void;
}

/** Runs a build until it exits. On abort, sends SIGTERM, then SIGKILL if the build has not exited after `graceMs`. */
export async function runBuildProcess(input: BuildProcessInput): Promise<RunOutcome> {
  const { env, onLine, signal, graceMs = 8_000 } = input;
  const started = performance.now();
  const bin = path.join(packageRoot, 'bin', 'couture.js');
  const child = spawn(process.execPath, [bin, 'recs', 'build', '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) input.onStart?.(child.pid);
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let [stdout, partialLine] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (partialLine + chunk).split('\n');
    partialLine = lines.pop()!;
    for (const line of lines) onStderr(line);
  });
  const errorLines: string[] = [];
  /** An error is a line that starts with "error: ", followed by indented details and a hint. */
  function onStderr(line: string): void {
    onLine(line);
    if (line.startsWith('error: ')) errorLines.push(line.slice('error: '.length));
    else if (errorLines.length > 0 && line.startsWith('  ')) errorLines.push(line.trim());
  }
  try {
    const [exit, name] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (partialLine) onStderr(partialLine);
    const { build_id, unchanged } = summaryOf(stdout, errorLines);
    return {
      exit,
      ms: Math.round(performance.now() - started),
      build_id,
      error: exit === 0 ? null : sentences(errorLines) || (name ? `killed by ${name}` : `exit code ${exit}`),
      ...(unchanged && { unchanged }),
    };
  } finally {
    clearTimeout(killer);
    signal.removeEventListener('abort', stop);
  }
}

/** Joins the lines of an error into one, adding a full stop to each line without punctuation. */
function sentences(lines: readonly string[]): string {
  return lines.map((line) => (/[.:;,!?]$/.test(line) ? line : `${line}.`)).join(' ');
}

/** Reads the build's number from its JSON summary, or from the error message of a rejected build. */
function summaryOf(
  stdout: string,
  errorLines: readonly string[],
): { build_id: number | null; unchanged?: true | undefined } {
  try {
    const { build_id, unchanged } = JSON.parse(stdout) as BuildSummary;
    return { build_id, unchanged };
  } catch {
    const rejected = /^Build (\d+) /.exec(errorLines[0] ?? '');
    return { build_id: rejected ? Number(rejected[1]) : null };
  }
}
