// Recognises Postgres errors caused by a view of the shop: dropped, changed, not readable, or failing on its own rows.

/**
 * 42: unknown view or column, wrong type, missing privilege. 3F: unknown schema. 22: a cast in the view fails on a row. 0A:
 * a cached plan from before the view changed. 55000: a materialized view without data. P0001: raised by a function in the
 * view.
 */
const codes = /^(?:42|3F|22|0A)\w{3}$|^55000$|^P0001$/;

/** Text in the request that Postgres cannot store: the client's fault, not the view's. */
const ofRequest = new Set(['22021', '22P05']);

/** Whether a statement failed because of a view of the shop, as opposed to a Postgres that is down, busy or slow. */
export function isViewTrouble(error: unknown): boolean {
  const { code = '' } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && codes.test(code) && !ofRequest.has(code);
}
