// Shows the loading of a shop: one progress stage after the other, then a table of what was loaded.
import type { ShopCounts, ShopProgress } from '../../fixtures/shop-tables.ts';
import { count } from './figures.ts';
import type { Progress, Stage } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Pass `update` to the loader and call `end` when loading is done. */
export function shopProgress(progress: Progress): { update(step: ShopProgress): void; end(): void } {
  let name: string | undefined;
  let stage: Stage | undefined;
  return {
    update(step) {
      if (step.stage !== name) {
        // No summary: progress counts orders while the stage writes lines.
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

/** Prints the table of what was loaded. */
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
