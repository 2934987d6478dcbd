-- @table product = product_product has product_tmpl_id
-- @table template = product_template has list_price, is_published
-- @table orders = sale_order has website_id, partner_id, date_order
-- @table line = sale_order_line has product_uom_qty, price_unit
-- @table partner = res_partner
-- @table company = res_company has currency_id
-- @table currency = res_currency
-- @table category = product_category
-- @optional website has default_lang_id
-- @optional language = res_lang has code
-- @optional public_category = product_public_category
-- @optional public_link = product_public_category_product_template_rel
-- @optional quant = stock_quant has quantity, reserved_quantity
-- @optional location = stock_location has usage
-- @optional tag = product_tag
-- @optional tag_link = product_tag_product_template_rel
-- @optional variant_value = product_variant_combination
-- @optional value = product_template_attribute_value has price_extra
-- @optional option_value = product_attribute_value has attribute_id
-- @optional option = product_attribute
-- @optional wishlist = product_wishlist has partner_id, product_id
-- The source views over Odoo's web shop (15 to 19), compared with the models of addons/sale and addons/website_sale in Odoo's
-- repository (product.template, product.public.category and sale.order.line of the master branch of 2026). A product_id is a variant's (product.product), which carts
-- hold; group_id is the template's, which has the page. Odoo writes timestamps without a zone, in UTC.

create schema if not exists couture_source;

-- The language of names is the first website's.
create or replace view couture_source.shop_setting as
  select (select y.name from {{company}} c join {{currency}} y on y.id = c.currency_id order by c.id limit 1) as currency,
-- @if website & language
         coalesce((select l.code from {{website}} w join {{language}} l on l.id = w.default_lang_id order by w.id limit 1), 'en_US') as language;
-- @else
         'en_US'::text as language;
-- @end

{{option_kind}}

-- Which orders count. This is the only place that decides it. "done" was an order's last state up to 16.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$ select status in ('sale', 'done') $$;

-- What the sales people sold has no website. Drop that line to count it as well.
create or replace view couture_source.shop_order as
  select placed.*, couture_source.order_counts(placed.status) as counts
  from (
    select o.id as order_id, o.partner_id as customer_id,
           case when o.website_id is null then 'not of the web shop: ' || o.state when o.state = 'draft' then 'cart' else o.state end as status,
           o.date_order {{utc:orders.date_order}} as ordered_at,
-- @if orders.currency_id
           (select y.name from {{currency}} y where y.id = o.currency_id) as currency,
-- @else
           null::text as currency,
-- @end
           o.website_id::text as channel, {{o:orders.name ?? null::text}} as number
    from {{orders}} o
  ) placed;

-- The price of a variant is that of its template and what its options cost more. Whether it includes tax is a setting of
-- the company; prices of orders are of the same kind.
create or replace view couture_source.product as
  select v.id as product_id,
-- @if template.name:json
         coalesce(t.name ->> set.language, t.name ->> 'en_US', (select x.value from jsonb_each_text(t.name) x limit 1)) as name,
         -- description_ecommerce is HTML of the editor.
         regexp_replace(coalesce(nullif({{t:template.description_ecommerce | description_sale}} ->> set.language, ''), nullif({{t:template.description_ecommerce | description_sale}} ->> 'en_US', ''),
                                 t.description_sale ->> set.language, t.description_sale ->> 'en_US'), '<[^>]+>', ' ', 'g') as description,
-- @else
         t.name, {{t:template.description_sale ?? null::text}} as description,
-- @end
         coalesce(cat.name, k.name) as category,
-- @if template.compare_list_price
         (greatest(t.list_price, t.compare_list_price) + extra.price)::numeric as price, (t.list_price + extra.price)::numeric as discounted_price,
         coalesce(t.compare_list_price > t.list_price, false) as on_sale,
-- @else
         (t.list_price + extra.price)::numeric as price, null::numeric as discounted_price, false as on_sale,
-- @end
         '/web/image/product.product/' || v.id || '/image_512' as image_url, coalesce({{t:template.rating_last_value ?? null}}, 0)::real as rating,
         0 as review_count, false as featured,
-- @if quant & location
         -- Neither stored nor kept from being sold when it is out: not counted.
-- @if template.is_storable
         case when t.is_storable and not coalesce({{t:template.allow_out_of_stock_order ?? false}}, true)
-- @else
         case when {{t:template.detailed_type | type}} = 'product' and not coalesce({{t:template.allow_out_of_stock_order ?? false}}, true)
-- @end
              then greatest(0, coalesce(st.free, 0)) end::int as inventory,
-- @else
         null::int as inventory,
-- @end
-- @if tag & tag_link
-- @if tag.name:json
         array(select coalesce(g.name ->> set.language, g.name ->> 'en_US') from {{tag_link}} x join {{tag}} g on g.id = x.product_tag_id where x.product_template_id = t.id order by 1) as tags,
-- @else
         array(select g.name::text from {{tag_link}} x join {{tag}} g on g.id = x.product_tag_id where x.product_template_id = t.id order by 1) as tags,
-- @end
-- @else
         '{}'::text[] as tags,
