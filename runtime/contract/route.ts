// What a route of the API is: where it is, who may ask, what it takes and gives. Validation, types, the OpenAPI
// document and the tests that walk every route all come from these declarations.
import { z } from 'zod';

/**
 * Who may ask: `public` looks at no token, `welcome` uses one that is there, the others refuse without.
 * Staff may do what customers may, admins what staff may, each on what is their own.
 */
export type Access = 'public' | 'welcome' | 'signed_in' | 'staff' | 'admin';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** In the router's form: `/api/products/:id`. Answers with and without a trailing slash. */
  readonly path: string;
  readonly summary: string;
  /** The chapter of the OpenAPI document that it stands in. */
  readonly tag: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Headers that it reads, in lower case. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Longest body in bytes; 16 KiB where nothing is said. */
  readonly bodyBytes?: number;
  /** Content types of the body besides application/json, read as JSON all the same. */
  readonly bodyTypes?: readonly string[];
  /** The body is a file and no JSON: of these types, at most so many bytes. The handler reads it when it knows who sends it. */
  readonly upload?: { readonly types: readonly string[]; readonly bytes: number };
  /** Status → what the body holds; null where there is none. The first is what a handler's plain value is sent with. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Its answers are read from the published build, and name it in `X-Couture-Build`. */
  readonly fromBuild?: true;
  /** Content type of the answer where it is not JSON; OpenAPI’s sign for any type: the handler says which. */
  readonly answerType?: string;
  /** Problems that it answers with, besides those that every route may: 429, 500, 503. */
  readonly problems?: readonly number[];
}

/** Declares a route; keeps the types of its parts. */
export function route<const R extends Route>(declared: R): R {
  return declared;
}

/** What a handler reads from a request, by the route's schemas. */
export type ParamsOf<R extends Route> = R['params'] extends z.ZodType ? z.output<R['params']> : undefined;
export type QueryOf<R extends Route> = R['query'] extends z.ZodType ? z.output<R['query']> : undefined;
export type HeadersOf<R extends Route> = R['headers'] extends z.ZodType ? z.output<R['headers']> : undefined;
export type BodyOf<R extends Route> = R['body'] extends z.ZodType ? z.output<R['body']> : undefined;

/** A whole number in a query string. In the OpenAPI document an integer with the same bounds. */
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
