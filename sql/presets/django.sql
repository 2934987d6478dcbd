-- The four source views over a shop written in Django: any app label, any user model. What the shop doesn't have is null.

create schema if not exists couture_source;

-- Which orders count: paid, or at least not known to be unpaid or cancelled. This is the only place that decides it.
-- If your shop uses other words for the status of an order, redefine this function in your database
-- (`create or replace function couture_source.order_counts …`); the views follow.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$
  select regexp_replace(lower(trim(coalesce(status, ''))), '[\s_-]+', ' ', 'g') not in (
    {{unsold_statuses}}
  )
$$;

-- @if product.status
-- Which products the shop shows, by their status: all but drafts, hidden ones and those that are gone.
create or replace function couture_source.product_sells(status text) returns boolean
language sql immutable parallel safe as $$
  select regexp_replace(lower(trim(coalesce(status, ''))), '[\s_-]+', ' ', 'g') not in (
    'draft', 'proposed', 'pending', 'in review', 'rejected', 'archived', 'archive', 'inactive', 'disabled', 'deactivated', 'unpublished',
    'not published', 'unlisted', 'hidden', 'private', 'deleted', 'trash', 'trashed', 'removed', 'discontinued', 'retired', 'obsolete',
    'not for sale', 'entwurf', 'archiviert', 'inaktiv', 'deaktiviert', 'versteckt', 'gelöscht', 'geloescht',
    'brouillon', 'archivé', 'inactif', 'désactivé', 'supprimé', 'borrador', 'archivado', 'inactivo', 'desactivado', 'oculto',
    'eliminado', 'rascunho', 'arquivado', 'inativo', 'bozza', 'archiviato', 'inattivo', 'concept', 'gearchiveerd', 'inactief')
$$;

-- Those that nobody can buy now: they have no stock, and stay what orders name.
create or replace function couture_source.product_sold_out(status text) returns boolean
language sql immutable parallel safe as $$
  select regexp_replace(lower(trim(coalesce(status, ''))), '[\s_-]+', ' ', 'g') in (
    'sold', 'sold out', 'out of stock', 'unavailable', 'not available', 'ausverkauft', 'nicht verfügbar', 'épuisé', 'agotado', 'esgotado',
    'esaurito', 'uitverkocht')
$$;

