// Random requests for the routes of an OpenAPI document, and random frames for the chat sockets; the same seed gives the same.
import { createHash } from 'node:crypto';

/** The parts of a JSON schema that the document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface FuzzedRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  /** Statuses that the document declares; undefined for a route or method that it has not. */
  readonly declared: ReadonlySet<number> | undefined;
}

/** Texts that broke programs before. */
const texts = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1',
    '3',
    '1e309',
    'NaN',
    'null',
    'true',
    '__proto__',
    'constructor',
    '../../etc/passwd',
  ],
  ...[
    "'; drop table couture.build; --",
    '%',
    '%00',
    '%s%n',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '=1+1',
    '\\',
  ],
  ...[
    '\u0000',
    '\ud800',
    '\u202eabc',
    '\ufdfa'.repeat(200),
    '👗'.repeat(50),
    'a'.repeat(5_000),
    '9'.repeat(30),
  ],
  ...['9223372036854775807', '9223372036854775808', '2147483648', '1970-01-01T00:00:00Z', '99999-99-99'],
  ...[
    '6f0c5c2e-4b1e-4f4e-9a53-0f3c1f4f6a10',
    '00000000-0000-0000-0000-000000000000',
    'eyJhbGciOiJub25lIn0.e30.',
  ],
  ...[
    'https://fcm.googleapis.com/fcm/send/abc',
    'http://169.254.169.254/',
    'WyJmZWF0dXJlZCIsIjAiLCIxIl0',
    '*',
    ':*&|!',
  ],
];
/** Headers that proxies, caches, browsers and attackers send; none of them is in the document. */
const headerValues: Readonly<Record<string, readonly string[]>> = {
  Accept: ['*/*', 'text/html', 'application/xml;q=0.9', ';;;', 'a'.repeat(2_000)],
  'Accept-Encoding': ['br', 'gzip;q=0', 'identity;q=0, *;q=0', 'zstd'],
  'Accept-Language': ['de', 'ar-EG;q=0.3', 'xx-'.repeat(200), '*'],
  Authorization: ['Bearer', 'Bearer a.b.c', 'Basic Zm9vOmJhcg==', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
  'Cache-Control': ['no-cache', 'only-if-cached', 'max-age=-1'],
  'Content-Encoding': ['gzip', 'br', 'deflate', 'compress', 'identity'],
  Cookie: ['couture_session=x', '__Host-couture_session=%00', '=;;=', 'a=b; '.repeat(300)],
  Expect: ['100-continue'],
  Forwarded: ['for=1.2.3.4;host=evil.example;proto=https'],
  Host: ['evil.example', '', '127.0.0.1:1', '[::1]', 'a..b', 'x'.repeat(300)],
  'Idempotency-Key': ['', 'short', 'k'.repeat(300), 'a-key-of-a-request-1'],
  'If-Modified-Since': ['Thu, 01 Jan 1970 00:00:00 GMT', 'never'],
  'If-None-Match': ['*', 'W/"x"', '"'],
  Origin: ['null', 'https://evil.example', 'file://', 'https://'],
  Range: ['bytes=0-0', 'bytes=5-1', 'bytes=-1', 'bytes=99999999999-', 'x=y'],
  Referer: ['https://evil.example/?q=%00', 'about:blank', '::'],
  Upgrade: ['h2c', 'websocket'],
  'X-Forwarded-For': ['1.2.3.4', '::ffff:10.0.0.1, 8.8.8.8', 'x'.repeat(500)],
  'X-Forwarded-Host': ['evil.example'],
  'X-Forwarded-Proto': ['https', 'javascript'],
  'X-HTTP-Method-Override': ['DELETE'],
  'X-Real-IP': ['127.0.0.1'],
};
/** Methods that a route may not have. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'];
/** Addresses outside of the document: pages, files, and what scanners ask for. */
const otherPaths = [
  ...['/', '/search', '/product/3', '/category/Shoes', '/checkout', '/orders', '/console', '/sitemap.xml'],
  ...['/robots.txt', '/sitemap-1.xml', '/sitemap-0.xml', '/manifest.webmanifest', '/service-worker.mjs'],
  ...['/embed/couture-widgets.js', '/ws/chat/x', '/ws/console', '/metrics', '/healthz', '/readyz', '/.env'],
  ...[
    '//evil.example',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/%',
    '/a%00b',
    '/index.php?s=/x',
    '/api',
    '/api/',
    '/api//shop',
  ],
];
const numbers = [0, -0, 1, -1, 3, 50, 200, 1e9, -1e9, 2 ** 31, 2 ** 53, 1e308, 0.1, 1e-320];

export class Fuzzer {
  readonly #seed: string;
  readonly #document: OpenApi;
  #count = 0;

  constructor(seed: number, document: OpenApi) {
    this.#seed = String(seed);
    this.#document = document;
  }

  /** A request for a random operation; mostly of the declared form, sometimes of none. */
  request(identities: ReadonlyArray<Record<string, string>>): FuzzedRequest {
    const operations = Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    const { path: pattern, method, operation } = this.#pick(operations);
    let path = pattern;
    const query = new URLSearchParams();
    const headers: Record<string, string> = { ...this.#pick(identities) };
    for (const { name, in: place, required, schema } of operation.parameters ?? []) {
      if (!required && this.#chance(0.5)) continue;
      const value = this.#value(schema ?? {}, 0);
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
      if (place === 'path') path = path.replace(`{${name}}`, escaped(text));
      else if (place === 'query') query.append(name, wellFormed(text));
      else headers[name] = text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 2_000);
    }
    if (this.#chance(0.1)) query.append(wellFormed(this.#pick(texts)), wellFormed(this.#pick(texts)));
    path = path.replaceAll(/\{\w+\}/g, () => escaped(this.#pick(texts)));
    const content = Object.entries(operation.requestBody?.content ?? {});
    const [type, { schema = {} } = {}] = content.length > 0 ? this.#pick(content) : [undefined];
    if (type) headers['Content-Type'] = this.#chance(0.9) ? type.replace('*/*', 'image/png') : 'text/plain';
    for (let each = 0; each < 3 && this.#chance(0.2); each++) {
      const name = this.#pick(Object.keys(headerValues));
      headers[name] = this.#pick(headerValues[name]!);
    }
    const search = query.toString();
    const request = {
      operation: `${method.toUpperCase()} ${pattern}`,
      method: method.toUpperCase(),
      path: search ? `${path}?${search}` : path,
      headers,
      body: type ? this.#body(schema) : undefined,
      declared: new Set(Object.keys(operation.responses).map(Number)),
    };
    if (this.#chance(0.9)) return request;
    const other = this.#chance(0.5) ? { path: this.#pick(otherPaths) } : {};
    return {
      ...request,
      ...other,
      method: this.#pick(methods),
      operation: 'another route or method',
      declared: undefined,
    };
  }

  /** A frame of one of the given forms, often damaged. */
  frame(forms: readonly object[]): string {
    const frame = structuredClone(this.#pick(forms)) as Record<string, unknown>;
    for (const key of Object.keys(frame)) {
      if (this.#chance(0.25)) frame[key] = this.#value({}, 0);
      if (this.#chance(0.05)) delete frame[key];
    }
    if (this.#chance(0.05)) frame[this.#pick(texts)] = this.#value({}, 0);
    return this.#damaged(JSON.stringify(frame));
  }

  #body(schema: Schema): string {
    return this.#damaged(JSON.stringify(this.#value(schema, 0)) ?? '');
  }

  #damaged(text: string): string {
    if (this.#chance(0.95)) return text;
    const at = Math.floor(this.#random() * text.length);
    return text.slice(0, at) + this.#pick(texts) + text.slice(at + Math.floor(this.#random() * 5));
  }

  #value(schema: Schema, depth: number): unknown {
    if (schema.$ref) return this.#value(this.#resolve(schema.$ref), depth);
    if (this.#chance(0.08)) return this.#pick([...texts, ...numbers, null, true, [], {}, [[[[]]]]]);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return this.#pick(schema.enum);
    const choice = schema.anyOf ?? schema.oneOf;
    if (choice) return this.#value(this.#pick(choice), depth);
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((each) => this.#value(each, depth)));
    const type =
      typeof schema.type === 'string' ? schema.type : this.#pick(schema.type ?? ['string', 'integer']);
    if (depth > 6) return null;
    switch (type) {
      case 'object': {
        const chosen = Object.entries(schema.properties ?? {}).filter(
          ([name]) => schema.required?.includes(name) || this.#chance(0.5),
        );
        return Object.fromEntries(chosen.map(([name, each]) => [name, this.#value(each, depth + 1)]));
      }
      case 'array': {
        const length = this.#pick([0, 1, 1, 2, 3, 60]);
        return Array.from({ length }, () => this.#value(schema.items ?? {}, depth + 1));
      }
      case 'integer':
      case 'number': {
        const { minimum = 0, maximum = 1_000 } = schema;
        if (this.#chance(0.2)) return this.#pick([minimum - 1, maximum + 1, ...numbers]);
        return Math.floor(minimum + this.#random() * Math.min(50, maximum - minimum));
      }
      case 'boolean':
        return this.#chance(0.5);
      case 'null':
        return null;
      default:
        return this.#chance(0.5) ? this.#pick(texts) : String(Math.floor(this.#random() * 400));
    }
  }

  #resolve(reference: string): Schema {
    return this.#document.components.schemas[reference.split('/').at(-1)!] ?? {};
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #random(): number {
    const hash = createHash('sha1')
      .update(`${this.#seed} ${this.#count++}`)
      .digest();
    return hash.readUInt32LE() / 2 ** 32;
  }
}

function escaped(text: string): string {
  return encodeURIComponent(wellFormed(text)) || '%20';
}

/** Without lone surrogates, which no URL can contain. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
