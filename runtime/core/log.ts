// The log: pino JSON lines on stderr, with constant messages and facts as fields. Callers pass it in; it is never global.
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** Keys whose values are hidden in log lines. */
const secretPaths = [
  'password',
  'token',
  'authorization',
  'endpoint',
  'email',
  'body',
  '*.password',
  '*.token',
  '*.email',
];

/** Opens the log. `level` is a pino level or `silent`. */
export function openLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths: secretPaths, censor: '[hidden]' },
    },
    stderr(),
  );
}

/** Files and terminals are written synchronously; a pipe, whose reader may stall, never blocks the process. */
function stderr(): DestinationStream {
  return PatientPipe.open(2) ?? destination({ fd: 2, sync: true });
}

/** Characters that wait in memory. */
const maxWaiting = 1_000_000;
/** Milliseconds between attempts to write waiting lines. */
const retryInterval = 100;

/**
 * Writes lines to a pipe without ever waiting for its reader: a log shipper that stops reading must not stop the shop. Lines
 * that don't fit into the pipe wait in memory, up to a limit; then they are dropped and counted.
 */
export class PatientPipe {
  readonly #fd: number;
  #waiting = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;

  private constructor(fd: number) {
    this.#fd = fd;
    // Whatever still fits; the process does not wait for a stalled reader.
    process.once('exit', () => this.#flush());
  }

  /** Undefined if the descriptor is not a pipe, or cannot be opened a second time without blocking. */
  static open(fd: number): PatientPipe | undefined {
    try {
      if (!fstatSync(fd).isFIFO()) return undefined;
      // A description of its own: the flag would otherwise also apply to other writers of the pipe.
      return new PatientPipe(openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch {
      return undefined;
    }
  }

  write(line: string): void {
    if (this.#waiting.length > maxWaiting) {
      this.#dropped += 1;
      return;
    }
    const bytes = Buffer.from(line);
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    try {
      while (this.#waiting.length > 0)
        this.#waiting = this.#waiting.subarray(writeSync(this.#fd, this.#waiting));
    } catch (error) {
      // Without a reader there is nobody to write for.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.#waiting = Buffer.alloc(0);
      else this.#timer = setTimeout(() => this.#flush(), retryInterval).unref();
      return;
    }
    if (this.#dropped === 0) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.write(
      `{"level":40,"time":"${new Date().toISOString()}","dropped":${dropped},"msg":"log lines dropped: nobody read them"}\n`,
    );
  }
}