-- @end
-- Every order, with the status that decides whether it counts. Flags that undo an order come before its own status.
create or replace view couture_source.shop_order as
  select placed.*, couture_source.order_counts(placed.status) as counts
  from (
    select {{orders.id}} as order_id,
-- @if profile
           {{profile.account_id}} as customer_id,
-- @else
           {{orders.account_id ?? null::bigint}} as customer_id,
-- @end
           case
             -- SQL needs one branch; orders may have none of these columns.
             when false then null
-- @if orders.deleted
             when {{orders.deleted}} then 'deleted'
-- @end
-- @if orders.deleted_at
             when {{orders.deleted_at}} is not null then 'deleted'
-- @end
-- @if orders.test
             when {{orders.test}} then 'test'
-- @end
-- @if orders.refunded
             when {{orders.refunded}} then 'refunded'
-- @end
-- @if orders.cancelled
             when {{orders.cancelled}} then 'cancelled'
-- @end
-- @if orders.placed
             when {{orders.placed}} is false then 'cart'
             -- Null is a cart where the shop writes true and never false.
             when {{orders.placed}} is null and exists (select from {{orders}} p where {{p:orders.placed}})
              and not exists (select from {{orders}} p where not {{p:orders.placed}}) then 'cart'
-- @end
-- @if orders.placed_at
             when {{orders.placed_at}} is null then 'cart'
-- @end
-- @if orders.payment_status
             when not couture_source.order_counts({{orders.payment_status}}::text) then {{orders.payment_status}}::text
-- @end
-- @if orders.payment_status & order_state
             -- Paid already, so that "pending" speaks of the parcel.
             when lower(trim({{orders.payment_status}}::text)) in ('paid', 'captured', 'settled', 'succeeded', 'completed', 'complete', 'bezahlt', 'payé', 'pagado', 'pago', 'pagato', 'betaald')
              and lower(trim({{order_state.name}}::text)) in ('pending', 'pendiente', 'pendente', 'en attente', 'in attesa', 'in afwachting') then {{orders.payment_status}}::text
-- @end
-- @if orders.payment_status & orders.status & !order_state
             -- Paid already, so that "pending" speaks of the parcel.
             when lower(trim({{orders.payment_status}}::text)) in ('paid', 'captured', 'settled', 'succeeded', 'completed', 'complete', 'bezahlt', 'payé', 'pagado', 'pago', 'pagato', 'betaald')
              and lower(trim({{orders.status}}::text)) in ('pending', 'pendiente', 'pendente', 'en attente', 'in attesa', 'in afwachting') then {{orders.payment_status}}::text
-- @end
-- @if orders.paid & order_state & !orders.payment_status
             when {{orders.paid}} and lower(trim({{order_state.name}}::text)) in ('pending', 'pendiente', 'pendente', 'en attente', 'in attesa', 'in afwachting') then 'paid'
-- @end
-- @if orders.paid & orders.status & !order_state & !orders.payment_status
             when {{orders.paid}} and lower(trim({{orders.status}}::text)) in ('pending', 'pendiente', 'pendente', 'en attente', 'in attesa', 'in afwachting') then 'paid'
-- @end
-- @if order_state
             -- OpenCart: not placed yet. Other shops have a status with this number.
             when {{order_state.id}} is null and {{orders.state_id}}::text = '0' then 'incomplete'
             when true then {{order_state.name}}::text
-- @end
-- @if orders.status
             when true then {{orders.status}}::text
-- @end
-- @if orders.paid
             when {{orders.paid}} is not true then 'unpaid'
-- @end
             else 'placed'
           end as status,
           {{orders.ordered_at}} as ordered_at, {{orders.currency ?? null}}::text as currency, {{orders.channel ?? null}}::text as channel,
           {{orders.number ?? null::text}} as number, {{orders.email ?? null}}::text as email, {{orders.tracking_url ?? null}}::text as tracking_url
    from {{orders}} orders
-- @if order_state
    -- One: some shops have a row per language.
    left join lateral (select * from {{order_state}} order_state where {{order_state.id}} = {{orders.state_id}} limit 1) order_state on true
-- @end
-- @if profile
    left join {{profile}} profile on {{profile.id}} = {{orders.account_id}}
-- @end
  ) placed;

-- Lateral, so that the card of one product reads its own reviews and no others.
-- url: where get_absolute_url of most shops leads; change it here if yours differs.
create or replace view couture_source.product as
  select
-- @if variant
         {{variant.id}} as product_id,
-- @else
         {{product.id}} as product_id,
-- @end
         {{product.name}} as name, {{product.description ?? null::text}} as description,
-- @if category
         {{category.name}} as category,
-- @else
         {{product.category ?? null}}::text as category,
-- @end
-- @if variant.price
         {{variant.price}} as price, {{variant.discounted_price ?? null::numeric}} as discounted_price,
         coalesce({{variant.discounted_price ?? null::numeric}} < {{variant.price}}, false) as on_sale,
-- @else
-- @if product.price
         {{product.price}} as price, {{product.discounted_price ?? null::numeric}} as discounted_price,
-- @if product.on_sale
         {{product.on_sale}} as on_sale,
-- @else
         coalesce({{product.discounted_price ?? null::numeric}} < {{product.price}}, false) as on_sale,
-- @end
-- @else
-- @if product.price_cents
         ({{product.price_cents}} / 100.0)::numeric(12,2) as price,
         ({{product.discounted_price_cents ?? null::int}} / 100.0)::numeric(12,2) as discounted_price,
         coalesce({{product.discounted_price_cents ?? null::int}} < {{product.price_cents}}, false) as on_sale,
-- @else
         sold.price, null::numeric as discounted_price, false as on_sale,
-- @end
-- @end
-- @end
-- @if variant.image_url & product.image_url
         coalesce(nullif({{variant.image_url}}, ''), {{product.image_url}}) as image_url,
-- @else
-- @if picture & !product.image_url
         picture.image as image_url,
-- @else
         {{product.image_url ?? null::text}} as image_url,
-- @end
-- @end
-- @if review
         coalesce(nullif({{product.rating ?? 0}}::real, 0), reviews.rating, 0)::real as rating,
         coalesce(reviews.review_count, 0)::int as review_count,
