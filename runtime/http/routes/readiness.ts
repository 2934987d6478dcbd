// GET /healthz: the process is alive. GET /readyz: it can serve, since the database responds, a build is published, and it is
// not shutting down. GET /metrics.
import type { Pool } from '../../../sql/pool.ts';
import { inspectSource } from '../../../sql/source/source-views.ts';
import { isLocalRequest } from '../../auth/local-request.ts';
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

/** Milliseconds within which the database must respond. */
const databaseTimeout = 1_000;

/** Milliseconds for which the state of the database is cached for all callers. */
const checkAge = 1_000;

export function operations(binding: Binding, parts: ReadinessParts): void {
  const { storefront, metrics, metricsToken, draining } = parts;
  const check = atMostEvery(checkAge, () => checkDatabase(storefront));
  bind(binding, routes.health, () => ({ status: 'ok' }));
  bind(binding, routes.ready, async ({ ctx }) => {
    const { database, readOnly, missing } = await check();
    const { lists, publishedAt } = storefront.served.known;
    const reasons = [
      ...(draining() ? ['shutting down'] : []),
      ...(database ? [] : ['Postgres does not respond']),
      ...(lists ? [] : ['no build is published: run "couture recs build"']),
    ];
    // A process that has read products serves them from its cache: otherwise one missing view would take out all processes
    // at once.
    const serves = reasons.length === 0 && (!missing.product || storefront.views.wasRead('product cards'));
    // Show names of roles and columns only to operators.
    const isOperator = mayWatch(ctx, metricsToken) || isLocalRequest(ctx.req);
    const words = [
      // Not 503, which would take out all processes at once: a standby serves lists and pages.
      ...(readOnly ? [noWrites] : []),
      ...(isOperator ? missing.words : missing.words.slice(0, 1).map(() => hidden)),
    ];
    return new Answer(serves ? 200 : 503, {
      status: !serves ? 'not ready' : words.length > 0 ? 'degraded' : 'ready',
      reasons: [...reasons, ...words],
      database,
      build_id: lists?.build ?? null,
      build_age_seconds: publishedAt
        ? Math.max(0, Math.round((Date.now() - publishedAt.getTime()) / 1_000))
        : null,
    });
  });
  bind(binding, routes.metrics, ({ ctx }) => {
    admitToMetrics(ctx, metricsToken);
    return metrics.registry.metrics();
  });
}

const noWrites =
  'Postgres accepts no writes (it is a standby, or read-only): orders, chats and subscriptions fail';
const hidden = 'a view of the shop cannot be read; request /readyz from this machine for details';

/** Shares one run among all callers within `age` milliseconds of its start and while it is running. */
function atMostEvery<T>(age: number, run: () => Promise<T>): () => Promise<T> {
  let latest: { readonly at: number; readonly found: Promise<T> } | undefined;
  let running = false;
  return () => {
    if (!latest || (!running && performance.now() >= latest.at + age)) {
      running = true;
      const found = run().finally(() => (running = false));
      latest = { at: performance.now(), found };
    }
    return latest.found;
  };
}

interface DatabaseState {
  readonly database: boolean;
  /** Whether it accepts no writes. */
  readonly readOnly: boolean;
  readonly missing: {
    /** Whether products are unreadable. */
    readonly product: boolean;
    /** What is missing, with the likely cause. */
    readonly words: readonly string[];
  };
}

/** Queries whether the database responds in time, which views exist and whether they are readable. */
async function checkDatabase({ pool, views }: Storefront): Promise<DatabaseState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), databaseTimeout);
  });
  const asked = isReadOnly(pool)
    .then(async (readOnly) => {
      const report = await inspectSource(pool);
      await views.retry();
      return { ...report, readOnly };
    })
    .catch(() => undefined);
  const report = await Promise.race([asked, late]).finally(() => clearTimeout(timer));
  if (!report) return { database: false, readOnly: false, missing: { product: false, words: [] } };
  const words = report.problems.map(({ message, hint }) => `${message}. ${hint}.`);
  for (const { view, what, message } of views.failures) {
    // A view with all its columns can still fail, because of a table below it or a row.
    if (words.some((each) => each.includes(`couture_source.${view}`))) continue;
    words.push(`couture_source.${view} cannot be read for ${what}: ${message}.`);
  }
  const { exists, readable } = report.views.product;
  return {
    database: true,
    readOnly: report.readOnly,
    missing: { product: !exists || !readable || views.isBroken('product'), words },
  };
}

async function isReadOnly(pool: Pool): Promise<boolean> {
  const client = await pool.connect();
  let readOnly = true;
  try {
    const { rows } = await client.query<{ value: string }>(
      `select current_setting('transaction_read_only') as value`,
    );
    readOnly = rows[0]!.value === 'on';
  } finally {
    // A session keeps the default that it began with: don't use this one when the server accepts writes again.
    client.release(readOnly);
  }
  return readOnly;
}