-- @end
         t.id as group_id, '/shop/' || t.id as url, null::text as handle, t.create_date {{utc:template.create_date}} as created_at,
         -- An uncorrelated subquery: the tree is read once per query, and only where the path is selected.
         coalesce(
-- @if public_category.parent_path & public_link
           (select jsonb_object_agg(c.id, (
-- @if public_category.name:json
              select string_agg(coalesce(a.name ->> (select language from couture_source.shop_setting), a.name ->> 'en_US'), ' > ' order by up.place)
-- @else
              select string_agg(a.name, ' > ' order by up.place)
-- @end
              from unnest(string_to_array(trim(both '/' from c.parent_path), '/')) with ordinality up (id, place)
              join {{public_category}} a on a.id = up.id::bigint)) from {{public_category}} c) ->> cat.id::text,
-- @end
           case when cat.name is null then replace({{k:category.complete_name ?? null::text}}, ' / ', ' > ') end) as category_path,
-- @if variant_value & value.product_attribute_value_id & option_value & option
         op.colour, op.size
-- @else
         null::text as colour, null::text as size
-- @end
  from couture_source.shop_setting set
  join {{template}} t on t.active and t.sale_ok and t.is_published
  join {{product}} v on v.product_tmpl_id = t.id and v.active
  left join {{category}} k on k.id = t.categ_id
-- @if variant_value & value.product_attribute_value_id & option_value & option
  left join lateral (
    select min(n.name) filter (where couture_source.option_kind(n.title) = 'colour') as colour,
           -- Options that are neither stand after the size, as in "M / Material: Linen", unless the product has one value of them.
           string_agg(couture_source.named_option(n.title, n.name), ' / ' order by couture_source.option_kind(n.title), n.title) filter (
             where couture_source.option_kind(n.title) = 'size' or (couture_source.option_kind(n.title) is null and n.is_choice)) as size
    from {{variant_value}} x join {{value}} a on a.id = x.product_template_attribute_value_id
    join {{option_value}} w on w.id = a.product_attribute_value_id join {{option}} o on o.id = w.attribute_id
    cross join lateral (select
-- @if option_value.name:json
        coalesce(w.name ->> set.language, w.name ->> 'en_US') as name, coalesce(o.name ->> set.language, o.name ->> 'en_US') as title,
-- @else
        w.name::text as name, o.name::text as title,
-- @end
        exists (select from {{value}} other join {{option_value}} b on b.id = other.product_attribute_value_id
          where other.product_tmpl_id = a.product_tmpl_id and b.attribute_id = w.attribute_id and other.id <> a.id) as is_choice) n
    where x.product_product_id = v.id
  ) op on true
-- @end
  cross join lateral (
-- @if variant_value & value
    select coalesce(sum(a.price_extra), 0) as price from {{variant_value}} x
    join {{value}} a on a.id = x.product_template_attribute_value_id where x.product_product_id = v.id
-- @else
    select 0 as price
-- @end
  ) extra
-- @if public_category & public_link
  -- The deepest category of the web shop, else that of the accounts.
  left join lateral (
-- @if public_category.name:json
    select coalesce(c.name ->> set.language, c.name ->> 'en_US') as name, c.id
-- @else
    select c.name, c.id
-- @end
    from {{public_link}} x join {{public_category}} c on c.id = x.product_public_category_id where x.product_template_id = t.id
    order by length({{c:public_category.parent_path ?? ''}}) - length(replace({{c:public_category.parent_path ?? ''}}, '/', '')) desc, c.sequence, c.id limit 1
  ) cat on true
-- @else
  cross join (select null::text as name) cat
-- @end
-- @if quant & location
  left join lateral (
    select sum(q.quantity - q.reserved_quantity) as free from {{quant}} q join {{location}} l on l.id = q.location_id and l.usage = 'internal'
    where q.product_id = v.id
  ) st on true
-- @end
  ;

-- Sections, notes, down payments, delivery and rewards are lines, too.
create or replace view couture_source.order_line as
  select o.order_id, o.customer_id, l.product_id, ceil(l.product_uom_qty)::int as quantity,
         (l.price_unit * (1 - coalesce(l.discount, 0) / 100))::numeric as unit_price, o.ordered_at, o.currency, o.channel,
         o.number as order_number
  from couture_source.shop_order o
  join {{line}} l on l.order_id = o.order_id
  where o.counts and l.product_id is not null and l.product_uom_qty > 0 and l.price_unit * (1 - coalesce(l.discount, 0) / 100) > 0
    and {{l:line.display_type ?? null}} is null and not coalesce({{l:line.is_downpayment ?? false}}, false)
    and not coalesce({{l:line.is_delivery ?? false}}, false);

create or replace view couture_source.watchlist as
-- @if wishlist
  select w.partner_id as customer_id, w.product_id, w.create_date {{utc:wishlist.create_date}} as created_at
  from {{wishlist}} w where {{w:wishlist.active ?? true}} and w.partner_id is not null;
-- @else
  select p.id as customer_id, v.id as product_id from {{partner}} p, {{product}} v where false;
-- @end

create or replace view couture_source.customer as
  select p.id as customer_id, p.name, p.email, replace(p.lang, '_', '-') as locale, {{p:partner.tz ?? null}}::text as time_zone,
         p.create_date {{utc:partner.create_date}} as created_at
  from {{partner}} p where p.active;
