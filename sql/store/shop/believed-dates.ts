// Which orders are not in the future, for statements that run in the shop's Postgres. A build also compares the clock of
// its machine and looks for outliers: cli/recs/source/order-dates.ts.

/** A condition on `ordered_at`: until this time tomorrow, for columns that hold local times. */
export const believedDate = `ordered_at < now() + interval '1 day'`;
