-- The planted structure in Saleor, in the first of two channels.
insert into channel_channel (id, name, slug, currency_code, is_active) values (1, 'Old', 'old', 'SEK', false), (2, 'Main', 'main', 'EUR', true), (3, 'US', 'us', 'USD', true);
insert into product_category (id, name, slug) select distinct kind + 1, category, lower(category) from planted.product;
insert into product_product (id, name, slug, description, category_id)
  select product, name, handle, '{"blocks":[{"type":"paragraph","data":{"text":"<b>Silk</b>"}}]}', kind + 1 from planted.product where state <> 'deleted';
insert into product_productchannellisting (product_id, channel_id, is_published, visible_in_listings, available_for_purchase_at, currency)
  select product, channel, state = 'live', true, now() - interval '1 day', 'EUR' from planted.product, unnest(array[2, 3]) channel where state <> 'deleted';
insert into product_productvariant (id, name, product_id, track_inventory) select item, size, product, true from planted.item join planted.product using (product) where state <> 'deleted';
insert into product_productvariantchannellisting (variant_id, channel_id, currency, price_amount, discounted_price_amount)
  select item, channel, 'EUR', case channel when 2 then price else 1 end, case channel when 2 then coalesce(sale, price) else 1 end
  from planted.item join planted.product using (product), unnest(array[3, 2]) channel;
insert into warehouse_stock (warehouse_id, product_variant_id, quantity, quantity_allocated)
  select gen_random_uuid(), item, case place when 0 then stock + 3 else 1 end, case place when 0 then 3 else 1 end from planted.item, unnest(array[0, 1]) place;
insert into product_productmedia (sort_order, product_id, image, external_url, type, to_remove)
  select n, product, case when n < 2 then 'products/' || product || '-' || n || '.jpg' end, case n when 2 then 'https://cdn.example/x.jpg' end, case n when 0 then 'VIDEO' else 'IMAGE' end, false
  from planted.product, unnest(array[2, 1, 0]) n;
insert into account_user (id, email, first_name, last_name, is_staff, is_active, date_joined, language_code)
  select customer, customer || '@shop.example', 'Ada', 'Lind', false, true, now(), 'de' from planted.customer;
insert into order_order (id, number, created_at, status, authorize_status, charge_status, user_id, user_email, channel_id, currency, origin)
  select lpad(to_hex(purchase), 32, '0')::uuid, purchase, at,
         case fate when 'sale' then (array['unfulfilled', 'partially fulfilled', 'fulfilled', 'partially_returned'])[1 + purchase % 4] when 'cancelled' then 'canceled'
                   when 'refunded' then 'returned' when 'cart' then 'draft' when 'unpaid' then 'unconfirmed' else 'fulfilled' end,
         'full', 'full', customer, '', 2 + purchase % 2, 'EUR', case fate when 'test' then 'reissue' else 'checkout' end
  from planted.purchase;
insert into order_orderline (id, order_id, variant_id, quantity, currency, unit_price_gross_amount)
  select lpad(to_hex(line), 32, '0')::uuid, lpad(to_hex(purchase), 32, '0')::uuid, case when state <> 'deleted' then item end, quantity, 'EUR', coalesce(sale, price)
  from planted.line join planted.item using (item) join planted.product using (product);
insert into order_fulfillment (id, order_id, status) select purchase * 2 + n, lpad(to_hex(purchase), 32, '0')::uuid, case n when 0 then 'fulfilled' else 'returned' end
  from planted.purchase, unnest(array[0, 1]) n;
insert into order_fulfillmentline (order_line_id, fulfillment_id, quantity)
  select lpad(to_hex(line), 32, '0')::uuid, purchase * 2 + n, case n when 0 then quantity else returned end from planted.line, unnest(array[0, 1]) n;
delete from planted.line using planted.item join planted.product using (product) where line.item = item.item and state = 'deleted';
insert into planted.sold select item, item, '/main/products/' || handle, 'products/' || product || '-1.jpg' from planted.item join planted.product using (product);
