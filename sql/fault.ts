// A failure of this folder that a person can act on: a code, what arrived, and what to do next.

/** Codes that `sql/` can throw; their status and exit code stand in `runtime/core/errors.ts`. */
export type FaultCode =
  | 'postgres_unreachable'
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
