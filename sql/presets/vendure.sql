-- @table channel has defaultLanguageCode, defaultCurrencyCode
-- @table product has featuredAssetId, deletedAt
-- @table product_translation has languageCode, slug
-- @table product_channels_channel
-- @table product_variant has productId, trackInventory
-- @table product_variant_price has currencyCode
-- @table stock_level has stockOnHand, stockAllocated
-- @table asset has preview
-- @table collection has isPrivate
-- @table collection_translation
-- @table collection_closure
-- @table collection_product_variants_product_variant
-- @table product_facet_values_facet_value
-- @table facet_value_translation
-- @table orders = order has orderPlacedAt, currencyCode
-- @table order_line has productVariantId, listPrice
-- @table customer has emailAddress
-- @optional search_index_item has priceWithTax
-- @optional payment has orderId
-- @optional refund has paymentId
-- @optional product_option has groupId
-- @optional product_option_translation has languageCode, baseId
-- @optional product_option_group has code
-- @optional product_variant_options_product_option
-- The source views over Vendure 3 (written against 3.7), for its default channel. A product_id is a variant's, which carts
-- hold; group_id is the product's. Vendure writes timestamps without a zone, in UTC.

create schema if not exists couture_source;

create or replace view couture_source.shop_setting as
  select c.id as channel_id, c."defaultLanguageCode" as language, c."defaultCurrencyCode" as currency,
         c."trackInventory" as tracks, c."outOfStockThreshold" as threshold
  from {{channel}} c where c.code = '__default_channel__';

-- Money is an integer in the currency's minor units.
create or replace function couture_source.minor_units(currency text) returns numeric
language sql immutable parallel safe as $$
  select case when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 1.0
              when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 1000.0 else 100.0 end
$$;

{{option_kind}}

-- Which orders count. This is the only place that decides it.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$
  select status in ('PaymentAuthorized', 'PaymentSettled', 'PartiallyShipped', 'Shipped', 'PartiallyDelivered', 'Delivered',
                    'Modifying', 'ArrangingAdditionalPayment')
$$;

-- A cart is an order that was not placed. An order of a marketplace has a copy of its lines per seller: the aggregate counts.
create or replace view couture_source.shop_order as
  select placed.*, couture_source.order_counts(placed.status) as counts
  from (
    select o.id as order_id, o."customerId" as customer_id,
           case when o.type = 'Seller' then 'Seller'
                when o."orderPlacedAt" is null then 'not placed: ' || o.state
-- @if payment & refund
                when (select coalesce(sum(r.total), 0) from {{refund}} r join {{payment}} p on p.id = r."paymentId"
                      where p."orderId" = o.id and r.state = 'Settled')
                  >= (select coalesce(nullif(sum(p.amount), 0), 1) from {{payment}} p where p."orderId" = o.id and p.state = 'Settled') then 'refunded'
-- @end
                else o.state end as status,
           o."orderPlacedAt" at time zone 'UTC' as ordered_at, o."currencyCode" as currency, o.code as number
    from {{orders}} o
  ) placed;

-- The price with tax, which the shopper pays, is in no table but the search index: Vendure computes it from zones and rates.
create or replace view couture_source.product as
  select v.id as product_id, pt.name, regexp_replace(pt.description, '<[^>]+>', ' ', 'g') as description, cat.name as category,
-- @if search_index_item
         (coalesce(s."priceWithTax", vp.price) / couture_source.minor_units(set.currency))::numeric(12,3) as price,
-- @else
         (vp.price / couture_source.minor_units(set.currency))::numeric(12,3) as price,
