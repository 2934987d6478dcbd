-- The planted structure in django-oscar: parents with children, one kind of standalone products, two partners.
insert into auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
  select customer, '', false, 'u' || customer, 'Ada', 'Lind', '', false, true, now() from planted.customer;
insert into catalogue_productclass (id, name, slug, requires_shipping, track_stock) values (1, 'Clothing', 'clothing', true, true);
insert into catalogue_category (id, path, depth, numchild, name, description, slug, ancestors_are_public, is_public, exclude_from_menu, long_description)
  values (100, '0001', 1, 9, 'Women', '', 'women', true, true, false, ''), (101, '00010009', 3, 0, 'Staff', '', 'staff', true, false, false, '');
insert into catalogue_category (id, path, depth, numchild, name, description, slug, ancestors_are_public, is_public, exclude_from_menu, long_description)
  select distinct kind + 1, '0001000' || kind, 2, 0, category, '', lower(category), true, true, false, '' from planted.product;
-- A parent's id is that of its product; the scarves (kind 4) are standalone and keep one size.
delete from planted.line using planted.item join planted.product using (product) where line.item = item.item and kind = 4 and item.item % 10 > 0;
delete from planted.item using planted.product where item.product = product.product and kind = 4 and item % 10 > 0;
insert into catalogue_product (id, structure, title, slug, description, date_created, date_updated, is_discountable, product_class_id, is_public, priority)
  select product * 10 + case kind when 4 then 0 else 1000000 end, case kind when 4 then 'standalone' else 'parent' end, name, handle, '<p>x</p>', now(), now(), true, 1, state = 'live', 0
  from planted.product where state <> 'deleted';
insert into catalogue_product (id, structure, parent_id, title, slug, description, date_created, date_updated, is_discountable, is_public, priority)
  select item, 'child', product * 10 + 1000000, case when item % 2 = 0 then '' else name || ' ' || size end, 'child-' || item, '', now(), now(), true, true, 0
  from planted.item join planted.product using (product) where kind < 4 and state <> 'deleted';
-- Attributes of the children without a title of their own; the schema of the tests lacks these tables.
create table catalogue_attributeoption (id bigint primary key, option text, group_id bigint);
create table catalogue_productattributevalue (id bigint primary key, value_text text, value_option_id bigint, attribute_id bigint, product_id bigint);
insert into catalogue_attributeoption values (1, 'S', 1), (2, 'L', 1);
insert into catalogue_productattributevalue
  select id * 2, null, case id % 10 when 0 then 1 else 2 end, 1, id from catalogue_product where structure = 'child' and title = ''
  union all select id * 2 + 1, 'Wool', null, 2, id from catalogue_product where structure = 'child';
insert into catalogue_productcategory (id, product_id, category_id)
  select p.id * 3 + n, p.id, case n when 0 then 100 when 1 then q.kind + 1 else 101 end
  from catalogue_product p join planted.product q on q.product = (p.id % 1000000) / 10, generate_series(0, 2) n where p.structure <> 'child';
insert into catalogue_productimage (id, original, caption, display_order, date_created, product_id)
  select p.id * 2 + n, 'images/' || p.id || case n when 0 then '' else '-back' end || '.jpg', '', n, now(), p.id from catalogue_product p, generate_series(0, 1) n where structure <> 'child';
insert into partner_stockrecord (id, partner_sku, price_currency, price, num_in_stock, num_allocated, date_created, date_updated, partner_id, product_id)
  select item * 3 + n, item || '-' || n, case n when 2 then 'USD' else 'GBP' end, price + n, case n when 0 then stock + 1 else 3 end, case n when 0 then 1 else 3 end, now(), now(), n, item
  from planted.item join planted.product using (product), generate_series(0, 2) n;
insert into order_order (id, number, currency, total_incl_tax, total_excl_tax, shipping_incl_tax, shipping_excl_tax, shipping_method, shipping_code, status, guest_email, date_placed, user_id, analytics_tracked)
  select purchase, purchase, 'GBP', 1, 1, 0, 0, '', '', case fate when 'sale' then (array['Pending', 'Being processed', 'Complete'])[1 + purchase % 3] when 'cancelled' then 'Cancelled'
         when 'unpaid' then 'Payment declined' when 'cart' then 'Draft' when 'test' then 'Test' else 'Refunded' end, '', at, customer, false
  from planted.purchase;
insert into order_line (id, partner_name, partner_sku, partner_line_reference, partner_line_notes, title, quantity, line_price_incl_tax, line_price_excl_tax,
    line_price_before_discounts_incl_tax, line_price_before_discounts_excl_tax, unit_price_incl_tax, status, order_id, product_id, allocation_cancelled, num_allocated)
  select line, '', '', '', '', '', quantity, price * quantity, 1, price * quantity, 1, case when line % 2 = 0 then price end,
         case when returned > 0 then 'Returned' else '' end, purchase, case when state <> 'deleted' then item end, false, 0
  from planted.line join planted.item using (item) join planted.product using (product);
delete from planted.line using planted.item join planted.product using (product) where line.item = item.item and state = 'deleted';
update planted.product set sale = null;
insert into planted.sold
  select item, item, '/catalogue/' || handle || '_' || product * 10 + case kind when 4 then 0 else 1000000 end || '/',
         'images/' || product * 10 + case kind when 4 then 0 else 1000000 end || '.jpg'
  from planted.item join planted.product using (product);
