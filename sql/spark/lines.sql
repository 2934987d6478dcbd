-- product_id of the shop → item, one per group of variants, negative if the product cannot be sold. variant: the product
-- number if the item has several products, else null.
create temporary view product using jdbc options (
  ${target}, dbtable '${staging}.product'
);

create temporary view item using jdbc options (
  ${target}, dbtable '${staging}.item'
);

cache table item;

-- Pairs of alike products, whose counts couture needs in any case: only they can be substitutes.
create temporary view candidate using jdbc options (
  ${target}, dbtable '${staging}.candidate'
);

-- source_line comes from source-view.sql or source-files.sql.
-- Item or fault of each line. Faults are checked in the same order as in the local engine.
-- seen: the time of the line in units of 50 microseconds, as the local engine counts it, and among lines of the same time its place, as far as its partition determines it.
create temporary view line as
select l.customer, l.order_id, l.day, l.seen,
       case when l.order_id is null then ${no_order}
            when l.day is null or abs(l.day) > ${last_day} then ${no_date}
            when l.day > ${latest_day} then ${future_date}
            when l.quantity = ${returned_quantity} then ${returned}
            when l.quantity = ${huge_quantity} then ${implausible_quantity}
            when l.quantity is null or l.quantity <= 0 then ${non_positive_quantity}
            else coalesce(p.item, ${unknown_product}) end as item,
       p.variant
from (select *, struct(position, monotonically_increasing_id() as arrival) as seen from source_line) l
left join product p on p.product_id = l.product_id;
