// Errors of Postgres that come from a view of the shop: dropped, changed, not readable, or failing on its own rows.

/**
 * 42: no such view or column, another type, no right. 3F: no such schema. 22: a row that a cast in the view refuses. 0A:
 * a plan of before the view changed. 55000: a materialized view without data. P0001: raised by a function in the view.
 */
const codes = /^(?:42|3F|22|0A)\w{3}$|^55000$|^P0001$/;

/** Texts of the request that no text of Postgres can be: the client's fault, not the view's. */
const ofRequest = new Set(['22021', '22P05']);

/** Whether a statement on a view of the shop failed because of the view; not when Postgres is away, busy or slow. */
export function isViewTrouble(error: unknown): boolean {
  const { code = '' } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && codes.test(code) && !ofRequest.has(code);
}