-- @else
         coalesce({{product.rating ?? 0}}, 0)::real as rating, coalesce({{product.review_count ?? 0}}, 0)::int as review_count,
-- @end
         {{product.featured ?? false}} as featured,
-- @if product.status
         case when couture_source.product_sold_out({{product.status}}::text) then 0 else
-- @end
-- @if stock
         coalesce(stock.quantity, 0)::int
-- @else
-- @if variant.inventory
         {{variant.inventory}}::int
-- @else
-- @if variant.in_stock
         case when not {{variant.in_stock}} then 0 end
-- @else
-- @if product.inventory
         {{product.inventory}}::int
-- @else
-- @if product.in_stock
         case when not {{product.in_stock}} then 0 end
-- @else
         null::int               -- the shop does not count its stock
-- @end
-- @end
-- @end
-- @end
-- @end
-- @if product.status
         end
-- @end
         as inventory,
         {{product.tags ?? '{}'}}::text[] as tags,
-- @if variant
         {{product.id}} as group_id,
-- @else
         null::bigint as group_id,
-- @end
         '/products/' || {{product.handle | id}} as url, {{product.handle ?? null}}::text as handle,
-- @if brand
         {{brand.name}} as brand,
-- @else
         {{product.brand ?? null}}::text as brand,
-- @end
         {{product.cost ?? null}}::numeric as cost, {{product.created_at ?? null::timestamptz}} as created_at,
-- @if category.parent_id
         -- An uncorrelated subquery: the tree is read once per query, and only where the path is selected.
         (with recursive tree as (
            select {{a:category.id}} as id, {{a:category.name}}::text as path, 1 as depth from {{category}} a where {{a:category.parent_id}} is null
            union all
            select {{a:category.id}}, tree.path || ' > ' || {{a:category.name}}, tree.depth + 1 from {{category}} a
            join tree on {{a:category.parent_id}} = tree.id where tree.depth < 20)
          select jsonb_object_agg(tree.id, tree.path) from tree) ->> {{category.id}}::text as category_path,
-- @else
         null::text as category_path,
-- @end
-- @if colour
         {{colour.name}}::text as colour, {{colour.swatch ?? null}}::text as swatch,
-- @else
-- @if variant.colour
         {{variant.colour}}::text as colour, {{variant.swatch ?? null}}::text as swatch,
-- @else
         {{product.colour ?? null}}::text as colour, {{product.swatch ?? null}}::text as swatch,
-- @end
-- @end
-- @if size
         {{size.name}}::text as size
-- @else
-- @if variant.size
         {{variant.size}}::text as size
-- @else
         {{product.size ?? null}}::text as size
-- @end
-- @end
  from {{product}} product
-- @if variant
  join {{variant}} variant on {{variant.product_id}} = {{product.id}}
-- @end
-- @if colour & variant
  left join {{colour}} colour on {{colour.id}} = {{variant.colour_id}}
-- @end
-- @if colour & !variant
  left join {{colour}} colour on {{colour.id}} = {{product.colour_id}}
-- @end
-- @if size & variant
  left join {{size}} size on {{size.id}} = {{variant.size_id}}
-- @end
-- @if size & !variant
  left join {{size}} size on {{size.id}} = {{product.size_id}}
-- @end
-- @if category_link
  left join lateral (
    select category.* from {{category_link}} category_link
    join {{category}} category on {{category.id}} = {{category_link.category_id}}
    where {{category_link.product_id}} = {{product.key}} order by {{category_link.id | category_id}} limit 1
  ) category on true
-- @end
-- @if category & !category_link
  left join {{category}} category on {{category.id}} = {{product.category_id}}
-- @end
-- @if brand
  left join {{brand}} brand on {{brand.id}} = {{product.brand_id}}
-- @end
-- @if review
  left join lateral (
    select avg({{review.rating}})::real as rating, count(*)::int as review_count
    from {{review}} review where {{review.product_id}} = {{product.key}}
-- @if review.approved
      and {{review.approved}}
-- @end
  ) reviews on true
