-- @table product has handle, is_giftcard, thumbnail
-- @table product_variant has manage_inventory, allow_backorder
-- @table product_variant_price_set
-- @table price has price_set_id, price_list_id
-- @table price_list
-- @table product_variant_inventory_item
-- @table inventory_level
-- @table image has product_id
-- @table product_category has mpath
-- @table product_category_product
-- @table product_tags
-- @table product_tag
-- @table product_sales_channel
-- @table store
-- @table store_currency
-- @table orders = order has version, is_draft_order
-- @table order_item has version, item_id
-- @table order_line_item has variant_id
-- @table customer has has_account
-- @optional order_payment_collection
-- @optional product_option has product_id, title
-- @optional product_option_value has option_id, value
-- @optional product_variant_option has variant_id, option_value_id
-- @optional payment_collection has captured_amount, refunded_amount
-- The source views over Medusa 2 (written against 2.21). A product_id is a variant's, which carts hold; group_id is the
-- product's, and handle is in the address of its page. Medusa deletes softly, and its indexes are partial: every table is read
-- with deleted_at is null.

create schema if not exists couture_source;

-- Prices are those of the store's default currency, products those of its default sales channel.
create or replace view couture_source.shop_setting as
  select coalesce((select c.currency_code from {{store_currency}} c
                   where c.store_id = s.id and c.is_default and c.deleted_at is null limit 1), 'eur') as currency,
         s.default_sales_channel_id as sales_channel_id,
         -- Medusa keeps a language per order: that of most of the latest.
         (select mode() within group (order by latest.locale)
          from (select {{o:orders.locale ?? null::text}} as locale from {{orders}} o order by o.created_at desc limit 1000) latest) as language
  from {{store}} s where s.deleted_at is null order by s.created_at limit 1;

{{option_kind}}

-- Which orders count. This is the only place that decides it. In Medusa "pending" is every order that was placed and not
-- closed yet, paid or not.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$
  select status not in ('canceled', 'draft', 'requires_action', 'refunded')
$$;

-- Every order. A guest has a row in customer as well, the same for all orders with that e-mail address.
create or replace view couture_source.shop_order as
  select placed.*, couture_source.order_counts(placed.status) as counts
  from (
    select o.id as order_id, o.customer_id, o.version,
           case when o.is_draft_order then 'draft'
                when o.canceled_at is not null then 'canceled'
-- @if order_payment_collection & payment_collection
                when exists (select from {{order_payment_collection}} l join {{payment_collection}} c on c.id = l.payment_collection_id
                             where l.order_id = o.id and l.deleted_at is null and c.captured_amount > 0
                               and c.refunded_amount >= c.captured_amount) then 'refunded'
-- @end
                else o.status::text end as status,
           o.created_at as ordered_at, upper(o.currency_code) as currency, o.sales_channel_id as channel,
           {{o:orders.display_id ?? null::int}} as number, {{o:orders.email ?? null::text}} as email
    from {{orders}} o where o.deleted_at is null
  ) placed;

create or replace view couture_source.product as
  select v.id as product_id, p.title as name, p.description, cat.name as category, pr.price, pr.sale as discounted_price,
         coalesce(pr.sale < pr.price, false) as on_sale, coalesce({{v:product_variant.thumbnail ?? null}}, p.thumbnail, im.url) as image_url,
         0::real as rating, 0 as review_count, false as featured,
         -- Not managed, or with back orders: not counted.
         case when v.manage_inventory and not v.allow_backorder then least(1000000, greatest(0, coalesce(st.free, 0))) end::int as inventory,
         coalesce(tg.tags, '{}') as tags, p.id as group_id, '/products/' || p.handle as url, p.handle, p.created_at,
         -- An uncorrelated subquery: the tree is read once per query, and only where the path is selected.
         (select jsonb_object_agg(c.id, (select string_agg(a.name, ' > ' order by up.place)
            from unnest(string_to_array(trim(both '.' from c.mpath), '.')) with ordinality up (id, place)
            join {{product_category}} a on a.id = up.id)) from {{product_category}} c) ->> cat.id as category_path,
-- @if product_option & product_option_value & product_variant_option
         -- Options have any titles, some of which mean colour and size; all others that a shopper chooses between stand after the size, as in
         -- "M / Material: Linen". A project may keep the code of a colour as metadata.
         op.colour, op.size, op.swatch
-- @else
         null::text as colour, null::text as size, null::text as swatch
