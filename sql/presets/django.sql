-- The four source views over a Django shop: api_category, api_product, api_order, api_orderitem, api_review,
-- api_watchlist, api_watchlist_products and auth_user in the schema public.

create schema if not exists couture_source;

-- Which orders count: paid, or at least not known to be unpaid or cancelled. This is the only place that decides it.
-- If your shop uses other words for the status of an order, write this function anew in your database
-- (`create or replace function couture_source.order_counts …`); the views follow.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$
  select lower(trim(coalesce(status, ''))) not in (
    'pending', 'unpaid', 'awaiting payment', 'awaiting_payment', 'payment_pending', 'payment_failed', 'draft', 'cart',
    'abandoned', 'expired', 'failed', 'declined', 'rejected', 'error', 'fraud',
    'cancelled', 'canceled', 'void', 'voided', 'refunded', 'returned', 'chargeback'
  )
$$;

-- Lateral, so that the card of one product reads its own reviews and no others.
create or replace view couture_source.product as
  select p.id as product_id, p.name, p.description, c.name as category, p.price, p.discounted_price, p.on_sale,
         p.image_url, coalesce(nullif(p.rating::real, 0), r.rating, 0)::real as rating,
         coalesce(r.review_count, 0)::int as review_count, p.featured, p.inventory, '{}'::text[] as tags,
         null::bigint as group_id, '/products/' || p.id as url
  from public.api_product p
  left join public.api_category c on c.id = p.category_id
  left join lateral (
    select avg(v.rating)::real as rating, count(*)::int as review_count
    from public.api_review v where v.product_id = p.id
  ) r on true;

create or replace view couture_source.order_line as
  select i.order_id, o.user_id as customer_id, i.product_id, i.quantity, i.price as unit_price,
         o.created_at as ordered_at
  from public.api_orderitem i
  join public.api_order o on o.id = i.order_id
  where couture_source.order_counts(o.status) and i.price > 0 and i.quantity > 0;

create or replace view couture_source.watchlist as
  select w.user_id as customer_id, wp.product_id
  from public.api_watchlist_products wp
  join public.api_watchlist w on w.id = wp.watchlist_id;

create or replace view couture_source.customer as
  select u.id as customer_id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username) as name,
         u.email, null::text as locale, null::text as time_zone, u.date_joined as created_at
  from public.auth_user u;

-- Writing a watch list; both may be called again and again. A customer's list is made with its first product; of two
-- that make it at once, one waits for the other, and the second statement sees what the first left.
create or replace function couture_source.watch(customer_id bigint, product_id bigint) returns void
language sql as $$
  insert into public.api_watchlist (user_id) values ($1) on conflict do nothing;
  insert into public.api_watchlist_products (watchlist_id, product_id)
    select w.id, $2 from public.api_watchlist w where w.user_id = $1
    on conflict do nothing
$$;

create or replace function couture_source.unwatch(customer_id bigint, product_id bigint) returns void
language sql as $$
  delete from public.api_watchlist_products wp using public.api_watchlist w
  where w.id = wp.watchlist_id and w.user_id = $1 and wp.product_id = $2
$$;
