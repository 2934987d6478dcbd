-- The planted structure in EverShop: each size is a product, the sizes of one are a variant group.
insert into category_description (category_description_id, category_description_category_id, name, url_key) overriding system value
  select distinct kind + 1, kind + 1, category, lower(category) from planted.product;
insert into product (product_id, variant_group_id, visibility, sku, price, status, category_id) overriding system value
  select item, product, item % 10 = 0, 'sku-' || item, price, state = 'live', kind + 1 from planted.item join planted.product using (product);
insert into product_description (product_description_id, product_description_product_id, name, url_key, description) overriding system value
  select item, item, name || ' ' || size, handle || '-' || lower(size), '[]' from planted.item join planted.product using (product);
insert into product_inventory (product_inventory_id, product_inventory_product_id, qty, manage_stock, stock_availability) overriding system value
  select item, item, stock, true, true from planted.item;
insert into product_image (product_image_id, product_image_product_id, origin_image, is_main) overriding system value
  select item * 2 + main::int, item, '/assets/' || item || case when main then '' else '-back' end || '.jpg', main from planted.item, unnest(array[true, false]) main;
insert into url_rewrite (url_rewrite_id, request_path, target_path, entity_uuid, entity_type) overriding system value
  select product_id, '/wear/' || product_id, '/product/' || uuid, uuid, 'product' from product where product_id % 20 = 0;
insert into customer (customer_id, email, password, full_name) overriding system value select customer, customer || '@shop.example', '', 'Ada Lind' from planted.customer;
insert into "order" (order_id, order_number, status, cart_id, currency, customer_id, sub_total, sub_total_incl_tax, sub_total_with_discount,
    sub_total_with_discount_incl_tax, total_qty, tax_amount, tax_amount_before_discount, shipping_tax_amount, grand_total, payment_status, created_at) overriding system value
  select purchase, 'T' || purchase, case fate when 'sale' then (array['new', 'processing', 'completed'])[1 + purchase % 3] when 'cancelled' then 'canceled' else 'processing' end,
         purchase, 'USD', customer, 0, 0, 0, 0, 1, 0, 0, 0, 0,
         case fate when 'sale' then (array['paid', 'pending'])[1 + purchase % 2] when 'cancelled' then 'pending' when 'unpaid' then 'failed' when 'cart' then 'canceled' when 'test' then 'voided' else 'refunded' end, at
  from planted.purchase;
insert into order_item (order_item_id, order_item_order_id, product_id, product_sku, product_name, product_price, product_price_incl_tax, qty, final_price, final_price_incl_tax,
    tax_percent, tax_amount, tax_amount_before_discount, discount_amount, line_total, line_total_with_discount, line_total_incl_tax, line_total_with_discount_incl_tax) overriding system value
  select line, purchase, item, '', name, price, price, case when returned > 0 then 0 else quantity end, price, price, 0, 0, 0, 0, 0, 0, 0, 0
  from planted.line join planted.item using (item) join planted.product using (product);
update planted.product set sale = null;
insert into planted.sold select p.product_id, p.product_id, coalesce(u.request_path, '/product/' || p.uuid), '/assets/' || p.product_id || '.jpg'
  from product p left join url_rewrite u on u.entity_uuid = p.uuid;
