// The document is valid OpenAPI 3.1 by the official schemas, and matches the declaration of each route.
import { readdirSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { assert, suite } from '../../fixtures/suite.ts';
import { api } from '../contract/api.ts';
import { askedId } from '../contract/product.ts';
import { queryInteger, type Route, route } from '../contract/route.ts';
import { openApiDocument, openApiPath } from './openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read the document field by field
type Document = any;

const test = suite<{ document: Document }>('the OpenAPI document');

test.before((context) => {
  context.document = openApiDocument(api);
});

/** Every operation of the document with its path and method. */
function operations(document: Document): Array<{ at: string; path: string; operation: Document }> {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as object).map(([method, operation]) => ({
      at: `${method} ${path}`,
      path,
      operation,
    })),
  );
}

test('the document is valid OpenAPI 3.1', async ({ document }) => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.equal(errors, undefined);
  assert.ok(valid);
});

test('an invalid document fails the validation', async ({ document }) => {
  const broken = structuredClone(document);
  broken.paths['/healthz'].get.responses[200].content['application/json'].schema.type = 'text';
  delete broken.paths['/api/products'].get.parameters[0].in;
  assert.is((await new Validator().validate(broken)).valid, false);
});

test('every schema is valid draft 2020-12, and every reference resolves', ({ document }) => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  addFormats.default(ajv);
  ajv.addKeyword('components');
  ajv.addSchema({ $id: 'document', components: document.components });
  const schemas: Array<[string, object]> = Object.entries(document.components.schemas);
  for (const { at, operation } of operations(document)) {
    for (const each of operation.parameters) schemas.push([`${at} ${each.name}`, each.schema]);
    for (const each of Object.values<Document>(operation.requestBody?.content ?? {}))
      schemas.push([at, each.schema]);
    for (const [status, answer] of Object.entries<Document>(operation.responses)) {
      for (const each of Object.values<Document>(answer.content ?? {}))
        schemas.push([`${at} ${status}`, each.schema]);
      for (const each of Object.values<Document>(answer.headers ?? {}))
        schemas.push([`${at} ${status}`, each.schema]);
    }
  }
  assert.ok(schemas.length > 100);
  for (const [at, schema] of schemas) {
    const text = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
    assert.not.throws(() => ajv.compile(JSON.parse(text)), undefined, at);
  }
  assert.not.match(JSON.stringify(document), /\$defs|"openapi":\{/);
});

test('every route declared in the contract is in the table exactly once', async () => {
  const folder = new URL('../contract/', import.meta.url);
  const declared: Route[] = [];
  const others = ['api.js', 'contract.js'];
  for (const file of readdirSync(folder).filter(
    (name) => /^[\w-]+\.js$/.test(name) && !others.includes(name),
  )) {
    const contract = (await import(new URL(file, folder).href)) as Record<string, unknown>;
    for (const [name, routes] of Object.entries(contract)) {
      if (name.endsWith('Routes')) declared.push(...Object.values(routes as Record<string, Route>));
    }
  }
  assert.ok(declared.length > 20);
  const where = ({ method, path }: Route) => `${method} ${path}`;
  assert.equal(Object.values<Route>(api).map(where).sort(), declared.map(where).sort());
});

test('every route is at its path with a unique operation id', ({ document }) => {
  for (const [name, declared] of Object.entries<Route>(api)) {
    const operation = document.paths[openApiPath(declared.path)][declared.method.toLowerCase()];
    assert.is(operation.operationId, name);
    assert.equal(operation.tags, [declared.tag]);
    for (const status of [...Object.keys(declared.answers), ...(declared.problems ?? []), 429, 500, 503]) {
      assert.ok(operation.responses[status], `${name} ${status}`);
    }
  }
  assert.is(operations(document).length, Object.keys(api).length);
});

test('path parameters are declared', ({ document }) => {
  for (const { at, path, operation } of operations(document)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = operation.parameters.filter((each: Document) => each.in === 'path');
    assert.equal(
      parameters.map((each: Document) => each.name),
      named,
      at,
    );
    assert.ok(
      parameters.every((each: Document) => each.required),
      at,
    );
  }
});

test('the access of a route becomes its security', ({ document }) => {
  const of = (path: string, method = 'get') => document.paths[path][method].security;
  assert.is(of('/api/recommendations/similar/{product_id}'), undefined);
  assert.equal(of('/api/recommendations/personalized'), [{ bearer: [] }, { cookie: [] }]);
  assert.equal(of('/api/recommendations/you-may-like/{product_id}'), [{ bearer: [] }, { cookie: [] }, {}]);
  assert.equal(Object.keys(document.components.securitySchemes), ['bearer', 'cookie']);
});

test('responses declare the headers that clients use', ({ document }) => {
  const list = document.paths['/api/recommendations/similar/{product_id}'].get.responses;
  assert.equal(Object.keys(list[200].headers), ['ETag', 'Cache-Control', 'X-Couture-Build']);
  assert.equal(list[304].headers, list[200].headers);
  assert.is(list[304].content, undefined);
  assert.equal(Object.keys(list[503].headers), ['Retry-After']);
  assert.equal(Object.keys(document.paths['/api/products'].get.responses[200].headers), [
    'ETag',
    'Cache-Control',
  ]);
  assert.is(document.paths['/healthz'].get.responses[200].headers, undefined);
});

test('request schemas describe the input side: optional members and accepted forms', () => {
  const declared = route({
    method: 'POST',
    path: '/api/things/:thing_id/parts/:id',
    summary: 'Things',
    tag: 'things',
    access: 'public',
    params: z.object({ thing_id: z.string(), id: z.string() }),
    query: z.object({ limit: queryInteger(1, 24, 6), name: z.string() }),
    body: z.object({ id: askedId, count: z.number().int().default(1) }),
    bodyTypes: ['text/plain'],
    answers: { 200: z.object({ count: z.number().default(1) }) },
  });
  const document: Document = openApiDocument({ thing: declared });
  const operation = document.paths['/api/things/{thing_id}/parts/{id}'].post;
  const [, , limit, name] = operation.parameters;
  assert.equal(limit, {
    name: 'limit',
    in: 'query',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 24, default: 6 },
  });
  assert.is(name.required, true);
  assert.equal(Object.keys(operation.requestBody.content), ['application/json', 'text/plain']);
  const { schema } = operation.requestBody.content['application/json'];
  assert.equal(schema.required, ['id']);
  assert.equal(schema.properties.id.oneOf, [
    { type: 'integer' },
    { type: 'string', minLength: 1, maxLength: 200 },
  ]);
  assert.equal(operation.responses[200].content['application/json'].schema.required, ['count']);
});

test('a schema with an id becomes one component', ({ document }) => {
  const product = document.paths['/api/products'].get.responses[200].content['application/json'].schema;
  assert.equal(product.properties.products.items, { $ref: '#/components/schemas/Product' });
  for (const name of ['Id', 'Money', 'Product', 'ListedProduct', 'Problem'])
    assert.ok(document.components.schemas[name], name);
});
