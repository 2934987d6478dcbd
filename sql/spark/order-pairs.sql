-- Orders → pairs of products of the same order, scored and cut to the candidates that couture selects from.
-- Each order generates its own pairs. Without a join, no product is too popular for one executor, and the sums of a popular
-- pair are partly aggregated where its orders are. An order has at most ${max_order_lines} products.
cache table order_pair options ('storageLevel' 'MEMORY_AND_DISK') as
select row, column, count(*) as n, sum(cast(weight as double)) as weight
from (select items, weight, row from basket lateral view explode(items) as row where size(items) > 1)
lateral view explode(items) as column
where row <> column
group by row, column;

insert into total_out select 'pairs', count(*) from order_pair;

-- Common orders by category, which short lists are filled from.
create temporary view affinity_out using jdbc options (
  ${target}, dbtable '${staging}.affinity'
);

insert into affinity_out
select a.category, b.category, sum(p.n)
from order_pair p join item a on a.item = p.row join item b on b.item = p.column
where ${affinity}
group by a.category, b.category;

-- Of each row, its pairs within its category.
create temporary view order_category_out using jdbc options (
  ${target}, dbtable '${staging}.order_category'
);

insert into order_category_out
select p.row, sum(p.n)
from order_pair p join item i on i.item = p.row join item j on j.item = p.column
where i.category = j.category
group by p.row;

-- Item statistics for the similarity functions. prior: what "shrunk" adds to the weight of a pair, which decides for rare
-- pairs (similarity/open-similarity.ts).
cache table item_in_orders as
select c.item, i.category, c.orders, n.orders as all_orders,
       ${prior_strength} * c.order_weight / greatest(1e-9D, n.order_weight)
         - ${popularity_penalty} * n.mean / (n.mean + ${sparse_mean}) * ln(c.orders + ${sparse_mean} / n.mean) as prior,
       c.orders * ln(c.orders)
         + case when n.orders > c.orders then (n.orders - c.orders) * ln(n.orders - c.orders) else 0D end as entropy
from order_count c
join item i on i.item = c.item
cross join (
  select cast(t.orders as double) as orders, t.order_weight, greatest(1e-9D, cast(s.held as double) / ${items}) as mean
  from (
    select max(case when name = 'orders' then value end) as orders,
           max(case when name = 'orderWeight' then value end) as order_weight
    from total_out
  ) t
  cross join (select sum(orders) as held from order_count) s
) n;

-- llr: log-likelihood ratio in its entropy form, zero if the pair is no more frequent than by chance.
create temporary view scored_order_pair as
select row, column, n, weight, across,
       case '${similarity}' when 'shrunk' then weight + prior
                         when 'weighted' then weight / power(cj, ${damping}D)
                         when 'count' then cast(n as double)
                         when 'cosine' then n / sqrt(ci * cj)
                         when 'jaccard' then n / (ci + cj - n)
                         when 'lift' then n * all_orders / (ci * cj)
                         when 'llr' then llr end as score,
       llr
from (
  select p.row, p.column, p.n, p.weight, i.category <> j.category as across, j.prior, i.all_orders,
         cast(i.orders as double) as ci, cast(j.orders as double) as cj,
         ci - p.n as only_i, cj - p.n as only_j, i.all_orders - ci - cj + p.n as neither,
         case when p.n * i.all_orders <= ci * cj then 0D
              else greatest(0D, 2D * (
                p.n * ln(p.n)
                + case when only_i > 0 then only_i * ln(only_i) else 0D end
                + case when only_j > 0 then only_j * ln(only_j) else 0D end
                + case when neither > 0 then neither * ln(neither) else 0D end
                - i.entropy - j.entropy + i.all_orders * ln(i.all_orders))) end as llr
  from order_pair p
  join item_in_orders i on i.item = p.row
  join item_in_orders j on j.item = p.column
)
where n >= ${min_support} and (${min_llr}D <= 0D or llr >= ${min_llr}D);

-- Ties go to the lower item. The rank limit applies before the shuffle, so a popular row costs no more than another.
create temporary view order_pair_out using jdbc options (
  ${target}, dbtable '${staging}.order_pair'
);

-- The pairs that bought_together is chosen from: customer-pairs.sql returns their customers.
cache table listed_pair as
select row, column, n, weight
from (select *, row_number() over (partition by row order by score desc, column) as place from scored_order_pair)
where place <= ${shortlist};

insert into order_pair_out
select row, transform(kept, x -> x.column), transform(kept, x -> x.n), transform(kept, x -> x.weight)
from (
  select row, array_sort(collect_list(struct(column, cast(n as int) as n, weight))) as kept
  from (
    select row, column, n, weight from listed_pair
    union
    select row, column, n, weight
    from (select *, row_number() over (partition by row order by score desc, column) as place
          from scored_order_pair where across and n > 1 and llr >= ${bundle_llr}D)
    where place <= ${bundle_shortlist}
    union
    select p.row, p.column, p.n, p.weight
    from order_pair p join candidate c on c.item = p.row and c.other = p.column
  )
  group by row
);

uncache table order_pair;
