// GET /healthz: the process lives. GET /readyz: it can serve: the database answers, a build is published, no shutdown.
import { inspectSource } from '../../../sql/source/source-views.ts';
import { operationRoutes as routes } from '../../contract/operations.ts';
import type { Storefront } from '../../shop/storefront.ts';
import { Answer, type Binding, bind } from '../bind.ts';
import { admitToMetrics, type Metrics, mayWatch } from '../metrics.ts';

export interface ReadinessParts {
  readonly storefront: Storefront;
  readonly metrics: Metrics;
  readonly metricsToken: string | undefined;
  readonly draining: () => boolean;
}

/** Milliseconds within which the database has to answer. */
const patience = 1_000;

/** Milliseconds for which what the database answered is taken as read, whoever asks and however often. */
const lookAge = 1_000;

export function operations(binding: Binding, parts: ReadinessParts): void {
  const { storefront, metrics, metricsToken, draining } = parts;
  const look = atMostEvery(lookAge, () => lookAt(storefront));
  bind(binding, routes.health, () => ({ status: 'ok' }));
  bind(binding, routes.ready, async ({ ctx }) => {
    const { database, missing } = await look();
    const { lists, publishedAt } = storefront.served.known;
    const reasons = [
      ...(draining() ? ['shutting down'] : []),
      ...(database ? [] : ['Postgres does not respond']),
      ...(lists ? [] : ['no build is published: run "couture recs build"']),
    ];
    // Who has read products serves them as they were: all processes at once would be taken out for the same view.
    const serves = reasons.length === 0 && (!missing.product || storefront.views.wasRead('product cards'));
    // Names of roles and columns are for the shop's own people.
    const words = mayWatch(ctx, metricsToken) ? missing.words : missing.words.slice(0, 1).map(() => hidden);
    return new Answer(serves ? 200 : 503, {
      status: !serves ? 'not ready' : words.length > 0 ? 'degraded' : 'ready',
      reasons: [...reasons, ...words],
      database,
      build_id: lists?.build ?? null,
      build_age_seconds: publishedAt ? Math.round((Date.now() - publishedAt.getTime()) / 1_000) : null,
    });
  });
  bind(binding, routes.metrics, ({ ctx }) => {
    admitToMetrics(ctx, metricsToken);
    return metrics.registry.metrics();
  });
}

const hidden = 'a view of the shop cannot be read; request /readyz from this machine for details';

/** One look for all who ask within `age` milliseconds of its beginning, and for all who ask while it lasts. */
function atMostEvery<T>(age: number, look: () => Promise<T>): () => Promise<T> {
  let latest: { readonly at: number; readonly found: Promise<T> } | undefined;
  let running = false;
  return () => {
    if (!latest || (!running && performance.now() >= latest.at + age)) {
      running = true;
      const found = look().finally(() => (running = false));
      latest = { at: performance.now(), found };
    }
    return latest.found;
  };
}

interface Look {
  readonly database: boolean;
  readonly missing: {
    /** Whether products cannot be read. */
    readonly product: boolean;
    /** What is missing, and why it probably is. */
    readonly words: readonly string[];
  };
}

/** Whether the database answers in time, by a statement of its own: which views it has, and whether they may be read. */
async function lookAt({ pool, views }: Storefront): Promise<Look> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  const asked = inspectSource(pool)
    .then((report) => views.retry().then(() => report))
    .catch(() => undefined);
  const report = await Promise.race([asked, late]).finally(() => clearTimeout(timer));
  if (!report) return { database: false, missing: { product: false, words: [] } };
  const words = report.problems.map(({ message, hint }) => `${message}. ${hint}.`);
  for (const { view, what, message } of views.failures) {
    // A view that is there and has its columns may fail all the same: on a table below it, or on a row.
    if (words.some((each) => each.includes(`couture_source.${view}`))) continue;
    words.push(`couture_source.${view} cannot be read for ${what}: ${message}.`);
  }
  const { exists, readable } = report.views.product;
  return { database: true, missing: { product: !exists || !readable || views.isBroken('product'), words } };
}
