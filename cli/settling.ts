// A command always ends: with its result, or with an error that says why it cannot.
import process from 'node:process';
import { CoutureError } from '../runtime/core/errors.ts';
import type { Config } from '../runtime/core/options.ts';

/** Milliseconds that a command gets to end after Ctrl-C or SIGTERM, beside the runtime's own. */
const interruptGrace = 60_000;

/**
 * Waits for a command. Rejects when nothing is left that could end it (Node would exit with code 13 and without a
 * word), and when it does not end in time after `signal` has aborted.
 */
export async function settling<T>(
  work: Promise<T>,
  signal: AbortSignal,
  { drain, shutdownTimeout }: Pick<Config, 'drain' | 'shutdownTimeout'>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let fail: (reason: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const onEmpty = () =>
    fail(
      new CoutureError(
        'command_stalled',
        'The command waits for something that can no longer happen.',
        'Most likely a connection was lost. Run the same command again; with --verbose if it happens again.',
      ),
    );
  const onAbort = () => {
    timer = setTimeout(() => fail(signal.reason), interruptGrace + drain + shutdownTimeout);
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

/** Ends the process when something keeps it alive after its command has ended, and says what. */
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
