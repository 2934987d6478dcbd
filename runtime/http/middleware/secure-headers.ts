// Headers of every response: the security headers (computed once by koa-helmet, because they never change between
// requests), the request id, and `Connection: close` during shutdown.
import type { Context, Next } from 'koa';
import helmet from 'koa-helmet';
import { isApi } from './matched-route.ts';

type Headers = ReadonlyArray<readonly [name: string, value: string]>;

export interface SecureHeaderOptions {
  /** Whether shoppers reach the runtime over https; enables HSTS. */
  readonly https: boolean;
  /** Whether pages of other origins embed the widgets and so read the API and its pictures. */
  readonly embedded: boolean;
  /** Origins of pictures over plain http. */
  readonly pictures?: readonly string[];
  /** Sources of the documents' own styles. */
  readonly styles?: readonly string[];
}

export interface AnswerHeaders {
  /** Sets the headers: the page policy for pages and files, and for the API a policy that allows nothing to run. */
  readonly middleware: (ctx: Context, next: Next) => Promise<void>;
  /** Headers of the API, in the form of `writeHead`. */
  readonly api: readonly string[];
}

/** @param closing whether the server is closing its connections */
export async function answerHeaders(
  options: SecureHeaderOptions,
  closing: () => boolean,
): Promise<AnswerHeaders> {
  const pictures = [...pagePolicy['img-src'], ...(options.pictures ?? [])];
  const [page, api] = await Promise.all([
    helmetHeaders(
      {
        ...pagePolicy,
        'img-src': pictures,
        'style-src': [...pagePolicy['style-src'], ...(options.styles ?? [])],
      },
      { ...options, isPage: true },
    ),
    helmetHeaders(apiPolicy, { ...options, isPage: false }),
  ]);
  return {
    api: api.flat(),
    middleware: (ctx, next) => {
      const { res } = ctx;
      res.setHeader('X-Request-Id', ctx.state.requestId as string);
      // Clients then end the connection themselves, and no request is cut off.
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
  // Lit's policy, and the one for the URL of the service worker.
  'trusted-types': ['lit-html', 'couture'],
};

/** Features that no page uses; the chat uploads files without the camera API. */
const permissions = ['camera', 'geolocation', 'microphone', 'payment', 'usb', 'browsing-topics']
  .map((feature) => `${feature}=()`)
  .join(', ');

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
    // These headers have no effect on API responses, which are no documents, and each costs 3 % of a cached response.
    crossOriginOpenerPolicy: isPage,
    originAgentCluster: isPage,
    xDnsPrefetchControl: false,
    xPermittedCrossDomainPolicies: isPage,
    xDownloadOptions: false,
    xXssProtection: false,
    // For the API, frame-ancestors in the policy already covers this.
    xFrameOptions: isPage,
    referrerPolicy: isPage && { policy: 'strict-origin-when-cross-origin' },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  const res = {
    setHeader: (name: string, value: string) => headers.set(name, String(value)),
    removeHeader: (name: string) => headers.delete(name),
  };
  await ask({ req: {}, res } as never, async () => {});
  if (isPage) headers.set('Permissions-Policy', permissions);
  return [...headers];
}
