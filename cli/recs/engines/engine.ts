// What an engine does for a build: everything whose cost grows with orders. The pipeline does the rest, for all alike.
import type { Config } from '../../../runtime/core/options.ts';
import type { Client } from '../../../sql/pool.ts';
import type { StoredPartition } from '../cooccurrence/grouped-store.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import type { ItemFacts } from '../lists/item-facts.ts';
import type { ContentNeighbours } from '../similarity/content.ts';
import type { LogTotals } from '../source/basket-log.ts';
import type { Catalog } from '../source/catalog.ts';
import type { IdTable } from '../source/id-table.ts';
import type { SinceWindow } from '../source/plan.ts';
import type { SourceIds } from '../source/read-shop.ts';
import type { WatchLists } from '../source/watch-lists.ts';
import type { StageReport } from '../stage-clock.ts';
import type { BuildTasks } from './local/build-tasks.ts';
import type { CustomerMatrixLists, HistoryParts, OrderMatrixLists } from './local/parallel-stages.ts';
import type { ThreadPool } from './local/thread-pool.ts';

/** What every engine is given when the catalog has been read. */
export interface EngineInput {
  readonly config: Config;
  readonly buildId: number;
  readonly databaseUrl: string;
  readonly sourceUrl: string;
  /** The session whose snapshot everything is read in. */
  readonly snapshot: Client;
  readonly pool: ThreadPool<BuildTasks>;
  readonly catalog: Catalog;
  readonly facts: ItemFacts;
  readonly ids: SourceIds;
  readonly since: SinceWindow;
  /** Lines that are dated after this day, in days since 2000-01-01, are in the future. */
  readonly latestDay: number;
  /** Lines that the planner expects: for the progress shown. */
  readonly expected: number;
  /** Folder for files, made when it is needed, removed by the pipeline. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Order lines as they were read, by number; where they are is the engine's business. */
export interface LinesRead {
  readonly totals: LogTotals;
  /** Customers that the lines name; watchers are added to them. */
  readonly customers: IdTable;
  readonly reader: string;
}

/** The steps are called one after the other, in this order; each may say what it did by `report.summary`. */
export interface BuildEngine {
  readLines(report: StageReport): Promise<LinesRead>;
  groupBaskets(report: StageReport): Promise<ItemTallies>;
  countOrders(report: StageReport): Promise<OrderMatrixLists>;
  /** Orders that the gate may ask the lists about; valid after `countOrders`. */
  heldOutOrders(): readonly StoredPartition[];
  countCustomers(content: ContentNeighbours, report: StageReport): Promise<CustomerMatrixLists>;
  histories(watch: WatchLists): HistoryParts;
  close(): Promise<void>;
}
