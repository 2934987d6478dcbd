// Passwords on the command line → a process title without them: what `ps` and /proc/PID/cmdline then show to other users.
// The executable runs this first, before it loads anything that takes time.
import process from 'node:process';
import { redactUrl } from '../sql/errors.ts';

/** Flags whose whole value is a secret or may be one, other than URLs. */
const secretFlag = /^--spark-conf$/;

/** Replaces the command line that other users of the machine see, if it has secrets. Windows keeps showing it. */
export function hideArguments(): void {
  const shown = withoutSecrets(process.argv.slice(2));
  // A title that is longer than the command line would be cut off.
  if (shown.some((word, at) => word !== process.argv[at + 2]))
    process.title = ['couture', ...shown].join(' ');
}

/** The words of a command line with `***` in place of passwords and other secrets. */
export function withoutSecrets(words: readonly string[]): string[] {
  return words.map((word, at) => {
    if (secretFlag.test(words[at - 1] ?? '')) return hiddenValue(word);
    const [, flag, value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    if (flag && secretFlag.test(flag)) return `${flag}=${hiddenValue(value!)}`;
    if (flag) return `${flag}=${hiddenUrl(value!)}`;
    return hiddenUrl(word);
  });
}

/** `name=value` → `name=***` */
function hiddenValue(word: string): string {
  return word.includes('=') ? word.replace(/=.*$/s, '=***') : '***';
}

function hiddenUrl(word: string): string {
  return /:\/\/|password=/i.test(word) ? redactUrl(word) : word;
}
