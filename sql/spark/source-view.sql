-- Shop → order lines, read over JDBC in partitions, all in the single snapshot that couture holds open.
-- A partition that is read again after its executor died gives the same lines in the same order.
create temporary view source_line using jdbc options (
  ${source},
  dbtable "(
    select order_id::text as order_id,
           nullif(customer_id::text, '') as customer,
           product_id::text as product_id,
           ${quantity} as quantity,
           case when isfinite(ordered_at)
                then floor((extract(epoch from ordered_at::timestamptz) - 946684800) / 86400)::int4 end as day,
           ${part} as part,
           case when isfinite(ordered_at) then floor(extract(epoch from ordered_at::timestamptz) * 20000)::int8 end as position
    from ${order_line} every
    where ${since}) line",
  partitionColumn 'part',
  lowerBound '${first_part}',
  upperBound '${last_part}',
  numPartitions '${partitions}',
  fetchsize '20000',
  sessionInitStatement "
    set transaction isolation level repeatable read read only;
    set transaction snapshot '${snapshot}';
    set local timezone = 'UTC';
    set local synchronize_seqscans = off;
    set local max_parallel_workers_per_gather = 0;
    set local jit = off"
);
