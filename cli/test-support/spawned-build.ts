// Controls a build in a separate process: start, wait for a pause, resume, interrupt, kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../sql/package-root.ts';

/** What the process builds, and where it pauses, such as `count orders begins` or `read order lines goes on`. */
export interface BuildOrder {
  readonly databaseUrl: string;
  readonly sourceUrl?: string;
  readonly home: string;
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly publish?: boolean;
  readonly force?: boolean;
  readonly pauseAt?: readonly string[];
}

export interface BuildOutcome {
  readonly state?: string;
  readonly buildId?: number;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly exit: number;
  };
  readonly notes: readonly string[];
}

export interface CommandOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `couture recs build`, as cron starts it. */
export class BuildCommand {
  readonly #child: ChildProcess;
  readonly #closed: Promise<CommandOutcome>;

  constructor(
    shop: { readonly url: string; readonly home: string },
    args: readonly string[] = [],
    env: Record<string, string> = {},
  ) {
    const { PATH = '' } = process.env;
    this.#child = spawn(
      process.execPath,
      [join(packageRoot, 'bin', 'couture.js'), 'recs', 'build', '--workers', '2', ...args],
      {
        cwd: shop.home,
        env: { PATH, DATABASE_URL: shop.url, COUTURE_HOME: shop.home, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let [stdout, stderr] = ['', ''];
    this.#child.stdout!.on('data', (chunk) => (stdout += chunk));
    this.#child.stderr!.on('data', (chunk) => (stderr += chunk));
    this.#closed = once(this.#child, 'close').then(([code]) => ({ code, stdout, stderr }));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  outcome(): Promise<CommandOutcome> {
    return this.#closed;
  }

  /** Sends SIGKILL; safe to call twice. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}

const script = fileURLToPath(new URL('./paused-build.js', import.meta.url));

export class BuildProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;
  #stderr = '';

  constructor(order: BuildOrder) {
    this.#child = spawn(process.execPath, ['--enable-source-maps', script, JSON.stringify(order)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#exited = once(this.#child, 'exit');
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#child.stderr!.on('data', (chunk) => {
      this.#stderr += chunk;
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /**
   * Waits for the next pause and returns its place.
   * @throws Error if the build ends instead
   */
  async paused(): Promise<string> {
    const line = await this.#read();
    if (!('paused' in line)) throw new Error(`the build did not pause: ${JSON.stringify(line)}`);
    return line.paused;
  }

  resume(): void {
    this.#child.stdin!.write('\n');
  }

  /** Waits for the end. */
  async outcome(): Promise<BuildOutcome> {
    const line = await this.#read();
    if ('paused' in line) throw new Error(`the build paused: ${line.paused}`);
    await this.#exited;
    return line;
  }

  /** Sends SIGKILL; safe to call twice. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #read(): Promise<BuildOutcome | { paused: string }> {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    await this.#exited;
    throw new Error(`the build process ended without a result: ${this.#stderr}`);
  }
}
