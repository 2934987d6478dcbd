-- Tables of Spree 5 that the preset reads, with the columns of a shop's db/schema.rb; no dump of a running shop.
create table spree_stores (id bigint primary key, name text, "default" boolean not null default false, default_currency text, created_at timestamp);
create table spree_products (id bigint primary key, name text not null, description text, slug text, status text not null default 'draft', available_on timestamp,
  discontinue_on timestamp, deleted_at timestamp, created_at timestamp not null default now());
create table spree_variants (id bigint primary key, sku text not null default '', product_id bigint, is_master boolean not null default false, track_inventory boolean default true,
  cost_price numeric(10,2), discontinue_on timestamp, deleted_at timestamp, position int);
create table spree_prices (id bigint primary key, variant_id bigint not null, amount numeric(10,2), compare_at_amount numeric(10,2), currency text, price_list_id bigint, deleted_at timestamp, updated_at timestamp);
create table spree_stock_locations (id bigint primary key, name text, active boolean default true);
create table spree_stock_items (id bigint primary key, stock_location_id bigint, variant_id bigint, count_on_hand int not null default 0, backorderable boolean default false, deleted_at timestamp);
create table spree_taxons (id bigint primary key, parent_id bigint, name text not null, depth int, taxonomy_id bigint, lft bigint, rgt bigint, permalink text);
create table spree_products_taxons (id bigint primary key, product_id bigint, taxon_id bigint, position int);
create table spree_orders (id bigint primary key, number text, state text, status text, payment_state text, shipment_state text, user_id bigint, store_id bigint, currency text,
  completed_at timestamp, canceled_at timestamp, created_at timestamp not null default now());
create table spree_line_items (id bigint primary key, order_id bigint, variant_id bigint, quantity int not null, price numeric(10,2) not null, cost_price numeric(10,2), currency text);
create table spree_inventory_units (id bigint primary key, state text, variant_id bigint, order_id bigint, line_item_id bigint, quantity int default 1);
create table spree_payments (id bigint primary key, order_id bigint, amount numeric(10,2), state text);
create table spree_refunds (id bigint primary key, payment_id bigint, amount numeric(10,2));
create table spree_wishlists (id bigint primary key, user_id bigint, store_id bigint, name text, token text not null, created_at timestamp);
create table spree_wished_items (id bigint primary key, variant_id bigint, wishlist_id bigint, quantity int not null default 1, created_at timestamp);
create table spree_users (id bigint primary key, email text, encrypted_password text, first_name text, last_name text, selected_locale text, deleted_at timestamp, created_at timestamp);
create table spree_tags (id bigint primary key, name text);
create table spree_taggings (id bigint primary key, tag_id bigint, taggable_id bigint, taggable_type text, context text);
