// The engine interface: an engine does every part of a build whose cost grows with orders. The pipeline does the rest.
import type { Config } from '../../../runtime/core/options.ts';
import type { Client } from '../../../sql/pool.ts';
import type { StoredPartition } from '../cooccurrence/grouped-store.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import type { CandidatePairs } from '../lists/candidate-pairs.ts';
import type { SameCategory } from '../lists/category-totals.ts';
import type { ItemFacts } from '../lists/item-facts.ts';
import type { ListTable } from '../lists/list-table.ts';
import type { CountedPairs } from '../lists/pair-relations.ts';
import type { GramRows } from '../models/gram-rows.ts';
import type { ItemKnnInput } from '../models/item-knn.ts';
import type { PersonalSettings } from '../models/model-settings.ts';
import type { ContentNeighbours } from '../similarity/content.ts';
import type { NameWords } from '../similarity/name-words.ts';
import type { LogTotals } from '../source/basket-log.ts';
import type { Catalog } from '../source/catalog.ts';
import type { IdTable } from '../source/id-table.ts';
import type { KeptLog } from '../source/kept/kept-log.ts';
import type { SinceWindow } from '../source/plan.ts';
import type { SourceIds } from '../source/read-shop.ts';
import type { WatchLists } from '../source/watch-lists.ts';
import type { StageReport } from '../stage-clock.ts';
import type { HistoryParts } from './history-parts.ts';
import type { BuildPool } from './local/build-tasks.ts';

/** Input of every engine, complete once the catalog has been read. */
export interface EngineInput {
  readonly config: Config;
  /** The model behind `personalized`. */
  readonly model: PersonalSettings;
  readonly buildId: number;
  readonly databaseUrl: string;
  readonly sourceUrl: string;
  /** The order lines of earlier builds, for an incremental one. */
  readonly kept?: KeptLog | undefined;
  /** The session that holds the snapshot which the whole build reads. */
  readonly snapshot: Client;
  readonly pool: BuildPool;
  readonly catalog: Catalog;
  readonly facts: ItemFacts;
  /** In progress: the comparison of products by their words. */
  readonly alike: Promise<AlikeProducts>;
  readonly ids: SourceIds;
  readonly since: SinceWindow;
  /** The order lines for `from`, to be followed by an alias. */
  readonly orderLines: string;
  /** Lines dated after this day (days since 2000-01-01) are in the future and skipped. */
  readonly latestDay: number;
  /** Number of lines that Postgres's planner estimates, for the progress display; 0 if unknown. */
  readonly expected: number;
  /** Folder for temporary files: created by the engine when needed, removed by the pipeline. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * An engine does its work in steps. Each returns what the next one takes, so no step can run before its input exists.
 * A step may describe its result in `report.summary`.
 */
export interface BuildEngine {
  read(report: StageReport): Promise<LinesRead>;
  close(): Promise<void>;
}

/** The order lines, which stay with the engine, and their totals. */
export interface LinesRead {
  readonly totals: LogTotals;
  /** Customers that the lines name; customers with only a watch list are added later. */
  readonly customers: IdTable;
  readonly reader: string;
  /** Groups the lines into orders and histories. Call once: it releases the lines. */
  group(report: StageReport): Promise<GroupedBaskets>;
}

/** The orders and the customers' histories, which stay with the engine, and the counts per item. */
export interface GroupedBaskets {
  readonly tallies: ItemTallies;
  countOrders(report: StageReport): Promise<OrderMatrixLists>;
  countCustomers(order: OrderMatrixLists, report: StageReport): Promise<CustomerMatrixLists>;
  histories(watch: WatchLists): HistoryParts;
}

/** What is known of products before any order is read, and the pairs of alike products, which both matrices count. */
export interface AlikeProducts {
  readonly names: NameWords;
  /** Empty unless the build makes `similar`. */
  readonly content: ContentNeighbours;
  readonly candidates: CandidatePairs;
}

export interface OrderMatrixLists {
  readonly boughtTogether: ListTable | undefined;
  readonly bundle: ListTable | undefined;
  readonly affinity: Float64Array;
  /** Number of distinct ordered pairs. */
  readonly pairs: number;
  readonly sameCategory: SameCategory;
  /** Orders that the quality gate takes its test cases from. */
  readonly heldOut: readonly StoredPartition[];
}

export interface CustomerMatrixLists {
  readonly similar: ListTable | undefined;
  /** The filled rows of the term item_knn. */
  readonly itemKnn: ItemKnnInput | undefined;
  /** The counts that the term ease is fitted to. */
  readonly gram: GramRows | undefined;
  /** The lists of the order matrix with the number of customers of each pair. */
  readonly boughtTogether: CountedPairs | undefined;
  readonly sameCategory: SameCategory;
}
