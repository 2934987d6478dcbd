-- Order lines out of the shop, by JDBC in partitions, all of them in the one snapshot that couture holds open.
-- A partition that is read again, after its executor died, gives the same lines in the same order.
create temporary view source_line using jdbc options (
  ${source},
  dbtable "(
    select order_id::text as order_id,
           nullif(customer_id::text, '') as customer,
           product_id::text as product_id,
           quantity::int4 as quantity,
           case when isfinite(ordered_at)
                then floor((extract(epoch from ordered_at::timestamptz) - 946684800) / 86400)::int4 end as day,
           ${part} as part,
           ${position} as position
    from couture_source.order_line
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

-- product_id of the shop → item: one a group of variants, below zero where the product cannot be sold.
create temporary view product using jdbc options (
  ${target}, dbtable '${staging}.product'
);

create temporary view item using jdbc options (
  ${target}, dbtable '${staging}.item'
);

-- Item or fault of each line, the faults in the order in which the local engine looks for them.
-- seen: where the line stands among all lines, as far as one partition tells.
create temporary view line as
select l.customer, l.order_id, l.day, l.seen,
       case when l.order_id is null then ${no_order}
            when l.day is null or abs(l.day) > ${last_day} then ${no_date}
            when l.quantity is null or l.quantity <= 0 then ${non_positive_quantity}
            else coalesce(p.item, ${unknown_product}) end as item
from (select *, struct(position, monotonically_increasing_id() as arrival) as seen from source_line) l
left join product p on p.product_id = l.product_id;
