// A failure of this folder that a person can act on: a code, what arrived, and what to do next.

/** Codes that `sql/` can throw; their status and exit code stand in `runtime/core/errors.ts`. */
export type FaultCode =
  | 'postgres_unreachable'
  | 'postgres_lost'
  | 'postgres_too_old'
  | 'embedded_failed'
  | 'embedded_missing'
  | 'migration_edited'
  | 'migration_missing'
  | 'migration_newer'
  | 'source_missing'
  | 'source_invalid'
  | 'id_type_changed'
  | 'preset_conflict'
  | 'copy_refused'
  | 'shop_not_empty';

/** Thrown by `sql/` and `fixtures/`; `message` says what arrived, `hint` what to do next. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly hint: string;

  constructor(code: FaultCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
    this.hint = hint;
  }
}

/** The fault of a connection that ended, or went silent, in the middle of the work. */
export function connectionLost(cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Fault('postgres_lost', `The connection to Postgres was lost: ${reason}`, afterLoss, { cause });
}

const afterLoss = 'Nothing was published. See that the server is up, then run the same command again.';

/** SQLSTATE classes and socket errors that mean that the connection is gone. */
const lostCodes = /^(08|57P0[123])|^(ECONNRESET|EPIPE|ECONNREFUSED|ETIMEDOUT)$/;

/** Whether an error of a statement says that its connection is gone. */
export function isConnectionLost(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  return (
    code === 'postgres_lost' ||
    lostCodes.test(code) ||
    /Connection terminated|connection.*closed|not queryable/i.test(message)
  );
}
