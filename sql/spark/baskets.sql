-- Lines → orders of distinct items. An order is told by customer and order id; a product counts once.
cache table gathered options ('storageLevel' 'MEMORY_AND_DISK') as
select customer, order_id,
       transform(array_sort(collect_list(case when item >= 0 then struct(seen, item) end)), x -> x.item) as items,
       min(case when item >= 0 then seen end) as seen,
       max(case when item >= 0 then day end) as day,
       min(case when item >= 0 then day end) as oldest,
       sum(n) as lines,
       sum(case when item >= 0 then n else 0 end) as counted,
       sum(case when item = ${unknown_product} then n else 0 end) as unknown_product,
       sum(case when item = ${zero_price_product} then n else 0 end) as zero_price_product,
       sum(case when item = ${non_positive_quantity} then n else 0 end) as non_positive_quantity,
       sum(case when item = ${no_order} then n else 0 end) as no_order,
       sum(case when item = ${no_date} then n else 0 end) as no_date
from (select customer, order_id, item, min(seen) as seen, max(day) as day, count(*) as n
      from line group by customer, order_id, item)
group by customer, order_id;

-- 64 bits of each oversized order id: the id itself for bigint, else two FNV-1a hashes of its bytes with a final mix.
-- Arithmetic is that of 32-bit integers, kept in 64 bits without a sign.
create temporary view oversized as
select customer, order_id, items,
       case when '${order_type}' = 'bigint'
            then (shiftright(cast(order_id as bigint), 32) ^ cast(order_id as bigint)) & 4294967295
            else high ^ low end as id_bits
from (
  select *,
         aggregate(bytes, 2166136261L ^ 2654435769L, (h, b) -> ((h ^ b) * 16777619L) & 4294967295L) as h0,
         h0 ^ shiftright(h0, 16) as h1, (h1 * 2246822507L) & 4294967295L as h2,
         h2 ^ shiftright(h2, 13) as h3, (h3 * 3266489909L) & 4294967295L as h4, h4 ^ shiftright(h4, 16) as high,
         aggregate(bytes, 2166136261L, (h, b) -> ((h ^ b) * 16777619L) & 4294967295L) as l0,
         l0 ^ shiftright(l0, 16) as l1, (l1 * 2246822507L) & 4294967295L as l2,
         l2 ^ shiftright(l2, 13) as l3, (l3 * 3266489909L) & 4294967295L as l4, l4 ^ shiftright(l4, 16) as low
  from (
    select customer, order_id, items,
           transform(filter(sequence(0, length(digits) div 2), at -> at < length(digits) div 2),
                     at -> cast(conv(substring(digits, at * 2 + 1, 2), 16, 10) as bigint)) as bytes
    from (
      select customer, order_id, items,
             case '${order_type}' when 'uuid' then replace(order_id, '-', '')
                                  when 'text' then hex(encode(order_id, 'UTF-8')) else '' end as digits
      from gathered where size(items) > ${max_order_lines}
    )
  )
);

-- Of an oversized order the items with the lowest seeded hash stay.
create temporary view sampled as
select customer, order_id, array_sort(collect_list(item)) as items
from (
  select customer, order_id, item,
         row_number() over (partition by customer, order_id order by hash, item) as place
  from (
    select customer, order_id, item,
           id_bits ^ ${seed}L as s0,
           s0 ^ shiftright(s0, 16) as s1, (s1 * 2246822507L) & 4294967295L as s2,
           s2 ^ shiftright(s2, 13) as s3, (s3 * 3266489909L) & 4294967295L as s4,
           item ^ (s4 ^ shiftright(s4, 16)) as r0,
           r0 ^ shiftright(r0, 16) as r1, (r1 * 2246822507L) & 4294967295L as r2,
           r2 ^ shiftright(r2, 13) as r3, (r3 * 3266489909L) & 4294967295L as r4,
           r4 ^ shiftright(r4, 16) as hash
    from oversized lateral view explode(items) as item
  )
)
where place <= ${max_order_lines}
group by customer, order_id;

-- The weight of an order falls with its size and its age; single precision, as the local engine keeps it.
cache table basket options ('storageLevel' 'MEMORY_AND_DISK') as
select customer, order_id, items, seen, age,
       cast((10D / (10D + size(items))) * ${decay} as float) as weight
from (
  select g.customer, g.order_id, g.seen, coalesce(s.items, g.items) as items, n.newest - g.day as age
  from gathered g
  cross join (select max(day) as newest from gathered) n
  left join sampled s on s.order_id = g.order_id and s.customer <=> g.customer
  where size(g.items) > 0
);

create temporary view total_out using jdbc options (
  ${target}, dbtable '${staging}.total'
);

insert into total_out
select stack(14,
  'lines', sum(lines), 'unknown_product', sum(unknown_product), 'zero_price_product', sum(zero_price_product),
  'non_positive_quantity', sum(non_positive_quantity), 'no_order', sum(no_order), 'no_date', sum(no_date),
  'newest', cast(max(day) as bigint), 'oldest', cast(min(oldest) as bigint),
  'duplicateLines', sum(counted - size(items)),
  'sampledOrders', sum(case when size(items) > ${max_order_lines} then 1 else 0 end),
  'sampledLines', sum(greatest(0, size(items) - ${max_order_lines})),
  'orders', sum(case when size(items) > 0 then 1 else 0 end),
  'pairableOrders', sum(case when size(items) > 1 then 1 else 0 end),
  'orderItems', sum(least(size(items), ${max_order_lines})))
from gathered;

-- Sums of weights are kept in whole units of 2^-20: exact in any order of addition.
cache table order_count as
select item, count(*) as orders,
       sum(floor(weight * 1048576D + 0.5D)) as order_weight,
       sum(size(items) - 1) as order_pairs,
       sum(case when age < ${trending_days} then 1 else 0 end) as recent,
       sum(case when age < ${trending_days} then ceil(${trending_days}) - age else 0 end) as recent_weighted,
       sum(case when age >= ${trending_days} and age < ${trending_days} * ${trending_windows} then 1 else 0 end) as earlier
from basket lateral view explode(items) as item
group by item;

create temporary view order_count_out using jdbc options (
  ${target}, dbtable '${staging}.order_count'
);

insert into order_count_out
select item, orders, order_weight, order_pairs, recent, recent_weighted, earlier from order_count;

insert into total_out
select 'orderWeight', sum(floor(weight * 1048576D + 0.5D)) from basket;

-- About ${held_out} orders, by a hash of their ids: what the gate asks the finished lists about.
create temporary view held_out_out using jdbc options (
  ${target}, dbtable '${staging}.held_out'
);

insert into held_out_out
select b.items, b.weight
from basket b cross join (select count(*) as orders from basket where size(items) > 1) n
where size(b.items) > 1
  and pmod(xxhash64(b.order_id, b.customer), greatest(1L, n.orders div ${held_out})) = 0;
