// The tasks that worker threads of a build can run: names, inputs, outputs.
import type { StoredPartition } from '../../cooccurrence/grouped-store.ts';
import type { GroupingOptions } from '../../cooccurrence/grouping.ts';
import type { RowRange } from '../../cooccurrence/pair-counter.ts';
import type { ItemTallies } from '../../cooccurrence/tallies.ts';
import type { BoughtTogetherInput } from '../../lists/bought-together.ts';
import type { ItemFacts } from '../../lists/item-facts.ts';
import type { ListTable } from '../../lists/list-table.ts';
import type { PersonalizedInput, PersonalizedRows } from '../../lists/personalized.ts';
import type { ContentInput, ContentNeighbours } from '../../similarity/content.ts';
import type { Neighbours } from '../../similarity/neighbours.ts';
import type { LogPartition } from '../../source/basket-log.ts';

/** The kernel that counts the rows of a matrix; both return the same rows. */
export type KernelName = 'buckets' | 'rows';

export interface MatrixInput {
  readonly kernel: KernelName;
  readonly partitions: readonly StoredPartition[];
  readonly rowPairs: Float64Array;
  readonly facts: ItemFacts;
}

export interface OrderMatrixInput extends MatrixInput, BoughtTogetherInput {}

/** The outputs made from rows of the customer matrix, and the data needed for them. */
export interface CustomerRowsInput {
  readonly facts: ItemFacts;
  readonly popularity: Float64Array;
  readonly weight: Float64Array;
  readonly neighbours: Neighbours | undefined;
  readonly similar: ListTable | undefined;
  readonly content: ContentNeighbours;
  readonly priceBand: number;
  readonly acrossCategories: boolean;
}

export interface CustomerMatrixInput extends MatrixInput, CustomerRowsInput {}

/** The `open…` tasks send the input shared by all tasks of a stage to every thread once. */
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
