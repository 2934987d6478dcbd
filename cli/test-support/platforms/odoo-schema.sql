-- Tables of Odoo 18 that the preset reads, written down from its models; no dump of a running shop.
create table res_currency (id int primary key, name text);
create table res_company (id int primary key, currency_id int);
create table res_lang (id int primary key, code text);
create table website (id int primary key, name text, default_lang_id int);
create table res_partner (id int primary key, name text, email text, lang text, tz text, active boolean default true, is_company boolean, create_date timestamp);
create table product_category (id int primary key, name text, complete_name text);
create table product_public_category (id int primary key, name jsonb, parent_id int, parent_path text, sequence int);
create table product_public_category_product_template_rel (product_template_id int, product_public_category_id int);
create table product_tag (id int primary key, name jsonb);
create table product_tag_product_template_rel (product_template_id int, product_tag_id int);
create table product_template (id int primary key, name jsonb, description_sale jsonb, description_ecommerce jsonb, categ_id int, list_price numeric, compare_list_price numeric, type text, is_storable boolean,
  active boolean default true, sale_ok boolean default true, is_published boolean, allow_out_of_stock_order boolean, create_date timestamp);
create table product_product (id int primary key, product_tmpl_id int, active boolean default true, default_code text);
create table product_attribute (id int primary key, name jsonb);
create table product_attribute_value (id int primary key, name jsonb, attribute_id int);
create table product_template_attribute_value (id int primary key, price_extra numeric, product_attribute_value_id int, product_tmpl_id int);
create table product_variant_combination (product_product_id int, product_template_attribute_value_id int);
create table stock_location (id int primary key, usage text);
create table stock_quant (id int primary key, product_id int, location_id int, quantity numeric, reserved_quantity numeric);
create table sale_order (id int primary key, name text, state text, website_id int, partner_id int not null, date_order timestamp, currency_id int);
create table sale_order_line (id int primary key, order_id int, product_id int, product_uom_qty numeric, price_unit numeric, discount numeric, price_total numeric, display_type text, is_downpayment boolean, is_delivery boolean);
create table product_wishlist (id int primary key, partner_id int, product_id int, active boolean default true, create_date timestamp);
