-- The planted structure in a Django shop. :app is the app's label, :user the user table.
insert into :app_category (id, name, slug) select distinct kind + 1, category, lower(category) from planted.product;
insert into :app_product (id, name, description, price, discounted_price, on_sale, image_url, rating, featured, inventory, created_at, category_id)
  select p.product, p.name, '', p.price, p.sale, p.sale is not null, 'products/' || p.product || '.jpg', 0, false, i.stock, now(), p.kind + 1
  from planted.product p join planted.item i using (product);
:users;
insert into :app_order (id, status, created_at, user_id)
  select p.purchase, case p.fate when 'sale' then (array['processing', 'shipped', 'delivered'])[1 + p.purchase % 3] when 'unpaid' then 'pending'
                     else p.fate end, p.at, :user_of(p.customer)
  from planted.purchase p;
insert into :app_orderitem (order_id, product_id, quantity, price)
  select l.purchase, p.product, case when l.returned > 0 then 0 else l.quantity end, coalesce(p.sale, p.price)
  from planted.line l join planted.item using (item) join planted.product p using (product);
-- A deleted product leaves lines without one behind.
update :app_orderitem set product_id = null from planted.product p where p.product = product_id and p.state <> 'live';
delete from :app_product using planted.product p where p.product = id and p.state <> 'live';
insert into planted.sold select p.product, i.item, '/products/' || p.product, 'products/' || p.product || '.jpg'
  from planted.product p join planted.item i using (product) where p.state = 'live';
