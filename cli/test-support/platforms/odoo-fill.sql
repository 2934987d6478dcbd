-- The planted structure in Odoo. Guests have a partner each; there are lines of delivery, and orders of sales people.
insert into res_currency values (1, 'EUR'), (2, 'USD');
insert into res_company values (1, 1);
insert into res_lang values (1, 'en_US'), (2, 'de_DE');
insert into website values (1, 'Shop', 2);
insert into product_category values (1, 'Goods', 'All / Goods');
insert into product_public_category values (100, '{"en_US":"All"}', null, '100/', 1);
insert into product_public_category select distinct kind + 1, jsonb_build_object('en_US', 'x', 'de_DE', category), 100, '100/' || kind + 1 || '/', 2 from planted.product;
insert into product_public_category_product_template_rel select product, c from planted.product, unnest(array[100, kind + 1]) c;
insert into product_template (id, name, categ_id, list_price, compare_list_price, type, is_storable, active, is_published)
  select product, jsonb_build_object('en_US', 'x', 'de_DE', name), 1, coalesce(sale, price) - 2, case when sale is not null then price - 2 end, 'consu', true, state <> 'deleted', state <> 'hidden' from planted.product;
update product_template set allow_out_of_stock_order = false;
insert into product_product (id, product_tmpl_id) select item, product from planted.item;
insert into product_attribute values (1, '{"en_US": "Size", "de_DE": "Größe"}'), (2, '{"en_US": "Material"}');
insert into product_attribute_value select ascii(size), jsonb_build_object('en_US', 'x', 'de_DE', size), 1 from planted.item group by size;
insert into product_attribute_value values (1, '{"en_US": "Wool"}', 2), (2, '{"en_US": "Linen"}', 2);
-- A value of each product: one of its size, and its only material.
insert into product_template_attribute_value select item, 2, ascii(size), product from planted.item;
insert into product_template_attribute_value select 1000000 + product, 0, 1, product from planted.product;
insert into product_variant_combination select item, value from planted.item, unnest(array[item, 1000000 + product]) value;
insert into stock_location values (1, 'internal'), (2, 'customer');
insert into stock_quant select item * 2 + n, item, 1 + n, case n when 0 then stock + 4 else 99 end, case n when 0 then 4 else 0 end from planted.item, generate_series(0, 1) n;
insert into res_partner (id, name, email, lang, create_date) select customer, 'Ada Lind', customer || '@shop.example', 'de_DE', now() from planted.customer;
insert into res_partner (id, name, create_date) select 10000 + purchase, 'Guest', now() from planted.purchase where customer is null;
insert into sale_order (id, state, website_id, partner_id, date_order, currency_id)
  select purchase, case fate when 'sale' then (array['sale', 'done'])[1 + purchase % 2] when 'cancelled' then 'cancel' when 'refunded' then 'cancel' when 'test' then 'sale' when 'cart' then 'draft' else 'sent' end,
         case when fate <> 'test' then 1 end, coalesce(customer, 10000 + purchase), at at time zone 'UTC', 1
  from planted.purchase;
insert into sale_order_line (id, order_id, product_id, product_uom_qty, price_unit, discount, price_total)
  select line, purchase, item, case when returned > 0 then 0 else quantity end, case when line % 2 = 0 then coalesce(sale, price) else coalesce(sale, price) * 2 end, case when line % 2 = 0 then 0 else 50 end, 1
  from planted.line join planted.item using (item) join planted.product using (product);
insert into sale_order_line (id, order_id, product_id, product_uom_qty, price_unit, is_delivery) select 1000000 + purchase, purchase, 999999, 1, 5, true from planted.purchase;
insert into product_wishlist (id, partner_id, product_id) values (1, 1, 10);
update planted.purchase set customer = 10000 + purchase where customer is null;
insert into planted.sold select item, item, '/shop/' || product, '/web/image/product.product/' || item || '/image_512' from planted.item;
