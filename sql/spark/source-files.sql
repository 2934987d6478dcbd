-- Files → order lines with the columns of couture_source.order_line. Ids have the types of the views. An id that does not
-- parse as that type is an unknown product.
create temporary view source_file as
select cast(order_id as string) as order_text,
       nullif(cast(customer_id as string), '') as customer_text,
       cast(product_id as string) as product_text,
       cast(least(cast(quantity as double), ${huge_quantity}D) as int) as quantity,
       cast(ordered_at as timestamp) as ordered_at
from ${files};

-- Lines and orders by day: --since counts back from the newest plausible day.
create temporary view source_day as
select day, count(*) as lines, count(distinct struct(order_text, customer_text)) as orders
from (select *, floor((unix_micros(ordered_at) / 1000000 - 946684800) / 86400) as day from source_file)
where day between -${last_day} and ${latest_day}
group by day;

create temporary view source_line as
select case when order_text is null or ${order_fits} then ${order_id}
            else raise_error(concat('order_id ', order_text, ' is no ${order_type}')) end as order_id,
       case when customer_text is null or ${customer_fits} then ${customer}
            else raise_error(concat('customer_id ', customer_text, ' is no ${customer_type}')) end as customer,
       ${product} as product_id, quantity,
       floor((unix_micros(ordered_at) / 1000000 - 946684800) / 86400) as day,
       floor(unix_micros(ordered_at) / 50) as position
from source_file
where ${since_in_files};
