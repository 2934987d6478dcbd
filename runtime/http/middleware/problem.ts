// The HTTP error boundary: any thrown value → application/problem+json, with the details that clients may see.
import type { Context, Next } from 'koa';
import { isPostgresAway } from '../../../sql/errors.ts';
import type { Problem } from '../../contract/problem.ts';
import { CoutureError, type ErrorReport, errorTable, reportError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { FailureLog } from '../../work/failure-log.ts';
import type { SendProblemPage } from '../problem-page.ts';

/**
 * Catches what later middleware throws. Logs 5xx with their cause; 4xx are the client's fault.
 * @param page sends a page instead to browsers that open one
 */
export function problems(log: Log, page: SendProblemPage = () => false) {
  const failures = new FailureLog((facts) => log.error(facts, 'request failed'));
  return async (ctx: Context, next: Next): Promise<void> => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body == null) throw notFound(ctx);
    } catch (thrown) {
      const report = reportHttp(thrown);
      // These describe the shop and are no failures; ShopViews already logs missing views.
      if (report.status >= 500 && report.status !== 501 && !describesShop.has(report.code))
        failures.add({ request_id: ctx.state.requestId, code: report.code, err: thrown });
      sendProblem(ctx, report, page, thrown instanceof CoutureError ? thrown.details : {});
    }
  };
}

const describesShop: ReadonlySet<string> = new Set(['source_unavailable', 'push_unconfigured']);

/** Sends a problem response; also for middleware above the boundary. */
function sendProblem(
  ctx: Context,
  report: Pick<ErrorReport, 'status' | 'code' | 'message' | 'hint' | 'expose'>,
  page: SendProblemPage,
  details: Readonly<Record<string, unknown>> = {},
): void {
  const { retry_after: retryAfter, ...members } = details;
  const body: Problem = {
    type: `urn:couture:error:${report.code}`,
    title: titles[report.status] ?? 'Error',
    status: report.status,
    ...(report.expose ? { detail: report.message } : {}),
    code: report.code,
    ...(report.expose && report.hint ? { hint: report.hint } : {}),
    ...members,
    request_id: String(ctx.state.requestId ?? ''),
  };
  ctx.state.problem = report.code;
  ctx.status = report.status;
  ctx.set('Cache-Control', 'no-store');
  for (const header of ['ETag', 'Content-Encoding', 'X-Couture-Build']) ctx.remove(header);
  if (report.status === 503 || report.status === 429) ctx.set('Retry-After', String(retryAfter ?? 1));
  if (report.status === 401) ctx.set('WWW-Authenticate', 'Bearer realm="couture"');
  if (page(ctx, report.status)) return;
  ctx.body = JSON.stringify(body);
  ctx.type = 'application/problem+json';
}

/** `reportError` for HTTP: an unreachable or slow Postgres becomes 503, and Koa's own errors keep their status. */
export function reportHttp(thrown: unknown): ErrorReport {
  const report = reportError(thrown);
  if (thrown instanceof CoutureError) return report;
  const { status = 0, code = '' } = thrown as { status?: number; code?: string };
  if (isPostgresAway(thrown)) {
    return {
      ...errorTable.postgres_unreachable,
      code: 'postgres_unreachable',
      message: report.message,
      hint: '',
    };
  }
  // Text that Postgres cannot store: with U+0000 or a lone surrogate.
  if (code === '22021' || code === '22P05') {
    const message = 'The request contains characters that Postgres cannot store';
    return { ...errorTable.bad_request, code: 'bad_request', message, hint: '' };
  }
  if (status >= 400 && status < 500) {
    const known = clientCodes[status] ?? 'bad_request';
    return { ...errorTable[known], status, code: known, message: report.message, hint: '' };
  }
  return report;
}

const clientCodes: Record<number, keyof typeof errorTable> = {
  404: 'not_found',
  405: 'method_unknown',
  413: 'body_too_large',
  415: 'body_unsupported',
};

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Idempotency key reused',
  429: 'Too many requests',
  500: 'Internal server error',
  501: 'Not available in this shop',
  503: 'Temporarily unavailable',
};

/** The error when no layer responded: 405 if the path supports other methods, else 404. */
function notFound(ctx: Context): CoutureError {
  const allowed = allowedMethods(ctx);
  if (allowed.length === 0) {
    return new CoutureError(
      'not_found',
      `Nothing found at ${shorten(ctx.path)}`,
      '/api/openapi.json lists the routes.',
    );
  }
  ctx.set('Allow', allowed.join(', '));
  return new CoutureError(
    'method_unknown',
    `${ctx.path} does not support ${ctx.method}`,
    `Use ${allowed.join(' or ')}.`,
  );
}

function allowedMethods(ctx: Context): string[] {
  const matched = (ctx as { matched?: ReadonlyArray<{ methods: string[]; path: unknown }> }).matched ?? [];
  return [...new Set(matched.flatMap((layer) => layer.methods))];
}

function shorten(path: string): string {
  return path.length > 100 ? `${path.slice(0, 100)}…` : path;
}
