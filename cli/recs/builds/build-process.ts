// One `couture recs build` as a process of its own. A scheduler that lives for months gets its memory back after
// each build, and outlives one that is killed for taking too much.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { packageRoot } from '../../../sql/package-root.ts';
import type { RunOutcome } from './schedule.ts';

export interface BuildProcessInput {
  /** Settings as environment variables, over those of this process: on a command line, everybody could read them. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes what the build says while it runs, line by line. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  /** Milliseconds between asking the build to stop and killing it. Containers are often given ten seconds. */
  readonly graceMs?: number;
  /** Told the process id. */
  readonly onStart?: (pid: number) => void;
}

/** Runs a build to its end. On abort it is asked to stop, which takes it a moment, and killed when it does not. */
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
  let [stdout, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (said + chunk).split('\n');
    said = lines.pop()!;
    for (const line of lines) hear(line);
  });
  const complaint: string[] = [];
  /** An error is the line that says so, with what it found and what to do below it. */
  function hear(line: string): void {
    onLine(line);
    if (line.startsWith('error: ')) complaint.push(line.slice('error: '.length));
    else if (complaint.length > 0 && line.startsWith('  ')) complaint.push(line.trim());
  }
  try {
    const [exit, name] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (said) hear(said);
    return {
      exit,
      ms: Math.round(performance.now() - started),
      build_id: buildIdOf(stdout, complaint),
      error: exit === 0 ? null : sentences(complaint) || (name ? `ended by ${name}` : `exit code ${exit}`),
    };
  } finally {
    clearTimeout(killer);
    signal.removeEventListener('abort', stop);
  }
}

/** Lines of an error as one, each ended by a mark. */
function sentences(lines: readonly string[]): string {
  return lines.map((line) => (/[.:;,!?]$/.test(line) ? line : `${line}.`)).join(' ');
}

/** The number stands in the summary of a build that was made, and in the words about one that was refused. */
function buildIdOf(stdout: string, complaint: readonly string[]): number | null {
  try {
    return (JSON.parse(stdout) as { build_id: number }).build_id;
  } catch {
    const refused = /^Build (\d+) /.exec(complaint[0] ?? '');
    return refused ? Number(refused[1]) : null;
  }
}
