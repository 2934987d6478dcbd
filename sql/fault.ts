// An error from this folder that people can act on: a code, what failed, and what to do next.

/** Codes that `sql/` can throw; `runtime/core/errors.ts` maps them to statuses and exit codes. */
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

/** Thrown by `sql/` and `fixtures/`; `message` says what failed, `hint` what to do next. */
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

/** Returns the fault for a connection that ended or stopped answering during the work. */
export function connectionLost(cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Fault('postgres_lost', `The connection to Postgres was lost: ${reason}`, afterLoss, { cause });
}

const afterLoss = 'Nothing was published. See that the server is up, then run the same command again.';

/** SQLSTATE classes and socket errors of a lost connection. */
const lostCodes = /^(08|57P0[123])|^(ECONNRESET|EPIPE|ECONNREFUSED|ETIMEDOUT)$/;

/** Whether the error of a statement means that its connection was lost. */
export function isConnectionLost(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  return (
    code === 'postgres_lost' ||
    lostCodes.test(code) ||
    /Connection terminated|connection.*closed|not queryable/i.test(message)
  );
}
