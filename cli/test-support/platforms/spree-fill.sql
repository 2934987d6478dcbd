-- The planted structure in Spree: a master beside each product's sizes, prices of lists and currencies, two stock locations.
insert into spree_stores values (1, 'Outlet', false, 'USD', now()), (2, 'Main', true, 'EUR', now());
insert into spree_products (id, name, slug, status, available_on, deleted_at)
  select product, name, handle, case state when 'hidden' then 'draft' else 'active' end, now() - interval '9 days', case state when 'deleted' then now() end from planted.product;
insert into spree_variants (id, product_id, is_master) select product * 10 + 9, product, true from planted.product;
insert into spree_variants (id, product_id) select item, product from planted.item;
insert into spree_prices (id, variant_id, amount, compare_at_amount, currency, price_list_id, deleted_at, updated_at)
  select item * 5 + n, item, case n when 0 then coalesce(sale, price) else 1 end, case when n = 0 and sale is not null then price end,
         case n when 1 then 'USD' else 'EUR' end, case n when 2 then 7 end, case n when 3 then now() end, now()
  from planted.item join planted.product using (product), generate_series(0, 3) n;
insert into spree_stock_locations values (1, 'Main', true), (2, 'Closed', false);
insert into spree_stock_items (id, stock_location_id, variant_id, count_on_hand) select item * 2 + n, 1 + n, item, case n when 0 then stock else 50 end from planted.item, generate_series(0, 1) n;
insert into spree_taxons values (100, null, 'All', 0);
insert into spree_taxons select distinct kind + 1, 100, category, 1 from planted.product;
insert into spree_products_taxons select product * 2 + n, product, case n when 0 then 100 else kind + 1 end, n from planted.product, generate_series(0, 1) n;
insert into spree_users (id, email, first_name, last_name, created_at) select customer, customer || '@shop.example', 'Ada', 'Lind', now() from planted.customer;
insert into spree_orders (id, state, status, payment_state, user_id, store_id, currency, completed_at, canceled_at)
  select purchase, case fate when 'cart' then 'address' when 'cancelled' then 'canceled' else 'complete' end, case fate when 'cart' then 'draft' when 'cancelled' then 'canceled' else 'placed' end,
         case fate when 'unpaid' then 'failed' when 'test' then 'void' else (array['paid', 'balance_due'])[1 + purchase % 2] end, customer, 2, 'EUR',
         case when fate <> 'cart' then at at time zone 'UTC' end, case fate when 'cancelled' then at end
  from planted.purchase;
insert into spree_line_items (id, order_id, variant_id, quantity, price) select line, purchase, item, quantity, coalesce(sale, price)
  from planted.line join planted.item using (item) join planted.product using (product);
insert into spree_inventory_units (id, state, line_item_id, quantity) select line, case when returned > 0 then 'returned' else 'shipped' end, line, quantity from planted.line;
insert into spree_payments select purchase, purchase, 50, 'completed' from planted.purchase;
insert into spree_refunds select purchase, purchase, case fate when 'refunded' then 50 else 5 end from planted.purchase;
insert into spree_wishlists (id, user_id, token) select 1, 1, 't'; insert into spree_wished_items (id, variant_id, wishlist_id) select 1, 10, 1;
create table spree_option_types (id bigint, name text, presentation text);
create table spree_option_values (id bigint, name text, presentation text, option_type_id bigint);
create table spree_option_value_variants (id bigint, variant_id bigint, option_value_id bigint);
insert into spree_option_types values (1, 'size', 'Size'), (2, 'color', 'Colour');
insert into spree_option_values select ascii(size), lower(size), size, 1 from planted.item group by size;
insert into spree_option_value_variants select item, item, ascii(size) from planted.item;
insert into planted.sold select item, item, '/products/' || handle, null from planted.item join planted.product using (product);