-- @end
  from couture_source.shop_setting set
  join {{product}} p on p.deleted_at is null and p.status = 'published' and not p.is_giftcard
  join {{product_variant}} v on v.product_id = p.id and v.deleted_at is null
  -- A price set has prices per currency, quantity and rule (region, customer group), and those of price lists. These are
  -- what anyone pays for one piece: the base price, and what an active sale asks.
  left join lateral (
    select min(c.amount) filter (where c.price_list_id is null) as price, min(c.amount) filter (where l.id is not null) as sale
    from {{product_variant_price_set}} s
    join {{price}} c on c.price_set_id = s.price_set_id and c.deleted_at is null and c.currency_code = set.currency
                    and coalesce(c.rules_count, 0) = 0 and coalesce(c.min_quantity, 1) <= 1
    left join {{price_list}} l on l.id = c.price_list_id and l.deleted_at is null and l.status = 'active' and l.type = 'sale'
                    and coalesce(l.rules_count, 0) = 0 and coalesce(l.starts_at, now()) <= now() and coalesce(l.ends_at, now()) >= now()
    where s.variant_id = v.id and s.deleted_at is null
  ) pr on true
  -- A variant may need several items, or several pieces of one (a kit): the scarcest decides.
  left join lateral (
    select min(floor(f.free / greatest(1, i.required_quantity))) as free
    from {{product_variant_inventory_item}} i
    join lateral (select coalesce(sum(l.stocked_quantity - l.reserved_quantity), 0) as free from {{inventory_level}} l
                  where l.inventory_item_id = i.inventory_item_id and l.deleted_at is null) f on true
    where i.variant_id = v.id and i.deleted_at is null
  ) st on true
  left join lateral (
    select i.url from {{image}} i where i.product_id = p.id and i.deleted_at is null order by i.rank, i.id limit 1
  ) im on true
  -- The deepest active category; of several the first by rank.
  left join lateral (
    select c.name, c.id from {{product_category_product}} x
    join {{product_category}} c on c.id = x.product_category_id and c.deleted_at is null and c.is_active and not c.is_internal
    where x.product_id = p.id
    order by length(c.mpath) - length(replace(c.mpath, '.', '')) desc, c.rank, c.id limit 1
  ) cat on true
  left join lateral (
    select array_agg(t.value order by t.value) as tags
    from {{product_tags}} x join {{product_tag}} t on t.id = x.product_tag_id and t.deleted_at is null where x.product_id = p.id
  ) tg on true
-- @if product_option & product_option_value & product_variant_option
  left join lateral (
    select min(w.value) filter (where couture_source.option_kind(n.title) = 'colour') as colour,
           string_agg(couture_source.named_option(n.title, w.value), ' / ' order by couture_source.option_kind(n.title), n.title) filter (
             where couture_source.option_kind(n.title) = 'size' or (couture_source.option_kind(n.title) is null and exists (
               select from {{product_option_value}} o where o.option_id = n.id and o.id <> w.id and o.deleted_at is null))) as size,
           min({{w:product_option_value.metadata ?? null::jsonb}} ->> 'swatch') filter (where couture_source.option_kind(n.title) = 'colour') as swatch
    from {{product_variant_option}} x
    join {{product_option_value}} w on w.id = x.option_value_id and w.deleted_at is null
    join {{product_option}} n on n.id = w.option_id and n.deleted_at is null
    where x.variant_id = v.id
  ) op on true
-- @end
  where set.sales_channel_id is null or exists (
    select from {{product_sales_channel}} c
    where c.product_id = p.id and c.deleted_at is null and c.sales_channel_id = set.sales_channel_id);

-- An edited or returned order keeps the lines of its earlier versions: only those of its present one count.
create or replace view couture_source.order_line as
  select o.order_id, o.customer_id, l.variant_id as product_id, l.quantity, l.unit_price, o.ordered_at, o.currency, o.channel,
         l.returned_quantity, o.number as order_number,
         -- "pending" only says that it was placed, and "archived" that the shop has put it away.
         case when o.status not in ('pending', 'archived') then o.status end as order_status, o.email as order_email
  from couture_source.shop_order o
  join lateral (
    select li.variant_id, oi.quantity::int as quantity, coalesce({{oi:order_item.unit_price ?? null}}, li.unit_price) as unit_price,
           (oi.return_received_quantity + oi.return_dismissed_quantity + oi.written_off_quantity)::int as returned_quantity
    from {{order_item}} oi
    join {{order_line_item}} li on li.id = oi.item_id and li.deleted_at is null
    where oi.order_id = o.order_id and oi.version = o.version and oi.deleted_at is null
      and li.variant_id is not null and not {{li:order_line_item.is_giftcard ?? false}}
  ) l on l.quantity > l.returned_quantity and l.unit_price > 0
  where o.counts;

-- Medusa has no watch list: couture keeps what customers save.
create or replace view couture_source.watchlist as
  select c.id as customer_id, v.id as product_id from {{customer}} c, {{product_variant}} v where false;

create or replace view couture_source.customer as
  select c.id as customer_id, nullif(trim(concat_ws(' ', c.first_name, c.last_name)), '') as name, c.email,
         null::text as locale, null::text as time_zone, c.created_at
  from {{customer}} c where c.deleted_at is null;
