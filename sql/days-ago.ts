// A span of days, fractions too, on its way into a statement. `make_interval(days => $1)` and `$1 * 60` take the parameter
// for an integer, and Postgres then refuses 730.5.

/** Spans that reach further back end here: `now() -` a longer one is before what a timestamp can hold. */
const longestDays = 1_000_000;

/** SQL: the moment so many days ago. @param days a parameter or expression, such as `$1` */
export function daysAgo(days: string): string {
  return `(now() - make_interval(secs => least(${days}::float8, ${longestDays}) * 86400))`;
}