-- @end
         -- Vendure has promotions and no sale prices, no ratings.
         null::numeric as discounted_price, false as on_sale, replace(coalesce(va.preview, pa.preview), '\', '/') as image_url,
         0::real as rating, 0 as review_count, false as featured,
         case when v."trackInventory" = 'TRUE' or (v."trackInventory" = 'INHERIT' and set.tracks)
              then greatest(0, coalesce(st.free, 0) - case when v."useGlobalOutOfStockThreshold" then set.threshold else v."outOfStockThreshold" end)
         end::int as inventory,
         coalesce(fv.names, '{}') as tags, p.id as group_id, '/product/' || pt.slug as url, pt.slug as handle,
         p."createdAt" at time zone 'UTC' as created_at,
         -- An uncorrelated subquery: the tree is read once per query, and only where the path is selected.
         (select jsonb_object_agg(c.id, (
            select string_agg(n.name, ' > ' order by (select count(*) from {{collection_closure}} d where d.id_descendant = a.id))
            from {{collection_closure}} u join {{collection}} a on a.id = u.id_ancestor and not a."isRoot"
            cross join lateral (select t.name from {{collection_translation}} t, couture_source.shop_setting l where t."baseId" = a.id
                                order by t."languageCode" = l.language desc, t.id limit 1) n
            where u.id_descendant = c.id)) from {{collection}} c) ->> cat.id::text as category_path,
-- @if product_option & product_option_translation & product_option_group & product_variant_options_product_option
         op.colour, op.size, null::text as swatch
-- @else
         null::text as colour, null::text as size, null::text as swatch
-- @end
  from couture_source.shop_setting set
  join {{product_channels_channel}} pc on pc."channelId" = set.channel_id
  join {{product}} p on p.id = pc."productId" and p."deletedAt" is null and p.enabled
  join {{product_variant}} v on v."productId" = p.id and v."deletedAt" is null and v.enabled
  join lateral (
    select t.name, t.slug, t.description from {{product_translation}} t where t."baseId" = p.id
    order by t."languageCode" = set.language desc, t.id limit 1
  ) pt on true
  left join {{product_variant_price}} vp on vp."variantId" = v.id and vp."channelId" = set.channel_id and vp."currencyCode" = set.currency
-- @if search_index_item
  left join {{search_index_item}} s on s."productVariantId" = v.id and s."channelId" = set.channel_id and s."languageCode" = set.language
-- @end
  left join {{asset}} pa on pa.id = p."featuredAssetId"
  left join {{asset}} va on va.id = v."featuredAssetId"
  left join lateral (
    select sum(l."stockOnHand" - l."stockAllocated") as free from {{stock_level}} l where l."productVariantId" = v.id
  ) st on true
  -- The deepest public collection that the variant is in; of several the first by position.
  left join lateral (
    select t.name, c.id from {{collection_product_variants_product_variant}} x
    join {{collection}} c on c.id = x."collectionId" and not c."isPrivate" and not c."isRoot"
    join {{collection_translation}} t on t."baseId" = c.id
    where x."productVariantId" = v.id
    order by (select count(*) from {{collection_closure}} a where a.id_descendant = c.id) desc, c.position, c.id,
             t."languageCode" = set.language desc limit 1
  ) cat on true
  left join lateral (
    select array_agg(t.name::text order by t.name) as names from {{product_facet_values_facet_value}} f
    join {{facet_value_translation}} t on t."baseId" = f."facetValueId" and t."languageCode" = set.language
    where f."productId" = p.id
  ) fv on true
-- @if product_option & product_option_translation & product_option_group & product_variant_options_product_option
  left join lateral (
    select min(t.name) filter (where couture_source.option_kind(g.code) = 'colour') as colour,
           -- Options that are neither stand after the size, as in "M / Material: Linen".
           string_agg(couture_source.named_option(initcap(g.code), t.name), ' / ' order by couture_source.option_kind(g.code), g.code) filter (
             where couture_source.option_kind(g.code) = 'size' or (couture_source.option_kind(g.code) is null and exists (
               select from {{product_option}} o where o."groupId" = w."groupId" and o.id <> w.id))) as size
    from {{product_variant_options_product_option}} x
    join {{product_option}} w on w.id = x."productOptionId"
    -- Its code is "cotton-shirt-size" if the product was imported.
    cross join lateral (select regexp_replace(c.code, '^.*-', '') as code from {{product_option_group}} c where c.id = w."groupId") g
    cross join lateral (select n.name from {{product_option_translation}} n where n."baseId" = w.id
                        order by n."languageCode" = set.language desc, n.id limit 1) t
    where x."productVariantId" = v.id
  ) op on true
-- @end
  ;

-- The list price with the tax of the line, unless it includes it. What was cancelled or sent back is gone from quantity.
create or replace view couture_source.order_line as
  select o.order_id, o.customer_id, l."productVariantId" as product_id, greatest(l.quantity, l."orderPlacedQuantity") as quantity,
         (round(l."listPrice" * case when l."listPriceIncludesTax" then 1 else 1 + coalesce(
                  (select sum((t ->> 'taxRate')::numeric) from json_array_elements(nullif(l."taxLines", '')::json) t), 0) / 100 end)
           / couture_source.minor_units(o.currency))::numeric(12,3) as unit_price,
         o.ordered_at, o.currency, greatest(0, l."orderPlacedQuantity" - l.quantity) as returned_quantity,
         o.number as order_number, o.status as order_status
  from couture_source.shop_order o
  join {{order_line}} l on l."orderId" = o.order_id
  where o.counts and l.quantity > 0 and l."listPrice" > 0;

-- Vendure has no watch list: couture keeps what customers save.
create or replace view couture_source.watchlist as
  select c.id as customer_id, v.id as product_id from {{customer}} c, {{product_variant}} v where false;

create or replace view couture_source.customer as
  select c.id as customer_id, nullif(trim(c."firstName" || ' ' || c."lastName"), '') as name, c."emailAddress" as email,
         null::text as locale, null::text as time_zone, c."createdAt" at time zone 'UTC' as created_at
  from {{customer}} c where c."deletedAt" is null;
