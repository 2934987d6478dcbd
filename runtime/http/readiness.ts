// GET /healthz: the process lives. GET /readyz: it can serve: the database answers, a build is published, no shutdown.
import { operationRoutes as routes } from '../contract/operations.ts';
import { Answer, type Binding, bind } from './bind.ts';
import { admitToMetrics, type Metrics } from './metrics.ts';
import type { Storefront } from './recommendations/storefront.ts';

export interface ReadinessParts {
  readonly storefront: Storefront;
  readonly metrics: Metrics;
  readonly metricsToken: string | undefined;
  readonly draining: () => boolean;
}

/** Milliseconds within which the database has to answer. */
const patience = 1_000;

export function operations(binding: Binding, parts: ReadinessParts): void {
  const { storefront, metrics, metricsToken, draining } = parts;
  bind(binding, routes.health, () => ({ status: 'ok' }));
  bind(binding, routes.ready, async () => {
    const database = await answers(storefront);
    const { lists, publishedAt } = storefront.served.known;
    const reasons = [
      ...(draining() ? ['shutting down'] : []),
      ...(database ? [] : ['Postgres does not answer']),
      ...(lists ? [] : ['no build is published: run "couture recs build"']),
    ];
    return new Answer(reasons.length === 0 ? 200 : 503, {
      status: reasons.length === 0 ? 'ready' : 'not ready',
      reasons,
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

/** Whether the database answers in time, by a statement of its own. */
async function answers({ pool }: Storefront): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patience);
  });
  const asked = pool.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
