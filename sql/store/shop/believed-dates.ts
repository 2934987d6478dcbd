// Which order dates are not in the future, for statements that run in the shop's Postgres. A build also compares its
// machine's clock and detects outliers, see cli/recs/source/order-dates.ts.

/** A condition on `ordered_at`. Allows one day beyond now, for columns that hold local times. */
export const believedDate = `ordered_at < now() + interval '1 day'`;

/** SQL: microseconds from 1970 to an order, whose time counts as UTC if it has no zone. Null for Postgres's infinity. */
export const orderMicros =
  'case when isfinite(ordered_at) then (extract(epoch from ordered_at) * 1000000)::bigint end';