-- @end
-- @if picture & !product.image_url
  left join lateral (
    select {{picture.image}} as image from {{picture}} picture where {{picture.product_id}} = {{product.key}}
    order by
-- @if picture.main
      {{picture.main}} desc nulls last,
-- @end
      {{picture.position | id | image}}, {{picture.id | image}} limit 1
  ) picture on true
-- @end
-- @if stock & variant
  left join lateral (
    select sum({{stock.quantity}}) as quantity from {{stock}} stock where {{stock.product_id}} = {{variant.id}}
  ) stock on true
-- @end
-- @if stock & !variant
  left join lateral (
    select sum({{stock.quantity}}) as quantity from {{stock}} stock where {{stock.product_id}} = {{product.id}}
  ) stock on true
-- @end
-- @if !variant.price & !product.price & !product.price_cents
  -- The shop keeps prices in its orders only: what was paid last.
  left join lateral (
    select
-- @if line.unit_price
      {{line.unit_price}}
-- @else
-- @if line.unit_price_cents
      ({{line.unit_price_cents}} / 100.0)::numeric(12,2)
-- @else
-- @if line.total
      ({{line.total}} / nullif({{line.quantity ?? 1}}, 0))::numeric(14,4)
-- @else
      {{line.unit_rate}}
-- @end
-- @end
-- @end
      as price from {{line}} line
-- @if variant
    where {{line.product_id}} = {{variant.id}}
-- @else
    where {{line.product_id}} = {{product.id}}
-- @end
    order by {{line.id | order_id}} desc limit 1
  ) sold on true
-- @end
  where true
-- @if product.active
    and {{product.active}} is not false
-- @end
-- @if product.shown
    and {{product.shown}} is not false
-- @end
-- @if product.deleted
    and {{product.deleted}} is not true
-- @end
-- @if product.status
    and couture_source.product_sells({{product.status}}::text)
-- @end
-- @if product.published_at
    -- Null is a draft, unless the shop has published nothing by this column.
    and ({{product.published_at}} <= now() or {{product.published_at}} is null
         and not exists (select from {{product}} p where {{p:product.published_at}} <= now()))
-- @end
-- @if product.available_from
    and ({{product.available_from}} <= now()) is not false
-- @end
-- @if product.deleted_at
    and ({{product.deleted_at}} <= now()) is not true
-- @end
-- @if variant.active
    and {{variant.active}} is not false
-- @end
-- @if variant.deleted
    and {{variant.deleted}} is not true
-- @end
-- @if variant.deleted_at
    and ({{variant.deleted_at}} <= now()) is not true
-- @end
  ;

create or replace view couture_source.order_line as
  select o.order_id, o.customer_id, line.product_id, line.quantity, line.unit_price, o.ordered_at,
         coalesce(line.currency, o.currency) as currency, o.channel, line.returned_quantity,
         o.number as order_number, nullif(o.status, 'placed') as order_status, o.email as order_email, o.tracking_url
  from couture_source.shop_order o
  join (
    select {{line.order_id}} as order_id, {{line.product_id}} as product_id, {{line.quantity ?? 1}} as quantity,
-- @if line.unit_price
           {{line.unit_price}} as unit_price,
-- @else
-- @if line.unit_price_cents
           ({{line.unit_price_cents}} / 100.0)::numeric(12,2) as unit_price,
-- @else
-- @if line.total
           ({{line.total}} / nullif({{line.quantity ?? 1}}, 0))::numeric(14,4) as unit_price,
-- @else
-- @if line.unit_rate
           {{line.unit_rate}} as unit_price,
-- @else
           -- The shop keeps no price in its orders: today's.
           (select p.price from couture_source.product p where p.product_id = {{line.product_id}}) as unit_price,
-- @end
-- @end
-- @end
-- @end
           {{line.currency ?? null}}::text as currency, {{line.returned ?? null}}::int as returned_quantity
    from {{line}} line
    where true
-- @if line.deleted
      and {{line.deleted}} is not true
-- @end
-- @if line.deleted_at
      and {{line.deleted_at}} is null
-- @end
-- @if line.cancelled
      and {{line.cancelled}} is not true
-- @end
  ) line on line.order_id = o.order_id
  where o.counts and line.unit_price > 0 and line.quantity > coalesce(line.returned_quantity, 0);

