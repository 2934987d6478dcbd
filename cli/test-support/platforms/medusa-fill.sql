-- The planted structure in Medusa. What doesn't count: cancelled and draft orders, those that wait for the customer, refunds.
create table order_payment_collection (order_id text, payment_collection_id text, id text, deleted_at timestamptz);
create table payment_collection (id text, amount numeric, captured_amount numeric, refunded_amount numeric, status text);
insert into store (id, default_sales_channel_id) values ('store_1', 'sc_1');
insert into store_currency (id, currency_code, is_default, store_id) values ('sc1', 'usd', false, 'store_1'), ('sc2', 'eur', true, 'store_1');
insert into product_category (id, name, handle, mpath, is_active) values ('pcat_all', 'All', 'all', 'pcat_all.', true);
insert into product_category (id, name, handle, mpath, is_active, rank)
  select distinct 'pcat_' || kind, category, lower(category), 'pcat_all.pcat_' || kind || '.', true, kind from planted.product;
insert into product (id, title, handle, status, thumbnail, deleted_at)
  select 'prod_' || product, name, handle, case state when 'hidden' then 'draft' else 'published' end,
         'https://cdn.example/' || product || '.jpg', case state when 'deleted' then now() end from planted.product;
insert into product_category_product select 'prod_' || product, c from planted.product, unnest(array['pcat_' || kind, 'pcat_all']) c;
insert into product_sales_channel (id, product_id, sales_channel_id) select product::text, 'prod_' || product, 'sc_1' from planted.product;
insert into product_variant (id, title, product_id) select 'variant_' || item, size, 'prod_' || product from planted.item;
-- A base price, one in another currency, one for ten or more, one for a region, and those of price lists.
insert into product_variant_price_set (variant_id, price_set_id, id) select 'variant_' || item, 'pset_' || item, item from planted.item;
insert into price_list (id, status, type, title, description, ends_at) values ('pl_now', 'active', 'sale', '', '', null),
  ('pl_over', 'active', 'sale', '', '', now() - interval '1 day'), ('pl_draft', 'draft', 'sale', '', '', null);
insert into price (id, price_set_id, currency_code, amount, raw_amount, min_quantity, rules_count, price_list_id)
  select item || k, 'pset_' || item, cur, amount, '{}', least_quantity, rules, list
  from planted.item join planted.product using (product),
  lateral (values ('a', 'eur', price, null::numeric, 0, null), ('b', 'usd', price * .5, null, 0, null), ('c', 'eur', price * .5, 10, 0, null),
                  ('d', 'eur', price * .6, null, 1, null), ('e', 'eur', sale, null, 0, 'pl_now'), ('f', 'eur', 1, null, 0, 'pl_over'),
                  ('g', 'eur', 1, null, 0, 'pl_draft')) v (k, cur, amount, least_quantity, rules, list)
  where amount is not null;
-- A kit of two pieces of one item, over two locations, with a reservation.
insert into product_variant_inventory_item (variant_id, inventory_item_id, id, required_quantity) select 'variant_' || item, 'iitem_' || item, item, 2 from planted.item;
insert into inventory_level (id, inventory_item_id, location_id, stocked_quantity, reserved_quantity)
  select item || place, 'iitem_' || item, place, case place when 'a' then stock * 2 + 3 else 1 end, case place when 'a' then 3 else 0 end
  from planted.item, unnest(array['a', 'b']) place;
insert into customer (id, email, first_name, last_name, has_account)
  select 'cus_' || customer, customer || '@shop.example', 'Ada', 'Lind', customer % 2 = 0 from planted.customer;
insert into "order" (id, customer_id, version, sales_channel_id, status, is_draft_order, currency_code, created_at, canceled_at)
  select 'order_' || purchase, 'cus_' || customer, 1 + purchase % 2, 'sc_1',
         (case fate when 'sale' then (array['pending', 'completed', 'archived'])[1 + purchase % 3] when 'cancelled' then 'canceled'
                    when 'unpaid' then 'requires_action' else 'pending' end)::order_status_enum,
         fate in ('cart', 'test'), 'eur', at, case fate when 'cancelled' then at end
  from planted.purchase;
insert into payment_collection select 'pay_' || purchase, 100, 100, case fate when 'refunded' then 100 else 10 end, 'completed' from planted.purchase;
insert into order_payment_collection (order_id, payment_collection_id) select 'order_' || purchase, 'pay_' || purchase from planted.purchase;
insert into order_line_item (id, title, variant_id, product_id, unit_price, raw_unit_price)
  select 'ordli_' || line, name, 'variant_' || item, 'prod_' || product, coalesce(sale, price) + 5, '{}'
  from planted.line join planted.item using (item) join planted.product using (product);
-- The earlier version of an edited order had more pieces, of which the present one kept these.
insert into order_item (id, order_id, version, item_id, quantity, raw_quantity, fulfilled_quantity, shipped_quantity, return_requested_quantity,
    return_received_quantity, return_dismissed_quantity, written_off_quantity, unit_price)
  select 'orditem_' || line || version, 'order_' || purchase, version, 'ordli_' || line, quantity + 7 * (1 + purchase % 2 - version), '{}', 0, 0, 0,
         returned, 0, 0, coalesce(sale, price)
  from planted.line join planted.item using (item) join planted.product using (product), generate_series(1, 1 + purchase % 2) version;
create table product_option (id text, title text, product_id text, metadata jsonb, deleted_at timestamptz);
create table product_option_value (id text, value text, option_id text, metadata jsonb, deleted_at timestamptz);
create table product_variant_option (variant_id text, option_value_id text);
insert into product_option (id, title, product_id)
  select 'opt_' || title || product, title, 'prod_' || product from planted.product, unnest(array['Size', 'Material']) title;
insert into product_option_value (id, value, option_id)
  select 'optval_' || item, size, 'opt_Size' || product from planted.item union all select 'optval_m' || product, 'Wool', 'opt_Material' || product from planted.product;
insert into product_variant_option select 'variant_' || item, v from planted.item, unnest(array['optval_' || item, 'optval_m' || product]) v;
insert into planted.sold select 'variant_' || item, item, '/products/' || handle, 'https://cdn.example/' || product || '.jpg'
  from planted.item join planted.product using (product);
