// The error table: every error code, with its HTTP status, exit code and documentation; and how any thrown value is
// reported.
import {
  CoutureError as CodedError,
  connectionLost,
  type ErrorRow,
  isConnectionLost,
  sqlErrors,
} from '../../sql/errors.ts';

/** Exit codes of the CLI. */
export const exitCodes = { done: 0, failed: 1, usage: 2, gate: 3, locked: 4 } as const;

/** Code → how the boundaries report it. A test compares it with the README's table. */
// biome-ignore format: one row per line
export const errorTable = {
  bad_option: { status: 400, exit: 2, expose: true, doc: 'a flag, environment variable or configuration key has an invalid value' },
  unknown_option: { status: 400, exit: 2, expose: true, doc: 'couture.config.json has an unknown key' },
  config_unreadable: { status: 500, exit: 2, expose: false, doc: 'couture.config.json cannot be read or is not valid JSON' },
  file_unreadable: { status: 500, exit: 2, expose: false, doc: 'a file named on the command line cannot be opened' },
  file_invalid: { status: 400, exit: 2, expose: true, doc: 'an import file lacks required columns or has no valid row' },
  rows_rejected: { status: 400, exit: 1, expose: true, doc: 'with `--strict`, at least one row is invalid, so nothing was imported' },
  package_missing: { status: 500, exit: 2, expose: false, doc: 'an optional npm package that this command needs is not installed' },
  postgres_refused: { status: 500, exit: 1, expose: false, doc: 'Postgres rejects a statement (permissions, disk space, types); its message follows' },
  source_empty: { status: 500, exit: 1, expose: false, doc: 'no valid order lines, so there is nothing to build from' },
  orders_in_future: { status: 500, exit: 1, expose: false, doc: 'most order lines are dated in the future: either a clock or the dates are wrong' },
  source_implausible: { status: 500, exit: 1, expose: false, doc: 'the source views contain implausible data, such as order lines whose products match by chance; checked before the first build is published' },
  source_unavailable: { status: 503, exit: 1, expose: true, doc: 'a view of `couture_source` cannot be read, and the requested data is not cached' },
  copy_refused: { status: 500, exit: 1, expose: false, doc: 'the server or a proxy rejects COPY; use `--reader cursor`' },
  build_locked: { status: 409, exit: 4, expose: false, doc: 'another build holds the lock' },
  build_rejected: { status: 409, exit: 3, expose: false, doc: 'the quality gate rejected the build; it is kept, and `--force` publishes it' },
  build_unknown: { status: 404, exit: 2, expose: false, doc: 'no build has this number, or its tables were pruned' },
  product_unknown: { status: 404, exit: 2, expose: true, doc: 'no product has this id' },
  customer_ambiguous: { status: 409, exit: 2, expose: false, doc: 'several customers have the e-mail address; pass the id of one' },
  customer_unknown: { status: 404, exit: 2, expose: true, doc: 'no customer has this id' },
  engine_unavailable: { status: 500, exit: 2, expose: false, doc: 'the requested engine is not installed' },
  spark_failed: { status: 500, exit: 1, expose: false, doc: 'the Spark job of a build failed' },
  spill_failed: { status: 500, exit: 1, expose: false, doc: 'order lines that exceed the memory budget cannot be written below COUTURE_HOME: disk full or no write permission' },
  worker_failed: { status: 500, exit: 1, expose: false, doc: 'a worker thread exited before finishing its work' },
  bad_request: { status: 400, exit: 1, expose: true, doc: 'a path, query, header or body does not match the route’s schema' },
  body_too_large: { status: 413, exit: 1, expose: true, doc: 'the request body exceeds the route’s limit' },
  body_unsupported: { status: 415, exit: 1, expose: true, doc: 'the route does not accept the content type of the request body; most routes accept only JSON in UTF-8' },
  not_signed_in: { status: 401, exit: 1, expose: true, doc: 'the route requires signing in, and the request has no token' },
  token_invalid: { status: 401, exit: 1, expose: true, doc: 'the token is expired, forged or issued for another shop' },
  keys_unreachable: { status: 503, exit: 1, expose: true, doc: 'the keys of the shop’s login (JWKS) cannot be fetched, so new tokens cannot be verified' },
  forbidden: { status: 403, exit: 1, expose: true, doc: 'the token’s roles do not allow the request' },
  origin_refused: { status: 403, exit: 1, expose: true, doc: 'a page of another origin sent a write with a cookie' },
  not_found: { status: 404, exit: 1, expose: true, doc: 'no route, file or object has this name' },
  upgrade_required: { status: 426, exit: 1, expose: true, doc: 'a WebSocket was requested without its Upgrade header, which a reverse proxy dropped' },
  method_unknown: { status: 405, exit: 1, expose: true, doc: 'the route does not support this method' },
  out_of_stock: { status: 409, exit: 1, expose: true, doc: 'the order asks for more than is in stock; the response lists what is left' },
  price_changed: { status: 409, exit: 1, expose: true, doc: 'the total of the order differs from the current total; the response lists the current prices' },
  idempotency_reused: { status: 422, exit: 1, expose: true, doc: 'the idempotency key was already used for a different order' },
  too_many_requests: { status: 429, exit: 1, expose: true, doc: 'an address or a user exceeds the rate limit; `Retry-After` says when to retry' },
  overloaded: { status: 503, exit: 1, expose: true, doc: 'more requests are in flight than can be answered in time; `Retry-After` says when to retry' },
  checkout_unavailable: { status: 501, exit: 1, expose: true, doc: 'the shop has its own checkout; couture’s checkout serves only the sample shop' },
  watch_list_read_only: { status: 501, exit: 1, expose: true, doc: 'couture may not call the shop’s `couture_source.watch` or `unwatch`, or the shop lacks them and its own watch list has the product to remove' },
  chat_state: { status: 409, exit: 1, expose: true, doc: 'the chat’s state does not allow it: assigned to another agent, resolved, or closed' },
  limit_reached: { status: 409, exit: 1, expose: true, doc: 'there are as many labels, filters, planned replies or watched products as there may be' },
  chat_offline: { status: 409, exit: 1, expose: true, doc: 'a chat started outside business hours lacks a message or an e-mail address for the answer' },
  order_unknown: { status: 404, exit: 2, expose: true, doc: 'no order has this number and this e-mail address; the answer is the same whichever of them is wrong' },
  chat_unknown: { status: 404, exit: 2, expose: true, doc: 'no chat has this id, or it belongs to someone else' },
  attachment_refused: { status: 415, exit: 1, expose: true, doc: 'the file’s content is neither a picture nor a PDF, or the chat has too many attachments' },
  endpoint_refused: { status: 400, exit: 1, expose: true, doc: 'the push endpoint is not an https URL of a known push service at a public address' },
  push_unconfigured: { status: 503, exit: 2, expose: true, doc: 'no VAPID key pair is configured, so nobody can subscribe and nothing can be sent' },
  push_refused: { status: 400, exit: 2, expose: true, doc: 'the campaign cannot be sent: its message is too long, it has no recipients, or its segment is unknown' },
  campaign_unknown: { status: 404, exit: 2, expose: true, doc: 'no campaign has this number' },
  campaign_running: { status: 409, exit: 4, expose: true, doc: 'another process is sending the campaign, or the campaign has ended' },
  webhook_refused: { status: 400, exit: 2, expose: true, doc: 'the URL of a webhook receiver is not https, or its host is not at a public address' },
  webhook_unknown: { status: 404, exit: 2, expose: false, doc: 'no webhook receiver has this number' },
  redis_unreachable: { status: 503, exit: 1, expose: false, doc: 'nothing answers at `REDIS_URL`, or it is not a Redis server' },
  curation_unknown: { status: 404, exit: 2, expose: false, doc: 'no curation rule has this number' },
  auth_unconfigured: { status: 500, exit: 2, expose: false, doc: 'a token was requested, but no secret is configured to sign it' },
  port_taken: { status: 500, exit: 1, expose: false, doc: 'the runtime cannot listen on its address' },
  answers_missing: { status: 500, exit: 2, expose: false, doc: 'a command has questions but no terminal to ask them on' },
  command_stalled: { status: 500, exit: 1, expose: false, doc: 'a command waited for something that can no longer happen, such as a response on a closed connection' },
  interrupted: { status: 503, exit: 1, expose: false, doc: 'Ctrl-C or SIGTERM stopped the command; nothing was published' },
  // Last, so that a code that is also a row above does not compile.
  ...sqlErrors,
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** The one error class, with the codes of the whole table. */
export const CoutureError = CodedError<ErrorCode>;
export type CoutureError = CodedError<ErrorCode>;

/** Any thrown value, as a boundary reports it. */
export interface ErrorReport extends ErrorRow {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** SQLSTATE → a hint that Postgres's own message does not give. */
const nextSteps: Record<string, string> = {
  '42501': '"couture doctor" prints the statements that grant it.',
  '53100':
    'The disk of the Postgres server is full: free some space, or drop old builds with "couture recs prune".',
  '53300': 'Postgres has no free connections: close some, or raise max_connections; a build needs five.',
  '25006':
    'DATABASE_URL needs a server that accepts writes. If it is a standby, use the primary, and COUTURE_SOURCE_URL to read orders from the standby; if the role is read-only, run: alter role NAME reset default_transaction_read_only.',
  '22021':
    "A text of the shop is invalid in the encoding of its database, which happens with SQL_ASCII. Convert it in the views: convert_from(convert(convert_to(name, 'SQL_ASCII'), 'LATIN1', 'UTF8'), 'SQL_ASCII').",
  '55P03':
    'Another session uses a table that this needs to itself, or has it to itself, such as a migration or a build that is running. Run the command again once it is done; psql shows it: select pid, query from pg_stat_activity where pid in (select unnest(pg_blocking_pids(pid)) from pg_stat_activity).',
  '40001':
    'On a read replica, set hot_standby_feedback = on or raise max_standby_streaming_delay, then run the command again.',
};

/** What a view of the shop runs into, by the class of its SQLSTATE. */
const viewSteps: Record<string, string> = {
  '22': "An expression in a view of couture_source, or in a function that it calls, fails for some row of the shop. Find it with psql (select * from couture_source.product), and let it be null there: nullif(…, 0), case when … ~ '^\\d+$' then … end.",
  '08': 'A view of couture_source reads a foreign server that this Postgres cannot reach. Check the options of the server and its user mapping (psql: \\des+, \\deu+).',
  HV: 'A view of couture_source reads a foreign table that fails. Check its server and its columns (psql: \\det+).',
};

function nextStep(code: string, message: string): string | undefined {
  // Builds need no temporary tables, so doctor does not ask for the right to create them.
  const [, database] = /temporary tables in database (".+")/.exec(message) ?? [];
  if (code === '42501' && database)
    return `Run as the owner of the database: grant temporary on database ${database} to NAME, the role in DATABASE_URL.`;
  return nextSteps[code] ?? viewSteps[code.slice(0, 2)];
}

/** Turns any thrown value into a report: known codes from the table, Postgres errors by SQLSTATE, the rest as `internal`. */
export function reportError(thrown: unknown): ErrorReport {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code = '', hint = '', detail = '' } = error as { code?: string; hint?: string; detail?: string };
  if (code in errorTable) {
    return { ...errorTable[code as ErrorCode], code, message: error.message, hint };
  }
  if (isConnectionLost(error)) {
    const lost = connectionLost(error);
    return { ...errorTable.postgres_lost, code: lost.code, message: lost.message, hint: lost.hint };
  }
  if (/^[0-9A-Z]{5}$/.test(code)) {
    return {
      ...errorTable.postgres_refused,
      code: 'postgres_refused',
      message: `Postgres rejected a statement (${code}): ${error.message}`,
      hint: [detail, hint, nextStep(code, error.message)].filter(Boolean).join(' '),
    };
  }
  return { status: 500, exit: 1, expose: false, doc: '', code: 'internal', message: error.message, hint };
}
