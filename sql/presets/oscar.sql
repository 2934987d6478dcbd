-- @table product = catalogue_product has structure, parent_id, is_public
-- @table productclass = catalogue_productclass has track_stock
-- @table productcategory = catalogue_productcategory
-- @table category = catalogue_category has depth
-- @table productimage = catalogue_productimage has original
-- @table stockrecord = partner_stockrecord has num_in_stock
-- @table orders = order_order has date_placed
-- @table line = order_line has line_price_incl_tax
-- @optional account = orders.user_id | auth_user | accounts_user | users_user | user_user | customer_user | account_user has id
-- @optional review = reviews_productreview
-- @optional wishlist = wishlists_wishlist has owner_id
-- @optional wish = wishlists_line has wishlist_id
-- @optional attribute_value = catalogue_productattributevalue has value_text, value_option_id, attribute_id
-- @optional attribute_option = catalogue_attributeoption has option
-- The source views over django-oscar (written against 4.2). A product_id is that of a standalone product or of a child (a
-- size), which baskets hold; group_id is the parent's, which has the page.

create schema if not exists couture_source;

-- The currency is a setting of the project (OSCAR_DEFAULT_CURRENCY): that of the newest order, or of the first price.
create or replace view couture_source.shop_setting as
  select coalesce((select o.currency from {{orders}} o order by o.id desc limit 1),
                  (select s.price_currency from {{stockrecord}} s order by s.id limit 1)) as currency;

-- Which orders count. This is the only place that decides it, for orders and for single lines. The words are the project's own
-- (OSCAR_ORDER_STATUS_PIPELINE). An order is created once it is paid for, so "Pending" counts.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$
  select lower(trim(coalesce(status, ''))) not in ('cancelled', 'canceled', 'refunded', 'returned', 'payment declined', 'payment failed',
    'declined', 'failed', 'void', 'draft', 'test', 'awaiting payment', 'unpaid')
$$;

create or replace view couture_source.shop_order as
  select o.id as order_id, o.user_id as customer_id, o.status, o.date_placed as ordered_at, o.currency,
         couture_source.order_counts(o.status) as counts, {{o:orders.number ?? null::text}} as number,
         nullif({{o:orders.guest_email ?? null::text}}, '') as email
  from {{orders}} o;

-- A child's title, description, category and pictures are its parent's where it has none. Oscar has offers, no sale prices.
create or replace view couture_source.product as
  select c.id as product_id, coalesce(nullif(p.title, ''), c.title) as name,
         regexp_replace(coalesce(nullif(c.description, ''), p.description, ''), '<[^>]+>', ' ', 'g') as description, cat.name as category,
         s.price, null::numeric as discounted_price, false as on_sale, im.original as image_url,
-- @if review
         coalesce(r.rating, p.rating, c.rating, 0)::real as rating, coalesce(r.review_count, 0)::int as review_count,
-- @else
         coalesce(p.rating, c.rating, 0)::real as rating, 0 as review_count,
-- @end
         false as featured, case when pc.track_stock then greatest(0, coalesce(s.stock, 0)) end::int as inventory,
         '{}'::text[] as tags, c.parent_id as group_id,
         '/catalogue/' || coalesce(p.slug, c.slug) || '_' || coalesce(p.id, c.id) || '/' as url, coalesce(p.slug, c.slug) as handle,
         c.date_created as created_at,
         -- An uncorrelated subquery: the tree is read once per query, and only where the path is selected.
         -- Each step of a path has the same length.
         (select jsonb_object_agg(k.id, (select string_agg(a.name, ' > ' order by a.depth) from generate_series(1, k.depth) step
            join {{category}} a on a.path = left(k.path, length(k.path) / k.depth * step))) from {{category}} k) ->> cat.id::text as category_path,
         -- What a shopper chooses between: the child's own attributes, as in "Red / M", else what its title adds to the parent's.
         case when c.parent_id is not null then coalesce(
-- @if attribute_value & attribute_option
           own.options,
-- @end
           nullif(trim(case when starts_with(c.title, p.title) then substr(c.title, length(p.title) + 1) else c.title end, ' -,:/()'), '')) end as size
  from couture_source.shop_setting set
  join {{product}} c on c.structure <> 'parent' and c.is_public
  left join {{product}} p on p.id = c.parent_id
  left join {{productclass}} pc on pc.id = coalesce(c.product_class_id, p.product_class_id)
  -- Several partners may sell one product: the lowest price in the shop's currency, and all that is in stock.
  left join lateral (
    select min(k.price) as price, sum(k.num_in_stock - coalesce(k.num_allocated, 0)) as stock
    from {{stockrecord}} k where k.product_id = c.id and k.price is not null and k.price_currency = set.currency
  ) s on true
  left join lateral (
    select i.original from {{productimage}} i where i.product_id in (c.id, p.id) and i.original <> ''
    order by i.product_id = c.id desc, i.display_order, i.id limit 1
  ) im on true
  -- The deepest public category.
  left join lateral (
    select k.name, k.id from {{productcategory}} x join {{category}} k on k.id = x.category_id and k.is_public
    where x.product_id = coalesce(p.id, c.id) order by k.depth desc, k.path limit 1
  ) cat on true
