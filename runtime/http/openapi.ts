// Declared routes → an OpenAPI 3.1 document, generated once. GET /api/openapi.json.
import { z } from 'zod';
import { problem } from '../contract/problem.ts';
import type { Route } from '../contract/route.ts';
import { webhookEvents, webhookHeaders } from '../contract/webhook-event.ts';
import { Rendered, sendRendered } from '../shop/rendered.ts';
import type { Binding } from './bind.ts';

type Schema = Record<string, unknown>;

/** Problem statuses of every route. */
const everywhere = [429, 500, 503];

export function openApi(
  { router }: Binding,
  routes: Readonly<Record<string, Route>>,
  basePath?: string,
): void {
  const document = new Rendered(openApiDocument(routes, basePath), {
    build: undefined,
    cacheControl: 'public, no-cache',
  });
  router.get('/api/openapi.json', (ctx) => sendRendered(ctx, document));
}

/**
 * @param routes operation id → route
 * @param basePath prefix of all paths on the server
 */
export function openApiDocument(routes: Readonly<Record<string, Route>>, basePath?: string): Schema {
  const schemas: Schema = {};
  const paths: Record<string, Schema> = {};
  for (const [name, route] of Object.entries(routes)) {
    const path = openApiPath(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, schemas) };
  }
  const webhooks = Object.fromEntries(
    Object.entries(webhookEvents).map(([type, each]) => [type, { post: webhook(type, each, schemas) }]),
  );
  schemas.Problem = jsonSchema(problem, 'output', schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'couture',
      version: '1',
      description:
        'Recommendations, products, orders, watch lists, chat and push messages of one shop. Every path works with and without a trailing slash.',
    },
    ...(basePath ? { servers: [{ url: basePath }] } : {}),
    paths,
    webhooks,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'couture_session' },
      },
    },
  };
}

/** `/api/products/:id` → `/api/products/{id}` */
export function openApiPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function operation(name: string, route: Route, schemas: Schema): Schema {
  const answers = Object.entries(route.answers).map(([status, schema]) => [
    status,
    answer(Number(status), schema, route, schemas),
  ]);
  const problems = [...new Set([...(route.problems ?? []), ...everywhere])]
    .filter((status) => !(status in route.answers))
    .map((status) => [String(status), problemAnswer(status)]);
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.tag],
    ...(route.access === 'public' ? {} : { security: security(route) }),
    parameters: [
      ...parameters('path', route.params, schemas),
      ...parameters('query', route.query, schemas),
      ...parameters('header', route.headers, schemas),
    ],
    ...(route.body ? { requestBody: requestBody(route, schemas) } : {}),
    ...(route.upload ? { requestBody: uploadBody(route.upload) } : {}),
    responses: Object.fromEntries([...answers, ...problems]),
  };
}

/** A request that couture sends to the receivers of `couture webhooks`. */
function webhook(
  type: string,
  { summary, body }: { summary: string; body: z.ZodType },
  schemas: Schema,
): Schema {
  return {
    operationId: type,
    summary,
    tags: ['webhooks'],
    parameters: parameters('header', webhookHeaders, schemas),
    requestBody: {
      required: true,
      content: { 'application/json': { schema: jsonSchema(body, 'output', schemas) } },
    },
    responses: {
      '2XX': { description: 'Received' },
      410: { description: 'The receiver wants no more events, and is disabled' },
      default: { description: 'Not received; couture sends it again' },
    },
  };
}

/** A `welcome` route also accepts requests without a token. */
function security({ access }: Route): Schema[] {
  return [{ bearer: [] }, { cookie: [] }, ...(access === 'welcome' ? [{}] : [])];
}

function parameters(
  where: 'path' | 'query' | 'header',
  schema: z.ZodObject | undefined,
  schemas: Schema,
): Schema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input', schemas) as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: each,
  }));
}

function requestBody(route: Route, schemas: Schema): Schema {
  const schema = jsonSchema(route.body!, 'input', schemas);
  const types = ['application/json', ...(route.bodyTypes ?? [])];
  return {
    required: !route.body!.safeParse(undefined).success,
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  };
}

/** A request body that is a file. */
function uploadBody({ types, bytes }: NonNullable<Route['upload']>): Schema {
  return {
    required: true,
    description: `At most ${bytes} bytes`,
    content: Object.fromEntries(types.map((type) => [type, { schema: {} }])),
  };
}

function answer(status: number, schema: z.ZodType | null, route: Route, schemas: Schema): Schema {
  const description = status === 304 ? 'Not modified' : status < 300 ? 'Success' : 'Unavailable';
  const headers = answerHeaders(route);
  const type = route.answerType?.split(';')[0] ?? 'application/json';
  return {
    description,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(schema === null ? {} : { content: { [type]: { schema: jsonSchema(schema, 'output', schemas) } } }),
  };
}

/** Headers for caching and revalidation, and the build that a list comes from. */
function answerHeaders(route: Route): Schema {
  const text = { required: true, schema: { type: 'string' } };
  return {
    ...(304 in route.answers
      ? {
          ETag: {
            ...text,
            description:
              'Validator of the whole response, including prices and stock; send it in If-None-Match',
          },
          'Cache-Control': text,
        }
      : {}),
    ...(route.fromBuild
      ? {
          'X-Couture-Build': {
            schema: { type: 'integer', minimum: 1 },
            description: 'The published build that the response comes from; absent before the first publish',
          },
        }
      : {}),
  };
}

function problemAnswer(status: number): Schema {
  const headers = problemHeaders[status];
  return {
    description: 'A problem (RFC 9457); see its code',
    ...(headers ? { headers } : {}),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

const retryAfter = {
  'Retry-After': {
    required: true,
    schema: { type: 'integer', minimum: 0 },
    description: 'Seconds to wait before retrying',
  },
};
const problemHeaders: Readonly<Record<number, Schema>> = {
  401: { 'WWW-Authenticate': { required: true, schema: { type: 'string' } } },
  429: retryAfter,
  503: retryAfter,
};

/** JSON schema 2020-12. Schemas with an id go to `schemas`; `meta({openapi})` replaces the generated schema. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Schema): Schema {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: target }) => {
      const words = (zodSchema as unknown as z.ZodType).meta?.()?.openapi as Schema | undefined;
      if (!words) return;
      for (const key of Object.keys(target)) delete target[key as keyof typeof target];
      Object.assign(target, words);
    },
  }) as Schema & { $defs?: Record<string, Schema> };
  const { $defs = {}, $schema: _dialect, ...rest } = made;
  for (const [name, definition] of Object.entries($defs)) schemas[name] = relocated(definition);
  return relocated(rest);
}

/** Points references to the document's components instead of the schema's own definitions. */
function relocated(value: Schema): Schema {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as Schema;
}
