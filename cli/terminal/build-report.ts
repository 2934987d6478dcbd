// The report of a finished build: what was read, written and skipped, and what to do next.
import type { BuildSummary } from '../recs/build-summary.ts';
import { bytes, count, seconds } from './figures.ts';
import { repurchaseWords } from './repurchase-words.ts';
import type { Terminal } from './terminal.ts';

export function printBuildSummary(terminal: Terminal, summary: BuildSummary, { nextStep = true } = {}): void {
  if (summary.unchanged) {
    terminal.print(
      `Nothing has changed since build ${summary.build_id}, which stays published (${seconds(summary.total_ms)}).`,
    );
    return;
  }
  const { lines, orders, customers, products, pairs } = summary;
  terminal.heading(`Build ${summary.build_id} is ${summary.state}`);
  terminal.print(`${count(lines)} order lines → ${count(orders)} orders of ${count(customers)} customers`);
  terminal.print(`${count(products)} products, ${count(pairs)} pairs bought in the same order`);
  terminal.print(`${seconds(summary.total_ms)}, peak memory ${bytes(summary.peak_rss_bytes)}\n`);
  terminal.table(
    [{ title: 'kind' }, { title: 'lists', align: 'right' }],
    Object.entries(summary.lists).map(([kind, lists]) => [kind, count(lists)]),
  );
  if (summary.repurchase) terminal.print(`\n${repurchaseWords(summary.repurchase)}`);
  const skipped = Object.entries(summary.skipped).filter(([, lines]) => lines > 0);
  if (skipped.length > 0) {
    terminal.heading('Skipped order lines');
    terminal.table(
      [{ title: 'reason' }, { title: 'lines', align: 'right' }],
      skipped.map(([reason, lines]) => [reason.replaceAll('_', ' '), count(lines)]),
    );
  }
  for (const warning of summary.warnings) terminal.warn(warning);
  if (!nextStep) return;
  if (summary.state === 'published') {
    terminal.print(
      '\nNext: "couture recs inspect PRODUCT" to see a product’s lists, "couture recs status" for an overview.',
    );
  } else {
    terminal.print(
      `\nNext: "couture recs inspect PRODUCT --build ${summary.build_id}" to inspect it, "couture recs publish ${summary.build_id}" to publish it.`,
    );
  }
}
