// Progress of filling a shop → one stage of the display after the other.
import type { ShopProgress } from '../../fixtures/shop-tables.ts';
import type { Progress, Stage } from './progress.ts';

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
