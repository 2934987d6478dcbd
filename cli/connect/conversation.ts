// Questions on a terminal, or their defaults without one.
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { CoutureError } from '../../runtime/core/errors.ts';
import { printable } from '../terminal/printable.ts';

export interface Conversation {
  /** Whether somebody answers; without, every answer is the fallback. */
  readonly interactive: boolean;
  /** Asks one question. Enter, or nobody to ask, answers with the fallback. */
  ask(question: string, fallback: string): Promise<string>;
}

/** Answers every question with its fallback, as `--yes` does. */
export const silent: Conversation = { interactive: false, ask: async (_, fallback) => fallback };

/** Asks on stderr, so that stdout holds results only. Ctrl-C ends the command as everywhere else. */
export function terminalConversation(signal: AbortSignal): Conversation {
  return {
    interactive: true,
    async ask(question, fallback) {
      const shown = fallback === '' ? 'Enter: none' : `Enter: ${fallback}`;
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      let onClose = () => {};
      try {
        const ended = new Promise<never>((_, reject) => {
          onClose = () => reject(inputEnded());
        });
        lines.once('close', onClose);
        // While a question is open, the terminal sends Ctrl-C as a character.
        lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
        const answer = await Promise.race([
          lines.question(printable(`${question} [${shown}]: `), { signal }),
          ended,
        ]);
        return answer.trim() || fallback;
      } finally {
        lines.off('close', onClose).close();
      }
    },
  };
}

/** Asks until the answer fits. Without anybody to ask, a fallback that doesn't fit is an error. */
export async function askUntil<T>(
  conversation: Conversation,
  question: string,
  fallback: string,
  parse: (answer: string) => T,
  complain: (line: string) => void,
): Promise<T> {
  for (;;) {
    const answer = await conversation.ask(question, fallback);
    try {
      return parse(answer);
    } catch (error) {
      if (!conversation.interactive || !(error instanceof CoutureError)) throw error;
      complain(error.message);
    }
  }
}

export async function confirm(
  conversation: Conversation,
  question: string,
  fallback: boolean,
): Promise<boolean> {
  const answer = await conversation.ask(`${question} (yes or no)`, fallback ? 'yes' : 'no');
  return /^(?:y|yes|j|ja|true|1)$/i.test(answer);
}

function inputEnded(): CoutureError {
  return new CoutureError(
    'interrupted',
    'The input ended before all questions were answered.',
    'Nothing was written. Run the command again, or answer with flags and --yes.',
  );
}
