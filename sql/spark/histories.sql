-- Orders → the purchases of each customer, newest first. Guests have no history.
-- A walk-in account may have a million orders, so the sort can spill to disk.
-- occasion: a day with orders of the customer, or a single order if dates carry no information.
create temporary view customer_order as
select customer, items, variants, age, place,
       case when dated then day_place else place end as occasion,
       least(case when dated then age else place end, ${max_age}) as clock
from (
  select customer, items, variants, age, row_number() over (partition by customer order by age, seen desc) - 1 as place,
         dense_rank() over (partition by customer order by age) - 1 as day_place
  from basket where customer is not null
)
cross join order_dates;

-- Remember the variant of the newest order; between two orders of one day, the lower variant number.
-- The weight of an order decays with every newer order. Weights are summed in single precision in this order, as in the
-- local engine.
-- times: occasions on which the item was bought; since: occasions after the first of them.
-- clocks: the age of each occasion, newest first, in days, or in orders if dates carry no information.
create temporary view bought as
select customer, item, first_at, coalesce(newest.variant, -1) as variant, least(size(occasions), ${max_age}) as times,
       array_max(occasions) as since, transform(array_sort(collected), x -> x.clock) as clocks,
       aggregate(places, cast(0 as float),
                 (sum, place) -> cast(sum + power(${taste_decay}D, least(place, 255)) as float)) as taste,
       aggregate(occasions, cast(0 as float),
                 (sum, place) -> cast(sum + power(${habit_decay}D, least(place, 255)) as float)) as habit
from (
  select customer, item, min(struct(place, position)) as first_at,
         min(struct(age, element_at(variants, item) as variant)) as newest, array_sort(collect_list(place)) as places,
         array_sort(collect_set(occasion)) as occasions, collect_set(struct(occasion, clock)) as collected
  from customer_order lateral view posexplode(items) as position, item
  group by customer, item
);

cache table history options ('storageLevel' 'MEMORY_AND_DISK') as
select customer,
       transform(bought, x -> x.item) as items,
       transform(bought, x -> x.times) as times,
       transform(bought, x -> x.since) as since,
       transform(bought, x -> x.clocks) as clocks,
       transform(bought, x -> x.taste) as taste,
       transform(bought, x -> x.habit) as habit,
       transform(bought, x -> x.variant) as variants,
       known > size(bought) as cut,
       cast(${history_weight} as float) as weight
from (
  select customer, max(known) as known, 
         array_sort(collect_list(struct(recency, item, times, since, taste, habit, variant, clocks))) as bought
  from (
    select *, row_number() over (partition by customer order by first_at) as recency,
           count(*) over (partition by customer) as known
    from bought
  )
  where recency <= ${max_history}
  group by customer
);

create temporary view customer_count_out using jdbc options (
  ${target}, dbtable '${staging}.customer_count'
);

insert into customer_count_out
select item, count(*) as customers,
       sum(floor(weight * ${weight_units} + 0.5D)) as customer_weight,
       sum(size(items) - 1) as history_pairs,
       sum(case when since[position] > 0 then 1 else 0 end) as returners,
       sum(case when times[position] > 1 then 1 else 0 end) as rebuyers
from history lateral view posexplode(items) as position, item
group by item;

-- Read back, as order_count is.
cache table customer_count as select distinct item, customers, customer_weight, history_pairs from customer_count_out;

-- Gaps between two purchases of an item, and the gap since the last one, which has not ended.
create temporary view item_gap as
select item, clocks[position][0] as gap, 0 as closed from history lateral view posexplode(items) as position, item
union all
select item, gap, 1 as closed
from history lateral view posexplode(items) as position, item
lateral view explode(zip_with(slice(clocks[position], 2, size(clocks[position])), clocks[position],
                              (older, newer) -> older - newer)) as gap;

create temporary view gap_count_out using jdbc options (
  ${target}, dbtable '${staging}.gap_count'
);

insert into gap_count_out
select item, bucket, sum(closed), count(*) - sum(closed)
from (select item, size(filter(${gap_starts}, start -> start <= gap)) - 1 as bucket, closed
      from item_gap where ${repurchase} and gap > 0)
group by item, bucket;

insert into total_out
select stack(4, 'customers', count(*), 'historyItems', coalesce(sum(size(items)), 0L),
             'cutHistories', coalesce(sum(case when cut then 1 else 0 end), 0L),
             'historyWeight', coalesce(sum(floor(weight * ${weight_units} + 0.5D)), 0L))
from history;

-- couture ranks the personalized lists from these rows while it reads them.
create temporary view history_out using jdbc options (
  ${target}, dbtable '${staging}.history',
  batchsize '5000'
);

insert into history_out
select customer, items, taste, case when ${repurchase} then habit else array() end,
       case when ${variants} then variants else array() end,
       case when ${repurchase} then transform(clocks, x -> x[0]) else array() end,
       case when ${repurchase} then transform(clocks, x -> x[size(x) - 1]) else array() end,
       case when ${repurchase} then times else array() end,
       case when ${repurchase} then transform(since, x -> least(x, ${max_age})) else array() end
from history where ${customer_lists};
