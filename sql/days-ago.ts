// SQL for "days ago", with fractions. `make_interval(days => $1)` and `$1 * 60` make Postgres read the parameter as an
// integer and refuse 730.5.

/** Upper bound: `now()` minus a longer span is out of range for a timestamp. */
const maxDays = 1_000_000;

/** SQL for the time `days` days ago. @param days a parameter or expression, such as `$1` */
export function daysAgo(days: string): string {
  return `(now() - make_interval(secs => least(${days}::float8, ${maxDays}) * 86400))`;
}
