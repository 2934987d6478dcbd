-- The planted structure in Vendure. Prices in the tables are without 20 % tax; only the search index has what is paid.
-- Prices that 20 % tax divides.
update planted.product set price = round(price * 100 / 6) * 6 / 100;
create table payment (id int, "orderId" int, amount int, state text);
create table product_option_group (id int, code text);
create table product_option (id int, code text, "groupId" int);
create table product_option_translation (id int, "languageCode" text, name text, "baseId" int);
create table product_variant_options_product_option ("productVariantId" int, "productOptionId" int);
insert into product_option_group values (1, 'look-size'), (2, 'look-fabric');
insert into product_option select ascii(size), lower(size), 1 from planted.item group by size;
insert into product_option_translation select ascii(size) * 2 + n, lang, case lang when 'en' then size else 'Größe ' || size end, ascii(size)
  from planted.item, unnest(array['de', 'en']) with ordinality l (lang, n) group by size, lang, n;
insert into product_variant_options_product_option select item, ascii(size) from planted.item;
create table refund (id int, "paymentId" int, total int, state text);
insert into channel (id, code, token, "defaultLanguageCode", "defaultCurrencyCode", "pricesIncludeTax", "outOfStockThreshold")
  values (1, '__default_channel__', 'a', 'en', 'EUR', false, 2), (2, 'other', 'b', 'de', 'JPY', false, 0);
insert into asset (id, type, "mimeType", "fileSize", source, preview) select product, 'IMAGE', '', 1, '', 'preview\' || product || '.jpg' from planted.product;
insert into product (id, "deletedAt", enabled, "featuredAssetId")
  select product, case state when 'deleted' then now() end, state <> 'hidden', product from planted.product;
insert into product_translation (id, "languageCode", name, slug, description, "baseId")
  select product * 2 + n, lang, case lang when 'en' then name else 'Stück ' || product end, handle || case lang when 'en' then '' else '-de' end, '<p>x</p>', product
  from planted.product, unnest(array['de', 'en']) with ordinality l (lang, n);
insert into product_channels_channel select product, channel from planted.product, unnest(array[1, 2]) channel;
insert into product_variant (id, sku, "productId") select item, 'sku-' || item, product from planted.item;
insert into product_variant_price (id, "currencyCode", "channelId", price, "variantId")
  select item * 3 + n, currency, channel, round(price / 1.2 * 100), item from planted.item join planted.product using (product),
  lateral (values (0, 'EUR', 1), (1, 'USD', 1), (2, 'JPY', 2)) c (n, currency, channel);
insert into search_index_item ("languageCode", enabled, "productName", "productVariantName", description, slug, sku, "facetIds", "facetValueIds", "collectionIds",
    "collectionSlugs", "channelIds", "productPreview", "productVariantPreview", "productVariantId", "channelId", "productId", price, "priceWithTax")
  select lang, true, '', '', '', '', '', '', '', '', '', '', '', '', item, channel, product, 1, round(price * 100)
  from planted.item join planted.product using (product), lateral (values ('en', 1), ('de', 1), ('de', 2)) c (lang, channel);
insert into stock_level (id, "stockOnHand", "stockAllocated", "productVariantId", "stockLocationId")
  select item * 2 + place, case place when 0 then stock + 6 else 1 end, case place when 0 then 5 else 0 end, item, place from planted.item, unnest(array[0, 1]) place;
insert into collection (id, position, "isRoot", "isPrivate", filters) values (100, 0, true, false, ''), (101, 1, false, false, ''), (102, 2, false, true, '');
insert into collection (id, position, filters, "parentId") select distinct kind + 1, kind, '', 101 from planted.product;
insert into collection_translation (id, "languageCode", name, slug, description, "baseId")
  select distinct kind + 1, 'en', category, '', '', kind + 1 from planted.product union all select 101, 'en', 'All', '', '', 101 union all select 102, 'en', 'Secret', '', '', 102;
insert into collection_closure select 100, id from collection union all select id, id from collection where id <> 100 union all select 101, id from collection where id < 100;
insert into collection_product_variants_product_variant select c, item from planted.item join planted.product using (product), unnest(array[kind + 1, 101, 102]) c;
insert into customer (id, "firstName", "lastName", "emailAddress") select customer, 'Ada', 'Lind', customer || '@shop.example' from planted.customer;
insert into "order" (id, type, code, state, active, "orderPlacedAt", "couponCodes", "shippingAddress", "billingAddress", "currencyCode", "customerId", "subTotal", "subTotalWithTax")
  select purchase, case fate when 'test' then 'Seller' when 'sale' then (array['Regular', 'Aggregate'])[1 + purchase % 2] else 'Regular' end, 'T' || purchase,
         case fate when 'sale' then (array['PaymentAuthorized', 'PaymentSettled', 'Shipped', 'Delivered'])[1 + purchase % 4] when 'cancelled' then 'Cancelled'
                   when 'cart' then 'AddingItems' when 'unpaid' then 'ArrangingPayment' else 'Delivered' end,
         fate in ('cart', 'unpaid'), case when fate not in ('cart', 'unpaid') then at at time zone 'UTC' end, '', '', '', 'EUR', customer, 0, 0
  from planted.purchase;
insert into order_line (id, quantity, "orderPlacedQuantity", "listPriceIncludesTax", adjustments, "taxLines", "productVariantId", "listPrice", "orderId")
  select line, quantity - returned, quantity, line % 2 = 0, '[]', '[{"description":"VAT","taxRate":20}]', item,
         case when line % 2 = 0 then round(price * 100) else round(price / 1.2 * 100) end, purchase
  from planted.line join planted.item using (item) join planted.product using (product);
insert into payment select purchase, purchase, 1000, 'Settled' from planted.purchase;
insert into refund select purchase, purchase, case fate when 'refunded' then 1000 else 10 end, 'Settled' from planted.purchase;
update planted.product set sale = null;
insert into planted.sold select item, item, '/product/' || handle, 'preview/' || product || '.jpg' from planted.item join planted.product using (product);
