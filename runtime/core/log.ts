// The log: pino JSON lines on stderr, with constant messages and facts as fields. Callers pass it in; it is never global.
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { PatientPipe } from './patient-pipe.ts';

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
