// The declaration of an API route: its path, access, request and responses. Validation, types, the OpenAPI document
// and the tests that iterate over every route all derive from these declarations.
import { z } from 'zod';

/**
 * Who may send the request: `public` ignores tokens, `welcome` uses one if present, the others require one.
 * Staff may do what customers may, and admins what staff may, each on their own data.
 */
export type Access = 'public' | 'welcome' | 'signed_in' | 'staff' | 'admin';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** In the router's syntax: `/api/products/:id`. Matches with and without a trailing slash. */
  readonly path: string;
  readonly summary: string;
  /** Tag in the OpenAPI document. */
  readonly tag: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Headers that the handler reads, in lower case. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Maximum body size in bytes; default: 16 KiB. */
  readonly bodyBytes?: number;
  /** Content types of the body besides application/json; all are parsed as JSON. */
  readonly bodyTypes?: readonly string[];
  /** The body is a file rather than JSON, of these types and maximum size. The handler reads it after it knows the sender. */
  readonly upload?: { readonly types: readonly string[]; readonly bytes: number };
  /** Status → schema of the body, or null for an empty body. A plain value from a handler is sent with the first status. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Responses come from the published build and name it in `X-Couture-Build`. */
  readonly fromBuild?: true;
  /** Content type of the response unless it is JSON; with the wildcard of OpenAPI, the handler sets it. */
  readonly answerType?: string;
  /** Problem statuses of the route, besides those of every route: 429, 500, 503. */
  readonly problems?: readonly number[];
}

/** Declares a route and keeps the literal types of its parts. */
export function route<const R extends Route>(declared: R): R {
  return declared;
}

/** Types of the validated parts of a request. */
export type ParamsOf<R extends Route> = R['params'] extends z.ZodType ? z.output<R['params']> : undefined;
export type QueryOf<R extends Route> = R['query'] extends z.ZodType ? z.output<R['query']> : undefined;
export type HeadersOf<R extends Route> = R['headers'] extends z.ZodType ? z.output<R['headers']> : undefined;
export type BodyOf<R extends Route> = R['body'] extends z.ZodType ? z.output<R['body']> : undefined;

/** A whole number in a query string; in the OpenAPI document, an integer with the same bounds. */
export function queryInteger(least: number, most: number, fallback: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `expected a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(
      z
        .number()
        .min(least, `expected a whole number from ${least} to ${most}`)
        .max(most, `expected a whole number from ${least} to ${most}`),
    )
    .default(fallback)
    .meta({ openapi: { type: 'integer', minimum: least, maximum: most, default: fallback } });
}
