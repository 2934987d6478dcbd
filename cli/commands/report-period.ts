// The options that reports share: period, window of orders, detectable effect, and the page.
import { writeFile } from 'node:fs/promises';
import { CoutureError } from '../../runtime/core/errors.ts';
import { durationDays } from '../../runtime/core/quantities.ts';
import { flag } from '../command.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ReportedEffect {
  /** Days after an event in which orders count. */
  readonly windowDays: number;
  /** Minimum detectable effect, relative. */
  readonly detect: number;
}

export interface ReportPeriod extends ReportedEffect {
  readonly from: Date;
  readonly to: Date;
}

/** @param window what `--window` does */
export function periodFlags(window: string) {
  return [flag('--days <n>', 'number of days to cover, up to now').default('28'), ...effectFlags(window)];
}

/** The options of reports on something that has a time of its own. @param window what `--window` does */
export function effectFlags(window: string) {
  return [
    flag('--window <span>', window).default('7d'),
    flag('--detect <share>', 'minimum detectable effect for sample-size estimates').default('0.05'),
    flag('--html <file>', 'write an HTML report with plots'),
  ];
}

/** @throws CoutureError `bad_option` */
export function readPeriod(flags: Record<string, unknown>): ReportPeriod {
  const days = number('--days', flags.days, 1, 3_650);
  const to = new Date();
  return { from: new Date(to.getTime() - days * 86_400_000), to, ...readEffect(flags) };
}

/** @throws CoutureError `bad_option` */
export function readEffect(flags: Record<string, unknown>): ReportedEffect {
  const window = durationDays.safeParse(flags.window);
  if (!window.success || window.data <= 0) {
    throw new CoutureError(
      'bad_option',
      `--window is ${JSON.stringify(flags.window)}: expected a time span`,
      'For example: --window 7d.',
    );
  }
  return { windowDays: window.data, detect: number('--detect', flags.detect, 0.0001, 10) };
}

/**
 * Writes the page of a report, if `--html` asks for it, and says so.
 * @param file value of the flag
 * @param page makes the HTML; called only if it is wanted
 * @throws CoutureError `file_unreadable`
 */
export async function writeReport(
  terminal: Terminal,
  file: unknown,
  page: () => Promise<string>,
): Promise<void> {
  if (typeof file !== 'string') return;
  await writeFile(file, await page()).catch((cause: Error) => {
    throw new CoutureError(
      'file_unreadable',
      `${file} cannot be written: ${cause.message}`,
      'Use a path in an existing folder.',
      { cause },
    );
  });
  terminal.note(`Report written to ${file}.`);
}

function number(name: string, value: unknown, min: number, max: number): number {
  const given = Number(value);
  if (value !== '' && given >= min && given <= max) return given;
  throw new CoutureError(
    'bad_option',
    `${name} is ${JSON.stringify(value)}: expected a number from ${min} to ${max}`,
    'The help of the command lists its options: --help.',
  );
}
