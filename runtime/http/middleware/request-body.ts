// Reads request bodies up to the route's limit: JSON and raw files.
import bodyParser from '@koa/bodyparser';
import type { Context, Middleware, Next } from 'koa';
import type { Route } from '../../contract/route.ts';
import { CoutureError } from '../../core/errors.ts';

/** Default maximum size of a JSON body, in bytes. */
const defaultBytes = 16_384;

/** Reads the body as JSON, up to the route's limit. Rejects other content types before reading. */
export function jsonBody(route: Route): (ctx: Context) => Promise<unknown> {
  const types = ['application/json', ...(route.bodyTypes ?? [])];
  const parser = bodyParser({
    enableTypes: ['json'],
    parsedMethods: [route.method],
    extendTypes: { json: types },
    jsonLimit: route.bodyBytes ?? defaultBytes,
    jsonStrict: false,
    onError: (error) => {
      throw bodyError(error, route);
    },
  }) as unknown as Middleware;
  return async (ctx) => {
    const { length } = ctx.request;
    if (length === 0 || (length === undefined && !ctx.headers['transfer-encoding'])) return undefined;
    if (!ctx.is(types)) {
      throw new CoutureError(
        'body_unsupported',
        `Unsupported content type: ${ctx.type || ctx.request.type || 'none'}`,
        `Send ${types.join(' or ')}.`,
      );
    }
    await parser(ctx as Parameters<Middleware>[0], (async () => {}) as Next);
    return (ctx.request as unknown as { body?: unknown }).body;
  };
}

/** Bytes of chunk framing that a body may have in any case; beyond that, framing must not exceed the content. */
const maxOverhead = 262_144;

/** Reads the raw body up to the limit, and stops reading beyond it. */
export async function fileBody(ctx: Context, limit: number): Promise<Buffer> {
  const { length } = ctx.request;
  if (length !== undefined && length > limit) throw tooLarge(limit);
  // One buffer of the announced size: memory is only used as bytes arrive, and nothing is copied at the end.
  const content = Buffer.allocUnsafeSlow(length ?? limit);
  const { socket } = ctx.req;
  const start = socket.bytesRead;
  let bytes = 0;
  try {
    for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
      if (bytes + chunk.length > content.length) throw tooLarge(limit);
      if (socket.bytesRead - start > maxOverhead + 2 * bytes)
        throw new CoutureError('bad_request', 'The upload is sent in too many small chunks');
      bytes += chunk.copy(content, bytes);
    }
  } catch (cause) {
    if (cause instanceof CoutureError) throw cause;
    // The client's connection closed, not that of Postgres.
    throw new CoutureError(
      'bad_request',
      'The connection closed before the upload was complete',
      'Upload the file again.',
      { cause },
    );
  }
  return content.subarray(0, bytes);
}

function tooLarge(limit: number): CoutureError {
  const megabytes = limit / 1_048_576;
  return new CoutureError(
    'body_too_large',
    `The file is larger than ${megabytes} MB`,
    'Upload a smaller file.',
  );
}

function bodyError(error: Error, route: Route): CoutureError {
  const { status = 400 } = error as { status?: number };
  if (status === 413) {
    return new CoutureError(
      'body_too_large',
      `The request body exceeds ${route.bodyBytes ?? defaultBytes} bytes`,
      'Split it into several requests.',
      { cause: error },
    );
  }
  if (status === 415)
    return new CoutureError('body_unsupported', error.message, 'Send JSON in UTF-8.', { cause: error });
  return new CoutureError(
    'bad_request',
    `The request body is not valid JSON: ${error.message}`,
    'Send a JSON object.',
    {
      cause: error,
    },
  );
}
