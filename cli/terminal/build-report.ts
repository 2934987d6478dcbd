// What a person sees when a build is done: what was read, what was written, what was left out, what to do next.
import type { BuildSummary } from '../recs/build-summary.ts';
import { bytes, count, seconds } from './figures.ts';
import { repurchaseWords } from './repurchase-words.ts';
import type { Terminal } from './terminal.ts';

export function printBuildSummary(terminal: Terminal, summary: BuildSummary, { nextStep = true } = {}): void {
  const { lines, orders, customers, products, pairs } = summary;
  terminal.heading(`Build ${summary.build_id} is ${summary.state}`);
  terminal.print(`${count(lines)} order lines → ${count(orders)} orders of ${count(customers)} customers`);
  terminal.print(`${count(products)} products, ${count(pairs)} pairs of them in the same order`);
  terminal.print(`${seconds(summary.total_ms)}, at most ${bytes(summary.peak_rss_bytes)} of memory\n`);
  terminal.table(
    [{ title: 'kind' }, { title: 'lists', align: 'right' }],
    Object.entries(summary.lists).map(([kind, lists]) => [kind, count(lists)]),
  );
  if (summary.repurchase) terminal.print(`\n${repurchaseWords(summary.repurchase)}`);
  const skipped = Object.entries(summary.skipped).filter(([, lines]) => lines > 0);
  if (skipped.length > 0) {
    terminal.heading('Lines left out');
    terminal.table(
      [{ title: 'reason' }, { title: 'lines', align: 'right' }],
      skipped.map(([reason, lines]) => [reason.replaceAll('_', ' '), count(lines)]),
    );
  }
  for (const warning of summary.warnings) terminal.warn(warning);
  if (!nextStep) return;
  if (summary.state === 'published') {
    terminal.print(
      '\nNext: "couture recs inspect PRODUCT" shows a product’s lists, "couture recs status" what is served.',
    );
  } else {
    terminal.print(
      `\nNext: "couture recs inspect PRODUCT --build ${summary.build_id}" looks at it, "couture recs publish ${summary.build_id}" serves it.`,
    );
  }
}
