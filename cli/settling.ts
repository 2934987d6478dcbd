// Makes sure that a command ends: with its result, or with an error that says why it cannot.
import process from 'node:process';
import { CoutureError } from '../runtime/core/errors.ts';
import type { Config } from '../runtime/core/options.ts';

/** Milliseconds that an orderly command gets to end after Ctrl-C or SIGTERM, on top of the runtime's own timeouts. */
const interruptGrace = 60_000;

export interface SettlingOptions extends Pick<Config, 'drain' | 'shutdownTimeout'> {
  readonly signal: AbortSignal;
  /** Whether the command ends by itself after `signal` has aborted; any other would wait on, for example for a lock. */
  readonly isOrderly: () => boolean;
}

/**
 * Waits for a command. Rejects when the event loop is empty and nothing is left that could end it (Node would exit silently
 * with code 13), and after `signal` has aborted: at once, or when an orderly command does not end in time.
 */
export async function settling<T>(
  work: Promise<T>,
  { signal, isOrderly, drain, shutdownTimeout }: SettlingOptions,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let fail: (reason: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const onEmpty = () =>
    fail(
      new CoutureError(
        'command_stalled',
        'The command is waiting for something that can no longer happen.',
        'A connection was probably lost. Run the command again, with --verbose if it keeps happening.',
      ),
    );
  const onAbort = () => {
    const grace = isOrderly() ? interruptGrace + drain + shutdownTimeout : 0;
    timer = setTimeout(() => fail(signal.reason), grace);
  };
  process.once('beforeExit', onEmpty);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, failed]);
  } finally {
    process.off('beforeExit', onEmpty);
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}

/** Exits the process if something still keeps it alive after its command has ended, and prints what it was. */
export function endWithin(milliseconds: number): void {
  const end = () => {
    // On Windows, pipes are written in the background.
    if (process.stdout.writableLength > 0) return endWithin(milliseconds);
    const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
    process.stderr.write(`warning: the process was still kept alive by: ${open}\n`);
    process.exit();
  };
  setTimeout(end, milliseconds).unref();
}
