// The stages that run on worker threads with every engine: content similarity, the term ease and personal lists.
import type { Config } from '../../../runtime/core/options.ts';
import { count } from '../../terminal/figures.ts';
import { openCandidatePairs } from '../lists/candidate-pairs.ts';
import type { CustomerListRows, CustomerListsInput } from '../lists/customer-lists.ts';
import type { ItemFacts } from '../lists/item-facts.ts';
import type { PersonalizedInput } from '../lists/personalized.ts';
import { type EaseInput, easeTasks, easeWords, openEase } from '../models/ease.ts';
import type { GramRows } from '../models/gram-rows.ts';
import type { EaseSettings } from '../models/model-settings.ts';
import type { ListWriter } from '../publish/list-writer.ts';
import { toShared } from '../shared-arrays.ts';
import type { ContentNeighbours } from '../similarity/content.ts';
import type { Compared, KeptPlace } from '../similarity/kept-comparisons.ts';
import { indexNameWords } from '../similarity/name-words.ts';
import type { Catalog } from '../source/catalog.ts';
import type { StageReport } from '../stage-clock.ts';
import type { AlikeProducts } from './engine.ts';
import type { HistoryParts } from './history-parts.ts';
import type { BuildPool } from './local/build-tasks.ts';

interface CompareInput {
  readonly pool: BuildPool;
  readonly catalog: Catalog;
  readonly facts: ItemFacts;
  readonly config: Config;
  /** Where an incremental build looks up what it has compared before. */
  readonly kept?: KeptPlace | undefined;
  readonly note?: (line: string) => void;
}

/** Compares the names and the words of products, each on one thread. */
export async function compareProducts(input: CompareInput): Promise<AlikeProducts> {
  const { pool, catalog, facts, kept, note = () => {} } = input;
  const names = indexNameWords(catalog.names);
  const [words, alike] = await Promise.all([
    compareWords(input),
    pool.run('alikeNames', { names, neighbours: contentNeighbourCount, kept }),
  ]);
  for (const fault of new Set([words.fault, alike.fault])) if (fault) note(fault);
  const content = words.result;
  return { names, content, candidates: openCandidatePairs(alike.result, content, facts) };
}

/** Empty without the kind `similar`, which alone uses it. */
async function compareWords({
  pool,
  catalog,
  config,
  kept,
}: CompareInput): Promise<Compared<ContentNeighbours>> {
  if (!config.kinds.includes('similar')) return { result: noContent, compared: 0, fault: undefined };
  return pool.run('content', {
    items: catalog.items,
    category: config.acrossCategories ? new Int32Array(catalog.items) : catalog.category,
    price: catalog.price,
    priceBand: config.priceBand,
    words: catalog.words,
    neighbours: Math.max(contentNeighbourCount, config.top),
    kept,
  });
}

const noContent: ContentNeighbours = {
  k: 0,
  length: new Int32Array(0),
  items: new Int32Array(0),
  cosine: new Float32Array(0),
};

const contentNeighbourCount = 40;

/** Fits the term ease. Its steps wait for one another, the tasks of a step do not. */
export async function fitEase(
  pool: BuildPool,
  settings: EaseSettings,
  gram: GramRows,
  report: StageReport,
): Promise<EaseInput> {
  const input = openEase(settings, gram);
  const { matrices } = input;
  const session = await pool.open('ease', input);
  for (const tasks of easeTasks(input)) {
    let done = 0;
    report.update(0, tasks.length);
    await Promise.all(
      tasks.map(async (task) => {
        await session.run('run', task);
        report.update(++done, tasks.length);
      }),
    );
  }
  await session.close();
  report.summary = `${count(gram.items)} products; ${easeWords({ candidates: gram.k, exact: matrices !== undefined })}`;
  return input;
}

interface CustomerListsToWrite {
  readonly writer: ListWriter;
  readonly histories: HistoryParts;
  /** Kinds of lists that are undefined are not made. */
  readonly personalized: Omit<PersonalizedInput, 'listed'> | undefined;
  readonly buyAgain: CustomerListsInput['buyAgain'];
  readonly items: number;
}

/** Computes and writes every customer's lists, one task per part. Only a few parts are in memory at a time. */
export async function writeCustomerLists(
  pool: BuildPool,
  { writer, histories, personalized, buyAgain, items }: CustomerListsToWrite,
  report: StageReport,
): Promise<void> {
  const { parts, expected, customers } = histories;
  const listed = toShared(new Uint8Array(items));
  const session = await pool.open('customerLists', {
    personalized: personalized && { ...personalized, listed },
    buyAgain,
  });
  await writer.customerLists(rows(), customers, listed);
  await session.close();

  /** Yields in the order of the parts. Tasks are queued ahead, so that no thread idles while the writer is busy. */
  async function* rows(): AsyncGenerator<CustomerListRows> {
    const ahead: Promise<CustomerListRows>[] = [];
    let done = 0;
    report.update(0, expected);
    const next = async () => {
      const part = await ahead.shift()!;
      report.update(++done, Math.max(done, expected));
      return part;
    };
    for await (const part of parts) {
      const row = session.run('rows', part);
      row.catch(() => {});
      ahead.push(row);
      if (ahead.length >= pool.size * tasksAhead) yield await next();
    }
    while (ahead.length > 0) yield await next();
  }
}

/** Tasks in flight per thread. */
const tasksAhead = 3;
