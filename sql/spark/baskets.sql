-- Lines → orders of distinct items. Customer and order id together identify an order. A product counts once per order.
cache table collected options ('storageLevel' 'MEMORY_AND_DISK') as
select customer, order_id,
       array_sort(collect_list(case when item >= 0 then item end)) as items,
       map_from_entries(collect_list(case when item >= 0 and variant is not null then struct(item, variant) end)) as variants,
       max(case when item >= 0 then seen end) as seen,
       max(case when item >= 0 then day end) as day,
       min(case when item >= 0 then day end) as oldest,
       sum(n) as lines,
       sum(case when item >= 0 then n else 0 end) as counted,
       sum(case when item = ${unknown_product} then n else 0 end) as unknown_product,
       sum(case when item = ${zero_price_product} then n else 0 end) as zero_price_product,
       sum(case when item = ${non_positive_quantity} then n else 0 end) as non_positive_quantity,
       sum(case when item = ${no_order} then n else 0 end) as no_order,
       sum(case when item = ${no_date} then n else 0 end) as no_date,
       sum(case when item = ${future_date} then n else 0 end) as future_date,
       sum(case when item = ${returned} then n else 0 end) as returned,
       sum(case when item = ${implausible_quantity} then n else 0 end) as implausible_quantity,
       max(case when item = ${future_date} then day end) as future_until
from (select customer, order_id, item, min(variant) as variant, max(seen) as seen, max(day) as day, count(*) as n
      from line group by customer, order_id, item)
group by customer, order_id;

-- Ages count from the newest plausible day, and later orders are left out. See source/order-dates.ts.
create temporary view ordered_day as
select day, sum(counted) as lines, count(*) as orders from collected where day is not null group by day;

create temporary view total_out using jdbc options (
  ${target}, dbtable '${staging}.total'
);

insert into total_out
select stack(5, 'newest', cast(least(newest, ${latest_newest}) as bigint), 'gapFrom', cast(gap_from as bigint),
                'gapTo', cast(gap_to as bigint), 'gapLines', cast(gap_lines as bigint), 'allLines', cast(all_lines as bigint))
from (${order_dates});

-- Small results are read back from where they were written. A cached table keeps the whole plan of how it was made, which
-- Spark analyses again at each use: with these in the plan, it spends ten seconds and more on a statement before it starts.
cache table believed as
select cast(max(value) as int) as newest from total_out where name = 'newest';

create temporary view gathered as
select customer, order_id, variants,
       case when c.day > b.newest then cast(array() as array<int>) else c.items end as items,
       case when c.day > b.newest then null else c.day end as day,
       case when c.day > b.newest then 0 else c.counted end as counted,
       case when c.day > b.newest then c.counted else 0 end as outlier_lines,
       case when c.day > b.newest then c.day end as outlier_day,
       seen, oldest, lines, unknown_product, zero_price_product, non_positive_quantity, no_order, no_date,
       future_date, returned, implausible_quantity, future_until
from collected c cross join believed b;

-- An oversized order keeps the items with the lowest seeded hash. The hash of an order comes from its id: from the two
-- halves of a bigint, else from two FNV-1a hashes of the bytes. mixed is the finalizer of MurmurHash3. The arithmetic is
-- unsigned 32-bit, in 64-bit integers.
-- Each step is a subquery, because Spark plans a select that refers to its own columns (lateral aliases) in a different
-- order each time and then misses the cached data below it.
create temporary view hashed as
select customer, order_id, items,
       case when '${order_type}' = 'bigint'
            then shiftright(cast(order_id as bigint), 32) ^ cast(order_id as bigint)
            else mixed[0] ^ mixed[1] end & 4294967295L as hash
from (
  select customer, order_id, items,
         transform(array(
           aggregate(bytes, 2166136261L ^ 2654435769L, (h, b) -> ((h ^ b) * 16777619L) & 4294967295L),
           aggregate(bytes, 2166136261L, (h, b) -> ((h ^ b) * 16777619L) & 4294967295L)
         ), x -> ${mix_x}) as mixed
  from (
    select customer, order_id, items,
           case when digits = '' then cast(array() as array<bigint>)
                else transform(sequence(1, length(digits) div 2),
                               at -> cast(conv(substring(digits, at * 2 - 1, 2), 16, 10) as bigint)) end as bytes
    from (
      select customer, order_id, items,
             case '${order_type}' when 'uuid' then replace(order_id, '-', '')
                                  when 'text' then hex(encode(order_id, 'UTF-8')) else '' end as digits
      from gathered where size(items) > ${max_order_lines}
    )
  )
);

