// The log: pino JSON lines on stderr, with constant messages and facts as fields. Callers pass it in; it is never global.
import { destination, type Logger, pino } from 'pino';

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
    destination({ fd: 2, sync: true }),
  );
}