create or replace view couture_source.watchlist as
-- @if watch_item.watch_id
  select {{watch.account_id}} as customer_id, {{watch_item.product_id}} as product_id,
         {{watch_item.created_at ?? null::timestamptz}} as created_at
  from {{watch_item}} watch_item
  join {{watch}} watch on {{watch.id}} = {{watch_item.watch_id}};
-- @else
-- @if watch_item
  select {{watch_item.account_id}} as customer_id, {{watch_item.product_id}} as product_id,
         {{watch_item.created_at ?? null::timestamptz}} as created_at
  from {{watch_item}} watch_item;
-- @else
  -- The shop has no watch list: couture keeps what customers save.
  select o.customer_id, p.product_id from couture_source.shop_order o, couture_source.product p where false;
-- @end
-- @end

create or replace view couture_source.customer as
-- @if account
  select {{account.id}} as customer_id,
         coalesce(nullif(trim({{account.first_name | full_name ?? ''}} || ' ' || {{account.last_name ?? ''}}), ''), {{account.username | email ?? null::text}}) as name,
         {{account.email ?? null::text}} as email, {{account.locale ?? null::text}} as locale,
         {{account.time_zone ?? null::text}} as time_zone, {{account.created_at ?? null::timestamptz}} as created_at
  from {{account}} account;
-- @else
  -- The accounts are elsewhere: known is what their orders say.
  select o.customer_id, null::text as name, max(o.email) as email, null::text as locale, null::text as time_zone,
         null::timestamptz as created_at
  from couture_source.shop_order o where o.customer_id is not null group by o.customer_id;
-- @end

-- @if watch.writable & watch_item.writable
-- Writing a watch list; both may be called again and again. A customer's list is created with its first product; of two
-- calls that create it at once, one waits for the other, and its second statement sees what the first left.
create or replace function couture_source.watch(customer_id {{#watch.account_id}}, product_id {{#watch_item.product_id}}) returns void
language sql as $$
  insert into {{watch}} ({{:watch.account_id}}
-- @if watch.stamp
    , {{:watch.stamp}}
-- @end
  )
  select $1
-- @if watch.stamp
    , now()
-- @end
  where not exists (select from {{watch}} w where {{w:watch.account_id}} = $1) on conflict do nothing;
  insert into {{watch_item}} ({{:watch_item.watch_id}}, {{:watch_item.product_id}}
-- @if watch_item.stamp
    , {{:watch_item.stamp}}
-- @end
  )
  select {{w:watch.id}}, $2
-- @if watch_item.stamp
    , now()
-- @end
  from {{watch}} w where {{w:watch.account_id}} = $1
    and not exists (select from {{watch_item}} i where {{i:watch_item.watch_id}} = {{w:watch.id}} and {{i:watch_item.product_id}} = $2)
  order by {{w:watch.id}} limit 1 on conflict do nothing
$$;

create or replace function couture_source.unwatch(customer_id {{#watch.account_id}}, product_id {{#watch_item.product_id}}) returns void
language sql as $$
  delete from {{watch_item}} i using {{watch}} w
  where {{w:watch.id}} = {{i:watch_item.watch_id}} and {{w:watch.account_id}} = $1 and {{i:watch_item.product_id}} = $2
$$;
-- @end
-- @if !watch & watch_item.writable
-- Writing a watch list; both may be called again and again.
create or replace function couture_source.watch(customer_id {{#watch_item.account_id}}, product_id {{#watch_item.product_id}}) returns void
language sql as $$
  insert into {{watch_item}} ({{:watch_item.account_id}}, {{:watch_item.product_id}}
-- @if watch_item.stamp
    , {{:watch_item.stamp}}
-- @end
  )
  select $1, $2
-- @if watch_item.stamp
    , now()
-- @end
  where not exists (select from {{watch_item}} i where {{i:watch_item.account_id}} = $1 and {{i:watch_item.product_id}} = $2)
  on conflict do nothing
$$;

create or replace function couture_source.unwatch(customer_id {{#watch_item.account_id}}, product_id {{#watch_item.product_id}}) returns void
language sql as $$
  delete from {{watch_item}} i where {{i:watch_item.account_id}} = $1 and {{i:watch_item.product_id}} = $2
$$;
-- @end
