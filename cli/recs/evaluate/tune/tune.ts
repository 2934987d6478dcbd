// `recs tune`: searches for the model that predicts held-out orders best, and confirms it on orders held out otherwise.
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { Task } from '../../gate/test-cases.ts';
import type { BasketKind, CopurchaseJson, PersonalizedJson } from '../../models/model-settings.ts';
import { repurchaseThreshold } from '../../models/repurchase.ts';
import { type CurrentModels, type EvaluatedModel, everyItem, plainSimilarity } from '../baselines.ts';
import type { Dataset } from '../order-log.ts';
import { type BenchThreads, openBenchThreads } from './bench-threads.ts';
import { choose, type Finalist, finalistsOf, preferUsual, worthOf } from './choose.ts';
import { copurchaseSpace } from './copurchase-space.ts';
import { personalizedSpace } from './personalized-space.ts';
import { describePlan, factsOf, type PlanInput, planSearch, searchShare, type TunePlan } from './plan.ts';
import { type Score, search, type Trial } from './search.ts';
import type { SearchSpace, SpaceFacts } from './search-space.ts';
import { cutValidations, type Validation } from './validation.ts';

export type TunedSettings = PersonalizedJson | CopurchaseJson;

export interface TuneInput extends PlanInput {
  /** Only the training part is read. */
  readonly data: Dataset;
  /** List lengths; the score is the mean of recall and NDCG over them. */
  readonly ks: readonly number[];
  /** About as many trials, whatever the budget would allow; the budget is only a time limit then. */
  readonly trials?: number | undefined;
  /** Time limit; default: the budget. */
  readonly maxMs?: number;
  /** What the configuration builds now. */
  readonly current: CurrentModels;
  readonly onPlan?: (plan: TunePlan) => void;
  readonly onTrial: (trial: Trial<TunedSettings>, planned: number) => void;
  readonly signal: AbortSignal;
}

export interface TuneResult {
  readonly task: Task;
  readonly plan: TunePlan;
  /** The winner, or the current settings if none is better. */
  readonly best: TunedSettings;
  readonly changed: boolean;
  /** Scores of `best`, and of the current settings. */
  readonly scores: Omit<Finalist<unknown>, 'settings'>;
  readonly current: Omit<Finalist<unknown>, 'settings'>;
  readonly trials: readonly Trial<TunedSettings>[];
  /** Number of test cases that the search measured on. */
  readonly questions: number;
  /** Whether the time limit ended the search before its plan. */
  readonly cut: boolean;
}

/** Finalists that are measured even after the time limit. */
const minFinalists = 2;
/** In smaller catalogues a list shows much of all products anyway. */
const minWideItems = 1_000;

/** @throws CoutureError `source_empty` if the training orders are too few for a validation set */
export async function tune(input: TuneInput): Promise<TuneResult> {
  const { task, basket } = input;
  const started = performance.now();
  const spent = () => (performance.now() - started) / (input.maxMs ?? input.budgetMs * 0.95);
  const validations = cutValidations(input.data, task, basket, input.seed);
  const [first] = validations.search;
  const facts = factsOf(first!.data, input);
  const searched = await openSets(input, validations.search);
  try {
    const searchPlan = planSearch(first!.data, input, searched.size.units);
    const { maxUnits } = searchPlan;
    const plan = describePlan(task, validations, facts, searchPlan);
    input.onPlan?.(plan);
    const known: Known = { current: modelOf(task, input.current[task]), floors: floorsOf(task, basket) };
    // Product lists serve the whole catalogue.
    const keepCoverage = task === 'copurchase' && input.data.trainItems >= minWideItems;
    const before = keepCoverage ? await measureKnown(searched, known, maxUnits) : undefined;
    const wide = before?.floors.every(({ value }) => before.current.value >= value) ? before : undefined;
    const { best, units, trials, cut } = await search(
      spaceOf(task, facts),
      searchPlan,
      (settings, on) => searched.measure(modelOf(task, settings), on),
      {
        expired: () => spent() > searchShare,
        onTrial: (trial) => input.onTrial(trial, plan.trials),
      },
      wide && ((score) => worthOf(score, wide.current)),
    );
    const onSearch = before ?? (await measureKnown(searched, known, maxUnits));
    const confirmed = await openSets(input, [validations.confirm]);
    try {
      const sets: BothSets = { searched, confirmed, units: maxUnits };
      const onConfirm = await measureKnown(confirmed, known, maxUnits);
      const current: Finalist<TunedSettings> = {
        settings: input.current[task],
        search: onSearch.current,
        confirm: onConfirm.current,
      };
      const finalists = [...baselineFinalists(known, basket, onSearch, onConfirm)];
      for (const [at, { settings, score }] of finalistsOf(best).entries()) {
        if (spent() > 1 && at >= minFinalists) break;
        // A search that was cut short has measured few units, where chance decides.
        finalists.push(await measureBoth(sets, task, settings, units === maxUnits ? score : undefined));
      }
      const values = (scores: readonly Score[]) => scores.map(({ value }) => value);
      const floors = { search: values(onSearch.floors), confirm: values(onConfirm.floors) };
      const found = choose(finalists, floors, current, keepCoverage);
      const usual = found && withUsualThreshold(found.settings);
      const winner = usual
        ? preferUsual(found, await measureBoth(sets, task, usual), floors, current)
        : found;
      const { settings, ...scores } = winner ?? current;
      const { settings: _, ...currentScores } = current;
      const changed = winner !== undefined;
      const questions = searched.size.cases;
      return { task, plan, best: settings, changed, scores, current: currentScores, trials, questions, cut };
    } finally {
      await confirmed.close();
    }
  } finally {
    await searched.close();
  }
}

