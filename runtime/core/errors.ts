// Every error that couture reports by name: one table, from which boundaries take HTTP status and exit code.

/** Exit codes of the CLI. */
export const exitCodes = { done: 0, failed: 1, usage: 2, gate: 3, locked: 4 } as const;

interface ErrorRow {
  /** HTTP status where the error reaches a client. */
  readonly status: number;
  /** Exit code where the error ends a command. */
  readonly exit: number;
  /** Whether a client may read the message. */
  readonly expose: boolean;
  /** When it happens, for the README. */
  readonly doc: string;
}

/** Code → what boundaries do with it. The README's table is held against this one by a test. */
export const errorTable = {
  bad_option: {
    status: 400,
    exit: 2,
    expose: true,
    doc: 'a flag, environment variable or configuration key does not parse',
  },
  unknown_option: {
    status: 400,
    exit: 2,
    expose: true,
    doc: 'a configuration key that couture does not know',
  },
  config_unreadable: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'couture.config.json is not valid JSON or cannot be read',
  },
  file_unreadable: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'a file named on the command line cannot be opened',
  },
  file_invalid: {
    status: 400,
    exit: 1,
    expose: true,
    doc: 'an import file lacks columns or has no valid row',
  },
  rows_rejected: {
    status: 400,
    exit: 1,
    expose: true,
    doc: '`--strict`: at least one row did not parse, nothing was imported',
  },
  postgres_unreachable: {
    status: 503,
    exit: 1,
    expose: false,
    doc: 'Postgres does not answer or refuses the login',
  },
  postgres_lost: {
    status: 503,
    exit: 1,
    expose: false,
    doc: 'the connection to Postgres ended in the middle of the work',
  },
  postgres_too_old: { status: 500, exit: 2, expose: false, doc: 'the server is older than Postgres 14' },
  postgres_refused: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'Postgres refused a statement (rights, disk, types); its words follow',
  },
  embedded_failed: { status: 500, exit: 1, expose: false, doc: 'the embedded Postgres did not start' },
  embedded_missing: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'no embedded Postgres for this platform is installed',
  },
  migration_edited: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'an applied migration differs from its file',
  },
  migration_missing: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'the database lacks migrations; run `couture db migrate`',
  },
  migration_newer: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'the database was migrated by a newer couture',
  },
  source_missing: { status: 500, exit: 2, expose: false, doc: 'a view of `couture_source` is missing' },
  source_invalid: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'a view of `couture_source` lacks a column or has a wrong type',
  },
  source_empty: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'no order line counts, so there is nothing to build from',
  },
  orders_in_future: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'most order lines are dated in the future: a clock or the dates are wrong',
  },
  source_unavailable: {
    status: 503,
    exit: 1,
    expose: true,
    doc: 'a view of `couture_source` cannot be read, and what is asked for is not known from before',
  },
  id_type_changed: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'the shop’s id type changed after keys were given out',
  },
  preset_conflict: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'the source views already exist, or the preset’s tables are missing',
  },
  shop_not_empty: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'sample or generated data would overwrite a shop; `--replace` allows it',
  },
  copy_refused: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'the server or a proxy refuses COPY; `--reader cursor` does without',
  },
  build_locked: { status: 409, exit: 4, expose: false, doc: 'another build holds the lock' },
  build_rejected: {
    status: 409,
    exit: 3,
    expose: false,
    doc: 'the quality gate refused the build; it is kept, `--force` publishes',
  },
  build_unknown: {
    status: 404,
    exit: 2,
    expose: false,
    doc: 'no build of that number, or its tables are pruned',
  },
  product_unknown: { status: 404, exit: 2, expose: true, doc: 'no product of that id' },
  customer_unknown: { status: 404, exit: 2, expose: true, doc: 'no customer of that id' },
  engine_unavailable: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'the engine that was asked for is not installed',
  },
  spark_failed: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'the Spark job of a build ended before its work',
  },
  spill_failed: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'order lines that outgrew memory cannot be kept below COUTURE_HOME: no room, no right',
  },
  worker_failed: { status: 500, exit: 1, expose: false, doc: 'a worker thread ended before its work' },
  bad_request: {
    status: 400,
    exit: 1,
    expose: true,
    doc: 'a path, query, header or body of a request that does not fit its schema',
  },
  body_too_large: { status: 413, exit: 1, expose: true, doc: 'a request body above the route’s limit' },
  body_unsupported: { status: 415, exit: 1, expose: true, doc: 'a request body that is not JSON in UTF-8' },
  not_signed_in: { status: 401, exit: 1, expose: true, doc: 'a route for signed-in people, and no token' },
  token_invalid: {
    status: 401,
    exit: 1,
    expose: true,
    doc: 'a token that is expired, forged, or not for this shop',
  },
  keys_unreachable: {
    status: 503,
    exit: 1,
    expose: true,
    doc: 'the keys of the shop’s login (JWKS) cannot be had, so no new token can be checked',
  },
  forbidden: { status: 403, exit: 1, expose: true, doc: 'the token’s roles do not allow it' },
  origin_refused: {
    status: 403,
    exit: 1,
    expose: true,
    doc: 'a write with a cookie, sent by a page of another origin',
  },
  not_found: { status: 404, exit: 1, expose: true, doc: 'no route, file or object of that name' },
  method_unknown: { status: 405, exit: 1, expose: true, doc: 'the route does not take that method' },
  out_of_stock: {
    status: 409,
    exit: 1,
    expose: true,
    doc: 'an order for more than is there; the answer says what is left',
  },
  price_changed: {
    status: 409,
    exit: 1,
    expose: true,
    doc: 'an order at another total than today’s; the answer says today’s prices',
  },
  idempotency_reused: {
    status: 422,
    exit: 1,
    expose: true,
    doc: 'an idempotency key that came before, with another order',
  },
  too_many_requests: {
    status: 429,
    exit: 1,
    expose: true,
    doc: 'more requests than an address or a person may send; `Retry-After` says when',
  },
  overloaded: {
    status: 503,
    exit: 1,
    expose: true,
    doc: 'more requests at once than are answered in time; `Retry-After` says when',
  },
  checkout_unavailable: {
    status: 501,
    exit: 1,
    expose: true,
    doc: 'the shop has its own checkout; couture’s serves the sample shop',
  },
  watch_list_read_only: {
    status: 501,
    exit: 1,
    expose: true,
    doc: 'the shop’s database has no `couture_source.watch` and `couture_source.unwatch`',
  },
  chat_state: {
    status: 409,
    exit: 1,
    expose: true,
    doc: 'a chat that is not in the state for it: in other hands, resolved, or closed',
  },
  chat_offline: {
    status: 409,
    exit: 1,
    expose: true,
    doc: 'a chat begun outside business hours without a message and an e-mail address to answer to',
  },
  chat_unknown: { status: 404, exit: 2, expose: true, doc: 'no chat of that id, or somebody else’s' },
  attachment_refused: {
    status: 415,
    exit: 1,
    expose: true,
    doc: 'a file that is no picture or PDF by its content, or one too many in a chat',
  },
  endpoint_refused: {
    status: 400,
    exit: 1,
    expose: true,
    doc: 'a push endpoint that is no https URL of a known push service at a public address',
  },
  push_unconfigured: {
    status: 503,
    exit: 2,
    expose: true,
    doc: 'there is no VAPID key pair, so nothing can be sent and nobody can subscribe',
  },
  push_refused: {
    status: 400,
    exit: 2,
    expose: true,
    doc: 'a campaign that cannot be sent as it is: too long, nobody to send it to, an unknown segment',
  },
  campaign_unknown: { status: 404, exit: 2, expose: true, doc: 'no campaign of that number' },
  campaign_running: {
    status: 409,
    exit: 4,
    expose: true,
    doc: 'the campaign is being sent by another process, or has ended',
  },
  redis_unreachable: {
    status: 503,
    exit: 1,
    expose: false,
    doc: '`REDIS_URL` is set, and that Redis does not answer or is none',
  },
  curation_unknown: { status: 404, exit: 2, expose: false, doc: 'no curation rule of that number' },
  auth_unconfigured: {
    status: 500,
    exit: 2,
    expose: false,
    doc: 'a token is asked for, and no secret is set to sign it with',
  },
  port_taken: { status: 500, exit: 1, expose: false, doc: 'the runtime cannot listen on its address' },
  command_stalled: {
    status: 500,
    exit: 1,
    expose: false,
    doc: 'a command waited for something that could no longer happen, such as an answer on a closed connection',
  },
  interrupted: { status: 503, exit: 1, expose: false, doc: 'Ctrl-C or SIGTERM; nothing was published' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** An error with a code of the table; `message` says what arrived, `hint` what to do next. */
export class CoutureError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** Members that a client gets beside the message: which field, which product. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    hint = '',
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.name = 'CoutureError';
    this.code = code;
    this.hint = hint;
    this.details = options.details ?? {};
  }
}

