// What the worker threads of a build can be asked to do: names, inputs, outputs.
import type { MeasureName } from '../../runtime/core/options.ts';
import type { StoredPartition } from './cooccurrence/grouped-store.ts';
import type { GroupingOptions } from './cooccurrence/grouping.ts';
import type { RowRange } from './cooccurrence/pair-counter.ts';
import type { ItemTallies } from './cooccurrence/tallies.ts';
import type { ItemFacts } from './lists/item-facts.ts';
import type { ListTable } from './lists/list-table.ts';
import type { PersonalizedInput, PersonalizedRows } from './lists/personalized.ts';
import type { ContentInput, ContentNeighbours } from './similarity/content.ts';
import type { NameWords } from './similarity/name-words.ts';
import type { Neighbours } from './similarity/neighbours.ts';
import type { LogPartition } from './source/basket-log.ts';

/** Which kernel counts the rows of a matrix; both give the same rows. */
export type KernelName = 'buckets' | 'rows';

export interface MatrixInput {
  readonly kernel: KernelName;
  readonly partitions: readonly StoredPartition[];
  readonly rowPairs: Float64Array;
  readonly facts: ItemFacts;
  readonly popularity: Float64Array;
}

export interface OrderMatrixInput extends MatrixInput {
  readonly orders: number;
  readonly weight: Float64Array;
  readonly totalWeight: number;
  readonly names: NameWords;
  readonly measure: MeasureName;
  readonly damping: number;
  readonly minSupport: number;
  readonly minLlr: number;
  readonly boughtTogether: ListTable | undefined;
  readonly bundle: ListTable | undefined;
}

export interface CustomerMatrixInput extends MatrixInput {
  readonly weight: Float64Array;
  readonly neighbours: Neighbours | undefined;
  readonly similar: ListTable | undefined;
  readonly content: ContentNeighbours;
  readonly priceBand: number;
  readonly acrossCategories: boolean;
}

/** Inputs that all tasks of a stage share are sent once to every thread, by the `open…` tasks. */
export type BuildTasks = {
  content: { input: ContentInput; output: ContentNeighbours };
  openGrouping: { input: GroupingOptions; output: void };
  group: { input: { partition: LogPartition; file: string | undefined }; output: StoredPartition };
  closeGrouping: { input: void; output: ItemTallies };
  openOrderMatrix: { input: OrderMatrixInput; output: void };
  countOrders: { input: RowRange; output: void };
  closeOrderMatrix: { input: void; output: { pairs: number; affinity: Float64Array } };
  openCustomerMatrix: { input: CustomerMatrixInput; output: void };
  countCustomers: { input: RowRange; output: void };
  openPersonalized: { input: PersonalizedInput; output: void };
  personalize: { input: StoredPartition; output: PersonalizedRows };
};
