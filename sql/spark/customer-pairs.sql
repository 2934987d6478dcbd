-- Histories → pairs of products bought by the same customer, with three scores: for the term item_knn, for ease, and for
-- similar products.
cache table customer_pair options ('storageLevel' 'MEMORY_AND_DISK') as
select row, column, count(*) as n, sum(cast(weight as double)) as weight
from (select items, weight, row from history lateral view explode(items) as row where size(items) > 1)
lateral view explode(items) as column
where row <> column
group by row, column;

cache table item_of_customers as
select c.item, c.customers, c.history_pairs, o.order_pairs, c.customer_weight / ${weight_units} as weight, i.category, i.price
from customer_count c join item i on i.item = c.item join order_count o on o.item = c.item;

create temporary view scored_customer_pair as
select p.row, p.column, p.n, p.weight,
       ${neighbour_score} as taste,
       p.n / sqrt(j.customers + 1D) as relation,
       p.n / (sqrt(cast(i.customers as double) * j.customers) + ${cosine_shrinkage}D) as likeness,
       (${across_categories} or i.category = j.category)
         and j.price >= i.price * (1D - ${price_band}D) and j.price <= i.price * (1D + ${price_band}D) as comparable
from customer_pair p
join item_of_customers i on i.item = p.row
join item_of_customers j on j.item = p.column;

-- Of each row, how many of its pairs within its category would be in one order by chance (lists/category-totals.ts).
create temporary view customer_category_out using jdbc options (
  ${target}, dbtable '${staging}.customer_category'
);

insert into customer_category_out
select row, sum(p.n * sqrt(least(1D, i.order_pairs / i.history_pairs) * least(1D, j.order_pairs / j.history_pairs)))
from customer_pair p join item_of_customers i on i.item = p.row join item_of_customers j on j.item = p.column
where i.category = j.category
group by row;

create temporary view customer_pair_out using jdbc options (
  ${target}, dbtable '${staging}.customer_pair'
);

insert into customer_pair_out
select row, transform(kept, x -> x.column), transform(kept, x -> x.n), transform(kept, x -> x.weight)
from (
  select row, array_sort(collect_list(struct(column, cast(n as int) as n, weight))) as kept
  from (
    select row, column, n, weight
    from (select *, row_number() over (partition by row order by taste desc, column) as place from scored_customer_pair)
    where place <= ${neighbours}
    union
    select row, column, n, weight
    from (select *, row_number() over (partition by row order by relation desc, column) as place from scored_customer_pair)
    where place <= ${related}
    union
    select row, column, n, weight
    from (select *, row_number() over (partition by row order by likeness desc, column) as place
          from scored_customer_pair where comparable)
    where place <= ${similar_shortlist}
    union
    select p.row, p.column, p.n, p.weight
    from customer_pair p join ${counted_pairs} c on c.row = p.row and c.column = p.column
  )
  group by row
);