function modelOf(task: Task, settings: TunedSettings): EvaluatedModel {
  return { task, settings } as EvaluatedModel;
}

function spaceOf(task: Task, facts: SpaceFacts): SearchSpace<TunedSettings> {
  return task === 'personalized' ? personalizedSpace(facts) : copurchaseSpace(facts);
}

/** @throws CoutureError `source_empty` if no set has a test case */
async function openSets(
  { task, basket, ks, seed, current: { limits }, signal }: TuneInput,
  sets: readonly Validation[],
): Promise<BenchThreads> {
  const data = sets.map((set) => set.data);
  const threads = await openBenchThreads(data, { task, basket, ks, seed, limits }, signal);
  if (threads.size.cases > 0) return threads;
  await threads.close();
  throw tooFewOrders(task);
}

/** The sets that were searched on, and the one that confirms; `units` of both are measured. */
interface BothSets {
  readonly searched: BenchThreads;
  readonly confirmed: BenchThreads;
  readonly units: number;
}

/** @param known the score on the sets that were searched on, if it was measured on all units */
async function measureBoth(
  { searched, confirmed, units }: BothSets,
  task: Task,
  settings: TunedSettings,
  known?: Score,
): Promise<Finalist<TunedSettings>> {
  const model = modelOf(task, settings);
  const search = known ?? (await searched.measure(model, units));
  return { settings, search, confirm: await confirmed.measure(model, units) };
}

/**
 * Baselines that a build can make: they are what its lists can be at least. With orders as baskets, those of customers are
 * measured with all repeats, which the setting `repurchase` decides in a build.
 */
function* baselineFinalists(
  { floors }: Known,
  basket: BasketKind,
  onSearch: KnownScores,
  onConfirm: KnownScores,
): Generator<Finalist<TunedSettings>> {
  for (const [at, floor] of floors.entries()) {
    if (!('settings' in floor) || ('limits' in floor && basket === 'order')) continue;
    yield { settings: floor.settings, search: onSearch.floors[at]!, confirm: onConfirm.floors[at]! };
  }
}

/** The settings with the usual threshold of `repeat`; undefined if they have it. */
function withUsualThreshold(settings: TunedSettings): TunedSettings | undefined {
  if (!('repeat' in settings) || !settings.repeat) return undefined;
  const { threshold, ...repeat } = settings.repeat;
  return threshold === undefined || threshold === repurchaseThreshold ? undefined : { ...settings, repeat };
}

/** What the winner is compared with. */
interface Known {
  readonly current: EvaluatedModel;
  readonly floors: readonly EvaluatedModel[];
}

interface KnownScores {
  readonly current: Score;
  readonly floors: readonly Score[];
}

async function measureKnown(
  { measure }: BenchThreads,
  { current, floors }: Known,
  units: number,
): Promise<KnownScores> {
  const scores: Score[] = [];
  for (const floor of floors) scores.push(await measure(floor, units));
  return { current: await measure(current, units), floors: scores };
}

function tooFewOrders(task: Task): CoutureError {
  return new CoutureError(
    'source_empty',
    `There are too few training orders to hold out a validation set for the task ${task}.`,
    'Tuning needs customers with two orders (personalized) or orders of two products (copurchase).',
  );
}

/** What the winner must at least match, besides what is built now. */
function floorsOf(task: Task, basket: BasketKind): EvaluatedModel[] {
  if (task === 'copurchase') {
    return [
      { task, plain: 'popularity' },
      { task, settings: { similarity: 'count', weighting: 'none', basket } },
      { task, settings: { similarity: 'cosine', weighting: 'none', basket } },
    ];
  }
  return [
    { task, plain: 'popularity' },
    { task, settings: plainSimilarity('count'), limits: everyItem },
    { task, settings: plainSimilarity('cosine'), limits: everyItem },
  ];
}
