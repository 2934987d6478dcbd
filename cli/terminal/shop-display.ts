// Filling a shop, as a person sees it: one stage of the progress display after the other, and what is in it then.
import type { ShopCounts, ShopProgress } from '../../fixtures/shop-tables.ts';
import { count } from './figures.ts';
import type { Progress, Stage } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Hand `update` to the loader, and call `end` when it is done. */
export function shopProgress(progress: Progress): { update(step: ShopProgress): void; end(): void } {
  let name: string | undefined;
  let stage: Stage | undefined;
  return {
    update(step) {
      if (step.stage !== name) {
        // How far it got is not what it made: orders are counted while lines are written.
        stage?.end('');
        name = step.stage;
        stage = progress.stage(name.charAt(0).toUpperCase() + name.slice(1), step.total);
      }
      stage?.update(step.done, step.total);
    },
    end() {
      stage?.end('');
      stage = undefined;
      name = undefined;
    },
  };
}

/** The table of what was loaded. */
export function printShop(terminal: Terminal, counts: ShopCounts): void {
  terminal.table(
    [{ title: 'What' }, { title: 'Count', align: 'right' }],
    [
      ['products', count(counts.products)],
      ['customers', count(counts.customers)],
      ['orders', count(counts.orders)],
      ['order lines', count(counts.lines)],
      ['watched products', count(counts.watched)],
      ['reviews', count(counts.reviews)],
    ],
  );
}
