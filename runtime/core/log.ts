// The log: pino JSON lines on stderr, with constant messages and facts as fields. Callers pass it in; it is never global.
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
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

let patient: PatientPipe | undefined;

/** Files and terminals are written synchronously; pipes and sockets, whose reader may stall, never block the process. */
function stderr(): DestinationStream {
  patient ??= PatientPipe.open(2);
  return patient ?? destination({ fd: 2, sync: true });
}

/** Characters that wait in memory. */
const maxWaiting = 1_000_000;
/** Milliseconds between attempts to write waiting lines. */
const retryInterval = 100;

/**
 * Writes lines to a pipe or a socket, such as journald's, without ever waiting for its reader: a log shipper that stops
 * reading must not stop the shop. Lines that don't fit wait in memory, up to a limit; then they are dropped and counted.
 */
export class PatientPipe {
  readonly #fd: number;
  #waiting: Buffer[] = [];
  #size = 0;
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;

  /** @param socket sockets cannot be opened a second time; opening one as a stream makes its descriptor non-blocking */
  private constructor(fd: number, socket?: Socket) {
    this.#fd = fd;
    // An end or error of the stream matters to nobody: the next write learns of it.
    socket?.on('error', () => {}).unref();
    // Whatever still fits; the process does not wait for a stalled reader.
    process.once('exit', () => this.#flush());
  }

  /** Undefined if the descriptor is neither a pipe nor a socket, or a pipe cannot be opened a second time without blocking. */
  static open(fd: number): PatientPipe | undefined {
    try {
      const kind = fstatSync(fd);
      if (kind.isSocket()) return new PatientPipe(fd, new Socket({ fd, readable: false, writable: true }));
      if (!kind.isFIFO()) return undefined;
      // A description of its own: the flag would otherwise also apply to other writers of the pipe.
      return new PatientPipe(openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch {
      return undefined;
    }
  }

  write(line: string): void {
    if (this.#size > maxWaiting) {
      this.#dropped += 1;
      return;
    }
    const bytes = Buffer.from(line);
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    // Attempts cost as much as lines: while the reader stalls, only the timer makes them.
    if (!this.#timer) this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    let bytes = Buffer.concat(this.#waiting);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(this.#fd, bytes));
    } catch (error) {
      // Without a reader there is nobody to write for.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') bytes = Buffer.alloc(0);
      else this.#timer = setTimeout(() => this.#flush(), retryInterval).unref();
    }
    this.#size = bytes.length;
    this.#waiting = this.#size > 0 ? [bytes] : [];
    if (this.#dropped === 0 || this.#size > 0) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.write(
      `{"level":40,"time":"${new Date().toISOString()}","dropped":${dropped},"msg":"log lines dropped: nobody read them"}\n`,
    );
  }
}
