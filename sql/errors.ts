// The error class of couture, the codes that sql/ and fixtures/ throw, and how a lost connection is recognized.
// `runtime/core/errors.ts` composes the table of all codes.

/** How the boundaries report an error code. */
export interface ErrorRow {
  /** HTTP status of the response. */
  readonly status: number;
  /** Exit code of the command. */
  readonly exit: number;
  /** Whether HTTP clients see the message. */
  readonly expose: boolean;
  /** The cause, for the README. */
  readonly doc: string;
}

// biome-ignore format: one row per line
export const sqlErrors = {
  postgres_unreachable: { status: 503, exit: 1, expose: false, doc: 'Postgres does not answer or rejects the login' },
  postgres_lost: { status: 503, exit: 1, expose: false, doc: 'the connection to Postgres was lost during the work' },
  postgres_pooled: { status: 503, exit: 2, expose: false, doc: 'a pooler in transaction mode is in front of Postgres; couture needs sessions of its own' },
  postgres_too_old: { status: 500, exit: 2, expose: false, doc: 'the server is older than Postgres 14' },
  encoding_unsupported: { status: 500, exit: 2, expose: false, doc: 'the encoding of the database in DATABASE_URL is not UTF8' },
  embedded_failed: { status: 500, exit: 1, expose: false, doc: 'the embedded Postgres failed to start' },
  embedded_missing: { status: 500, exit: 2, expose: false, doc: 'no embedded Postgres is installed for this platform' },
  migration_edited: { status: 500, exit: 1, expose: false, doc: 'an applied migration differs from its file' },
  migration_missing: { status: 500, exit: 1, expose: false, doc: 'the database lacks migrations; run `couture db migrate`' },
  migration_newer: { status: 500, exit: 1, expose: false, doc: 'a newer version of couture migrated the database' },
  source_missing: { status: 500, exit: 2, expose: false, doc: 'a view of `couture_source` is missing' },
  source_invalid: { status: 500, exit: 2, expose: false, doc: 'a view of `couture_source` lacks a column, or a column has the wrong type' },
  id_type_changed: { status: 500, exit: 2, expose: false, doc: 'the type of the shop’s ids changed after couture had assigned keys' },
  preset_conflict: { status: 500, exit: 2, expose: false, doc: 'the source views already exist, or tables that the preset needs are missing' },
  rights_missing: { status: 500, exit: 1, expose: false, doc: 'the role lacks privileges; the message lists the statements that grant them' },
  shop_not_empty: { status: 500, exit: 2, expose: false, doc: 'sample or generated data would overwrite an existing shop; pass `--replace` to allow it' },
} as const satisfies Record<string, ErrorRow>;

export type SqlErrorCode = keyof typeof sqlErrors;

/**
 * An error that people can act on: a code of the table, what failed with which value (`message`), and what to do next
 * (`hint`). Outside sql/ and fixtures/, import it from `runtime/core/errors.ts`, where `Code` is every code.
 */
export class CoutureError<Code extends string = SqlErrorCode> extends Error {
  readonly code: Code;
  readonly hint: string;
  /** Extra members of the problem response, such as the invalid fields or the products. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: NoInfer<Code>,
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

/** Returns the error for a connection that ended or stopped answering during the work. */
export function connectionLost(cause: unknown): CoutureError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CoutureError('postgres_lost', `The connection to Postgres was lost: ${reason}`, afterLoss, {
    cause,
  });
}

const afterLoss = 'Nothing was published. Check that the server is up, then run the same command again.';

/** SQLSTATE classes and socket errors of a lost connection. */
const lostCodes = /^(08|57P0[123])|^(ECONNRESET|EPIPE|ECONNREFUSED|ETIMEDOUT)$/;

/** Whether the error of a statement means that its connection was lost. */
export function isConnectionLost(error: unknown): boolean {
  const {
    code = '',
    message = '',
    severity,
  } = (error ?? {}) as {
    code?: string;
    message?: string;
    severity?: string;
  };
  // Postgres says of itself that it could not reach another server, that of a foreign table.
  if (severity === 'ERROR' && code.startsWith('08')) return false;
  return (
    code === 'postgres_lost' ||
    lostCodes.test(code) ||
    /Connection terminated|connection.*closed|not queryable/i.test(message)
  );
}

/**
 * Refused or timed-out connections, an exhausted pool, statements past their timeout (57014), a server without connections,
 * disk or memory (class 53), one that is read-only at the moment (25006), locks and deadlocks.
 */
const awayCodes =
  /^(postgres_unreachable|ECONNREFUSED|ECONNRESET|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|EPIPE|57014|57P0[1-3]|53\w{3}|58030|25006|40001|40P01|55P03|55000|08\w{3}|3D000)$/;
const awayMessages =
  /^timeout exceeded when trying to connect|^Query read timeout|^Cannot use a pool after calling end/;

/** Whether Postgres could not do it at the moment: the statement is not at fault, and a retry helps. */
export function isPostgresAway(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  return isConnectionLost(error) || awayCodes.test(code) || awayMessages.test(message);
}

/** Hides the password of a URL, for messages and logs. The URL may be malformed, and its password may contain "@" and "/". */
export function redactUrl(url: string): string {
  return url
    .replace(/^((?:[a-z][\w+.-]*:\/\/)?[^:@]*):(?!\/\/).*@/is, '$1:***@')
    .replace(/^([a-z][\w+.-]*:\/\/[^:@/]*):(?!\d*(?:[/?#]|$))[^@/]*$/i, '$1:***')
    .replace(/(password=)[^&\s]*/gi, '$1***');
}
