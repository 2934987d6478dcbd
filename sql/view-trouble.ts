// Recognises Postgres errors caused by a view of the shop: dropped, changed, not readable, or failing on its own rows.

/**
 * 42: unknown view or column, wrong type, missing privilege. 3F: unknown schema. 22: a cast in the view fails on a row. 0A:
 * a cached plan from before the view changed. 55000: a materialized view without data. P0001: raised by a function in the
 * view. HV and 08, as an error of the server: a foreign table, or its server, fails.
 */
const codes = /^(?:42|3F|22|0A|HV)\w{3}$|^55000$|^P0001$/;

/** Text in the request that Postgres cannot store: the client's fault, not the view's. */
const ofRequest = new Set(['22021', '22P05']);

/** Whether a statement failed because of a view of the shop, as opposed to a Postgres that is down, busy or slow. */
export function isViewTrouble(error: unknown): boolean {
  const { code = '', severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  if (typeof code !== 'string') return false;
  if (severity === 'ERROR' && code.startsWith('08')) return true;
  return codes.test(code) && !ofRequest.has(code);
}
