// What every answer says: the security headers, which koa-helmet is asked for once since nothing in them changes
// between requests, the request's id, and whether the connection ends.
import type { Context, Next } from 'koa';
import helmet from 'koa-helmet';
import { isApi } from './matched-route.ts';

type Headers = ReadonlyArray<readonly [name: string, value: string]>;

export interface SecureHeaderOptions {
  /** Whether shoppers reach the runtime over https: then they are told to stay there. */
  readonly https: boolean;
  /** Whether pages of other origins embed the widgets, and so read the API and its pictures. */
  readonly embedded: boolean;
  /** Origins over plain http that pictures come from. */
  readonly pictures?: readonly string[];
}

export interface AnswerHeaders {
  /** Sets them: a page's policy for pages and files, and for the API one that lets nothing run at all. */
  readonly middleware: (ctx: Context, next: Next) => Promise<void>;
  /** Those of the API, as `writeHead` takes them. */
  readonly api: readonly string[];
}

/** @param closing whether connections are being brought to their end */
export async function answerHeaders(
  options: SecureHeaderOptions,
  closing: () => boolean,
): Promise<AnswerHeaders> {
  const pictures = [...pagePolicy['img-src'], ...(options.pictures ?? [])];
  const [page, api] = await Promise.all([
    helmetHeaders({ ...pagePolicy, 'img-src': pictures }, { ...options, isPage: true }),
    helmetHeaders(apiPolicy, { ...options, isPage: false }),
  ]);
  return {
    api: api.flat(),
    middleware: (ctx, next) => {
      const { res } = ctx;
      res.setHeader('X-Request-Id', ctx.state.requestId as string);
      // A connection that is told so comes to an end by itself, and nobody is cut off.
      if (closing()) res.setHeader('Connection', 'close');
      for (const [name, value] of isApi(ctx) ? api : page) res.setHeader(name, value);
      return next();
    },
  };
}

const pagePolicy = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'https:', 'data:'],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'manifest-src': ["'self'"],
  'worker-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'require-trusted-types-for': ["'script'"],
  // Lit's own, and the one that names the service worker.
  'trusted-types': ['lit-html', 'couture'],
};

const apiPolicy = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] };

async function helmetHeaders(
  policy: Record<string, string[]>,
  { https, embedded, isPage }: SecureHeaderOptions & { readonly isPage: boolean },
): Promise<Headers> {
  const headers = new Map<string, string>();
  const ask = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: https ? { ...policy, 'upgrade-insecure-requests': [] } : policy,
    },
    crossOriginResourcePolicy: { policy: embedded ? 'cross-origin' : 'same-origin' },
    // What an API answers is no document: these say nothing about it, and each header costs 3 % of a warm answer.
    crossOriginOpenerPolicy: isPage,
    originAgentCluster: isPage,
    xDnsPrefetchControl: false,
    xPermittedCrossDomainPolicies: isPage,
    xDownloadOptions: false,
    xXssProtection: false,
    // Besides, frame-ancestors of the policy says the same.
    xFrameOptions: isPage,
    referrerPolicy: isPage && { policy: 'strict-origin-when-cross-origin' },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  const res = {
    setHeader: (name: string, value: string) => headers.set(name, String(value)),
    removeHeader: (name: string) => headers.delete(name),
  };
  await ask({ req: {}, res } as never, async () => {});
  return [...headers];
}
