-- The four source views over the sample shop. An order counts once it is paid and not undone.
create schema if not exists couture_source;

create or replace view couture_source.product as
  select p.product_id, p.name, p.description, p.category, p.price, p.discounted_price, p.on_sale, p.image_url,
         coalesce(r.rating, 0)::real as rating, coalesce(r.review_count, 0)::int as review_count,
         p.featured, p.inventory, p.tags, p.group_id, '/product/' || p.product_id as url
  from shop.product p
  left join (
    select product_id, avg(rating)::real as rating, count(*)::int as review_count
    from shop.review group by product_id
  ) r using (product_id);

create or replace view couture_source.order_line as
  select l.order_id, o.customer_id, l.product_id, l.quantity, l.unit_price, o.created_at as ordered_at
  from shop.order_line l
  join shop.orders o using (order_id)
  where o.status in ('paid', 'shipped', 'delivered') and l.unit_price > 0 and l.quantity > 0;

create or replace view couture_source.watchlist as
  select customer_id, product_id from shop.watchlist;

create or replace view couture_source.customer as
  select customer_id, name, email, locale, time_zone, created_at from shop.customer;