create temporary view sampled as
select customer, order_id, array_sort(collect_list(item)) as items
from (
  select customer, order_id, item,
         row_number() over (partition by customer, order_id order by ${mix_x}, item) as place
  from (
    select customer, order_id, item, item ^ (${mix_x}) as x
    from (select customer, order_id, items, hash ^ ${seed}L as x from hashed) lateral view explode(items) as item
  )
)
where place <= ${max_order_lines}
group by customer, order_id;

-- The weight of an order falls with its size and its age. Single precision, as in the local engine.
cache table basket options ('storageLevel' 'MEMORY_AND_DISK') as
select customer, order_id, items, variants, seen, age,
       cast((${order_weight}) * ${decay} as float) as weight
from (
  select g.customer, g.order_id, g.variants, g.seen, coalesce(s.items, g.items) as items, n.newest - g.day as age
  from gathered g
  cross join believed n
  left join sampled s on s.order_id = g.order_id and s.customer <=> g.customer
  where size(g.items) > 0
);

insert into total_out
select stack(20,
  'lines', sum(lines), 'unknown_product', sum(unknown_product), 'zero_price_product', sum(zero_price_product),
  'non_positive_quantity', sum(non_positive_quantity), 'no_order', sum(no_order), 'no_date', sum(no_date),
  'future_date', sum(future_date), 'returned', sum(returned), 'implausible_quantity', sum(implausible_quantity), 'futureUntil', cast(max(future_until) as bigint),
  'oldest', cast(min(oldest) as bigint),
  'outlierLines', sum(outlier_lines),
  'outliersFrom', cast(min(outlier_day) as bigint), 'outliersTo', cast(max(outlier_day) as bigint),
  'duplicateLines', sum(counted - size(items)),
  'sampledOrders', sum(case when size(items) > ${max_order_lines} then 1 else 0 end),
  'sampledLines', sum(greatest(0, size(items) - ${max_order_lines})),
  'orders', sum(case when size(items) > 0 then 1 else 0 end),
  'pairableOrders', sum(case when size(items) > 1 then 1 else 0 end),
  'orderItems', sum(least(size(items), ${max_order_lines})))
from gathered;

-- Customers who will have a history: couture numbers them in the meantime.
create temporary view buyer_out using jdbc options (
  ${target}, dbtable '${staging}.buyer'
);

insert into buyer_out select distinct customer from basket where customer is not null;

-- Whether dates carry any information: datesTell in cooccurrence/grouping.ts.
insert into total_out
select 'dated', cast(max(n.newest) > min(g.oldest)
                     and not (min(g.oldest) >= 0 and max(n.newest) <= sum(g.lines) / 86400D) as bigint)
from gathered g cross join believed n;

cache table order_dates as
select max(value) = 1 as dated from total_out where name = 'dated';

create temporary view order_count_out using jdbc options (
  ${target}, dbtable '${staging}.order_count'
);

-- Weights are summed as whole multiples of 2^-20, so that the sum is exact in any order of addition.
insert into order_count_out
select item, count(*) as orders,
       sum(floor(weight * ${weight_units} + 0.5D)) as order_weight,
       sum(size(items) - 1) as order_pairs,
       sum(case when age < ${trending_days} then 1 else 0 end) as recent,
       sum(case when age < ${trending_days} then ceil(${trending_days}) - age else 0 end) as recent_weighted,
       sum(case when age >= ${trending_days} and age < ${trending_days} * ${trending_windows} then 1 else 0 end) as earlier,
       sum(floor(${popularity_weight} * ${weight_units} + 0.5D)) as popularity
from basket cross join order_dates lateral view explode(items) as item
group by item;

-- A task that ran twice may have written a row twice.
cache table order_count as select distinct item, orders, order_weight, order_pairs from order_count_out;

insert into total_out
select stack(2, 'orderWeight', sum(floor(weight * ${weight_units} + 0.5D)),
                'popularity', sum(floor(${popularity_weight} * ${weight_units} + 0.5D)))
from basket cross join order_dates;

-- About ${held_out} orders, selected by a hash of their ids: the test cases of the quality gate.
create temporary view held_out_out using jdbc options (
  ${target}, dbtable '${staging}.held_out'
);

insert into held_out_out
select b.items, b.weight
from basket b cross join (select count(*) as orders from basket where size(items) > 1) n
where size(b.items) > 1
  and pmod(xxhash64(b.order_id, b.customer), greatest(1L, n.orders div ${held_out})) = 0;