/** What a boundary needs to report any thrown value. */
export interface ErrorReport extends ErrorRow {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** SQLSTATE classes and socket errors that mean that the connection is gone; as in `sql/fault.ts`, held together by a test. */
const lostConnection = /^(08|57P0[123])|^(ECONNRESET|EPIPE|ECONNREFUSED|ETIMEDOUT)$/;

/** SQLSTATE → what Postgres's own words do not say. */
const nextSteps: Record<string, string> = {
  '42501':
    'The role in DATABASE_URL needs to own the schema couture, that in COUTURE_SOURCE_URL to select from the views of couture_source.',
  '53100':
    'The disk of the Postgres server is full: make room there, or drop old builds with "couture recs prune".',
  '53300': 'Postgres takes no more connections: end some, or raise max_connections; a build needs five.',
  '40001':
    'On a read replica: set hot_standby_feedback = on, or raise max_standby_streaming_delay, and run it again.',
};

/** Turns any thrown value into a report: known codes by the table, Postgres by SQLSTATE, the rest as a failure. */
export function reportError(thrown: unknown): ErrorReport {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code = '', hint = '', detail = '' } = error as { code?: string; hint?: string; detail?: string };
  if (code in errorTable) {
    return { ...errorTable[code as ErrorCode], code, message: error.message, hint };
  }
  if (
    lostConnection.test(code) ||
    /Connection terminated|connection.*closed|not queryable/i.test(error.message)
  ) {
    return {
      ...errorTable.postgres_lost,
      code: 'postgres_lost',
      message: `The connection to Postgres was lost: ${error.message}`,
      hint: 'Nothing was published. See that the server is up, then run the same command again.',
    };
  }
  if (/^[0-9A-Z]{5}$/.test(code)) {
    return {
      ...errorTable.postgres_refused,
      code: 'postgres_refused',
      message: `Postgres refused a statement (${code}): ${error.message}`,
      hint: [detail, hint, nextSteps[code]].filter(Boolean).join(' '),
    };
  }
  return { status: 500, exit: 1, expose: false, doc: '', code: 'internal', message: error.message, hint };
}