-- @if attribute_value & attribute_option
  left join lateral (
    select string_agg(coalesce(o.option, nullif(trim(v.value_text), '')), ' / ' order by v.attribute_id) as options
    from {{attribute_value}} v left join {{attribute_option}} o on o.id = v.value_option_id where v.product_id = c.id
      -- Not what all children share, such as a material.
      and exists (select from {{attribute_value}} w join {{product}} s on s.id = w.product_id
        where s.parent_id = c.parent_id and w.attribute_id = v.attribute_id
          and (w.value_option_id, w.value_text) is distinct from (v.value_option_id, v.value_text))
  ) own on true
-- @end
-- @if review
  left join lateral (
    select avg(v.score)::real as rating, count(*)::int as review_count from {{review}} v
    where v.product_id in (c.id, p.id) and v.status = 1
  ) r on true
-- @end
  where coalesce(p.is_public, true);

-- The price of a unit may be null: the line's, after offers. Lines have a status of their own.
create or replace view couture_source.order_line as
  select o.order_id, o.customer_id, l.product_id, l.quantity, (l.line_price_incl_tax / l.quantity)::numeric(12,2) as unit_price,
         o.ordered_at, o.currency, o.number as order_number, o.status as order_status, o.email as order_email
  from couture_source.shop_order o
  join {{line}} l on l.order_id = o.order_id and l.quantity > 0
  where o.counts and couture_source.order_counts(l.status) and l.line_price_incl_tax > 0 and l.product_id is not null;

create or replace view couture_source.watchlist as
-- @if wishlist & wish
  -- A wish for a parent is shown as one for its first child.
  select w.owner_id as customer_id, coalesce(c.id, p.id) as product_id
  from {{wish}} l
  join {{wishlist}} w on w.id = l.wishlist_id
  join {{product}} p on p.id = l.product_id
  left join lateral (
    select c.id from {{product}} c where c.parent_id = p.id and c.is_public order by c.id limit 1
  ) c on true
  where p.structure <> 'parent' or c.id is not null;

-- Writing a wish list; both may be called again and again. The wish is for the product that has the page. A customer's first
-- list is created with it.
create or replace function couture_source.watch(customer_id {{#wishlist.owner_id}}, product_id bigint) returns void
language sql as $$
  insert into {{wishlist}} (name, key, visibility, date_created, owner_id)
    select 'Default', upper(substr(md5(random()::text), 1, 6)), 'Private', now(), $1
    where not exists (select from {{wishlist}} w where w.owner_id = $1);
  insert into {{wish}} (quantity, title, product_id, wishlist_id)
    select 1, p.title, p.id, (select w.id from {{wishlist}} w where w.owner_id = $1 order by w.id limit 1)
    from {{product}} c join {{product}} p on p.id = coalesce(c.parent_id, c.id)
    where c.id = $2 and not exists (select from {{wish}} l join {{wishlist}} w on w.id = l.wishlist_id
                                    where w.owner_id = $1 and l.product_id in (p.id, c.id))
    on conflict do nothing
$$;

create or replace function couture_source.unwatch(customer_id {{#wishlist.owner_id}}, product_id bigint) returns void
language sql as $$
  delete from {{wish}} l using {{wishlist}} w, {{product}} c
  where w.id = l.wishlist_id and w.owner_id = $1 and c.id = $2 and l.product_id in (c.id, c.parent_id)
$$;
-- @else
  select o.customer_id, c.id as product_id from couture_source.shop_order o, {{product}} c where false;
-- @end

create or replace view couture_source.customer as
-- @if account
  select {{account.id}} as customer_id,
         coalesce(nullif(trim(concat_ws(' ', {{account.first_name ?? null}}, {{account.last_name ?? null}})), ''), {{account.username | email ?? null::text}}) as name,
         {{account.email ?? null::text}} as email, {{account.language | locale ?? null}}::text as locale,
         {{account.timezone | time_zone ?? null}}::text as time_zone, {{account.date_joined ?? null::timestamptz}} as created_at
  from {{account}} account;
-- @else
  select o.customer_id, null::text as name, null::text as email, null::text as locale, null::text as time_zone,
         null::timestamptz as created_at
  from couture_source.shop_order o where false;
-- @end
