// Terminal output: results on stdout, progress and notes on stderr, JSON instead of tables with --json.
import process from 'node:process';
import { styleText } from 'node:util';
import { printable } from './printable.ts';
import { openProgress, type Progress } from './progress.ts';
import { renderTable, type TableColumn } from './table.ts';

export interface Terminal {
  readonly json: boolean;
  /** A progress display on stderr: a bar on a terminal, otherwise one line per step. */
  readonly progress: Progress;
  /** Prints a line on stdout; nothing with --json. */
  print(line?: string): void;
  /** Prints a table on stdout; nothing with --json. */
  table(columns: readonly TableColumn[], rows: ReadonlyArray<readonly unknown[]>): void;
  /** Prints the command's JSON object on stdout; nothing without --json. */
  result(value: unknown): void;
  /** Prints a heading on stdout; nothing with --json. */
  heading(text: string): void;
  /** Prints a remark on stderr: what is happening, or what to do next. */
  note(line: string): void;
  warn(line: string): void;
  error(message: string, hint: string): void;
  trace(stack: string): void;
  close(): void;
}

export interface TerminalOptions {
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Opens a terminal on this process's stdout and stderr. */
export function openTerminal({ json, env }: TerminalOptions): Terminal {
  // A reader such as `head` may close the pipe early. That is not a failure: the command still has to clean up.
  process.stdout.on('error', () => {});
  const colourful = (stream: NodeJS.WriteStream) =>
    stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const style = (stream: NodeJS.WriteStream, format: Parameters<typeof styleText>[0], text: string) =>
    colourful(stream) ? styleText(format, printable(text)) : printable(text);
  const progress = openProgress(process.stderr, process.stderr.isTTY === true && env.TERM !== 'dumb');
  const toStderr = (line: string) => {
    progress.pause(() => process.stderr.write(`${line}\n`));
  };
  return {
    json,
    progress,
    print(line = '') {
      if (!json) progress.pause(() => process.stdout.write(`${printable(line)}\n`));
    },
    table(columns, rows) {
      const width = process.stdout.isTTY ? process.stdout.columns : undefined;
      if (!json)
        progress.pause(() =>
          process.stdout.write(
            `${renderTable(columns, rows, { colour: colourful(process.stdout), width })}\n`,
          ),
        );
    },
    result(value) {
      if (json) process.stdout.write(`${printable(JSON.stringify(value))}\n`);
    },
    heading(text) {
      if (!json) progress.pause(() => process.stdout.write(`\n${style(process.stdout, 'bold', text)}\n`));
    },
    note: (line) => toStderr(style(process.stderr, 'dim', line)),
    warn: (line) => toStderr(`${style(process.stderr, 'yellow', 'warning:')} ${printable(line)}`),
    error(message, hint) {
      toStderr(`${style(process.stderr, 'red', 'error:')} ${printable(message)}`);
      if (hint) toStderr(`  ${printable(hint)}`);
    },
    trace: (stack) => toStderr(style(process.stderr, 'dim', stack)),
    close: () => progress.stop(),
  };
}
