// The tasks and sessions that the worker threads of a build can run: names, inputs, outputs.
import type { StoredPartition } from '../../cooccurrence/grouped-store.ts';
import type { GroupingOptions } from '../../cooccurrence/grouping-options.ts';
import type { KernelName } from '../../cooccurrence/kernel.ts';
import type { RowRange } from '../../cooccurrence/pair-counter.ts';
import type { ItemTallies } from '../../cooccurrence/tallies.ts';
import type { BoughtTogetherInput } from '../../lists/bought-together.ts';
import type { CustomerListRows, CustomerListsInput } from '../../lists/customer-lists.ts';
import type { ItemFacts } from '../../lists/item-facts.ts';
import type { RelateRowsInput } from '../../lists/relate-rows.ts';
import type { EaseInput, EaseTask } from '../../models/ease.ts';
import type { AlikeNames, AlikeNamesInput } from '../../similarity/alike-names.ts';
import type { ContentInput, ContentNeighbours } from '../../similarity/content.ts';
import type { Compared, KeptPlace } from '../../similarity/kept-comparisons.ts';
import type { LogPartition } from '../../source/basket-log.ts';
import type { CustomerRowsInput } from '../customer-rows.ts';
import { ThreadPool } from './thread-pool.ts';

export interface MatrixInput {
  readonly kernel: KernelName;
  readonly partitions: readonly StoredPartition[];
  readonly rowPairs: Float64Array;
  readonly facts: ItemFacts;
}

export interface OrderMatrixInput extends MatrixInput, BoughtTogetherInput {}

export interface CustomerMatrixInput extends MatrixInput, CustomerRowsInput {}

/** Where an incremental build keeps results. */
interface Kept {
  readonly kept: KeptPlace | undefined;
}

/** Tasks that need nothing but their own input. */
export type BuildTasks = {
  content: { input: ContentInput & Kept; output: Compared<ContentNeighbours> };
  alikeNames: { input: AlikeNamesInput & Kept; output: Compared<AlikeNames> };
};

/** Tasks that share an input: it is sent to every thread once. */
export type BuildSessions = {
  grouping: {
    input: GroupingOptions;
    tasks: {
      group: { input: { partition: LogPartition; file: string | undefined }; output: StoredPartition };
    };
    /** What the thread counted. */
    output: ItemTallies;
  };
  orderMatrix: {
    input: OrderMatrixInput;
    tasks: { count: { input: RowRange; output: void } };
    output: { pairs: number; affinity: Float64Array };
  };
  customerMatrix: {
    input: CustomerMatrixInput;
    tasks: { count: { input: RowRange; output: void } };
    output: void;
  };
  relations: {
    input: RelateRowsInput;
    tasks: { relate: { input: RowRange; output: void } };
    output: void;
  };
  ease: {
    input: EaseInput;
    tasks: { run: { input: EaseTask; output: void } };
    output: void;
  };
  customerLists: {
    input: CustomerListsInput;
    tasks: { rows: { input: StoredPartition; output: CustomerListRows } };
    output: void;
  };
};

export type BuildPool = ThreadPool<BuildTasks, BuildSessions>;

/** Starts the worker threads of a build. */
export function startBuildPool(workers: number): BuildPool {
  return new ThreadPool(new URL('./pipeline.worker.js', import.meta.url), workers);
}
