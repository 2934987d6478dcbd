// One build in detail: what it read, how long each stage took, what it wrote, and with which settings.

import type { Quality } from '../recs/gate/quality.ts';
import { bytes, count, percent, seconds } from './figures.ts';
import { inReadingOrder } from './reading-order.ts';
import { type RepurchaseFigures, repurchaseWords } from './repurchase-words.ts';
import type { Terminal } from './terminal.ts';
import { moment } from './times.ts';

/** What `recs show --json` prints: the row of couture.build, and the size of its lists. */
export interface BuildDetails {
  readonly build_id: number;
  readonly state: string;
  readonly engine: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly config: Record<string, unknown>;
  readonly source: Record<string, number>;
  readonly watermark: string | null;
  /** Stage → milliseconds. */
  readonly stages: Record<string, number>;
  readonly total_ms: number | null;
  readonly peak_rss_bytes: number | null;
  readonly lists: Record<string, number>;
  readonly skipped: Record<string, number>;
  readonly metrics: Record<string, unknown>;
  readonly warnings: readonly string[];
  readonly error: string | null;
  readonly replaced: number | null;
  readonly kept: boolean;
  readonly bytes: number;
}

export function printBuildDetails(terminal: Terminal, build: BuildDetails): void {
  terminal.heading(`Build ${build.build_id} is ${build.state}`);
  terminal.table(
    [{ title: 'Property' }, { title: 'Value', shrink: true }],
    [
      ['started', moment(build.started_at)],
      ['finished', moment(build.finished_at)],
      ['took', build.total_ms === null ? null : seconds(build.total_ms)],
      ['peak memory', build.peak_rss_bytes === null ? null : bytes(build.peak_rss_bytes)],
      ['engine', build.engine],
      ['newest order', moment(build.watermark)],
      ...inReadingOrder('source', build.source).map(([name, figure]) => [words(name), count(figure)]),
      ['replaced', build.replaced === null ? null : `build ${build.replaced}`],
      ['lists', build.kept ? bytes(build.bytes) : 'pruned'],
    ],
  );
  printStages(terminal, build.stages);
  printLists(terminal, build);
  printCounts(terminal, 'Skipped order lines', build.skipped);
  if (Object.keys(build.config).length > 0) {
    terminal.heading('Settings that affect the lists');
    terminal.table(
      [{ title: 'Setting' }, { title: 'Value', shrink: true }],
      inReadingOrder('config', build.config).map(([key, value]) => [key, settingWords(value)]),
    );
  }
  if (build.warnings.length > 0) {
    terminal.heading('Warnings');
    for (const warning of build.warnings) terminal.print(`  ${warning}`);
  }
  if (build.error !== null) {
    terminal.heading('Error');
    terminal.print(`  ${build.error}`);
  }
}

const barLength = 30;

function printStages(terminal: Terminal, stages: BuildDetails['stages']): void {
  const longest = Math.max(1, ...Object.values(stages));
  if (Object.keys(stages).length === 0) return;
  terminal.heading('Stages');
  terminal.table(
    [{ title: 'Stage' }, { title: 'Time', align: 'right' }, { title: '' }],
    inReadingOrder('stages', stages).map(([name, ms]) => [
      words(name),
      seconds(ms),
      '█'.repeat(Math.round((barLength * ms) / longest)) || '▏',
    ]),
  );
}

function printLists(terminal: Terminal, { lists, metrics }: BuildDetails): void {
  const quality = (metrics.quality ?? {}) as Quality;
  if (Object.keys(lists).length === 0) return;
  terminal.heading('Lists');
  terminal.table(
    [
      { title: 'Kind' },
      { title: 'Lists', align: 'right' },
      { title: 'Entries', align: 'right' },
      { title: 'Mean length', align: 'right' },
      { title: 'Coverage', align: 'right' },
    ],
    inReadingOrder('kinds', lists).map(([kind, number]) => {
      const figures = quality[kind];
      return [
        kind,
        count(number),
        ...(figures
          ? [count(figures.entries), figures.mean_length.toFixed(1), percent(figures.coverage)]
          : [null, null, null]),
      ];
    }),
  );
  terminal.print(
    'Entries, length and coverage count entries from orders and content, before the lists are filled up.',
  );
  const repurchase = metrics.repurchase as RepurchaseFigures | undefined;
  if (repurchase) terminal.print(repurchaseWords(repurchase));
}

function printCounts(terminal: Terminal, title: string, counts: Record<string, number>): void {
  const rows = Object.entries(counts).filter(([, figure]) => figure > 0);
  if (rows.length === 0) return;
  terminal.heading(title);
  terminal.table(
    [{ title: 'Reason' }, { title: 'Lines', align: 'right' }],
    rows.map(([name, figure]) => [words(name), count(figure)]),
  );
}

function settingWords(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}
