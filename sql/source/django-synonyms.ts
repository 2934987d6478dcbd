// Names under which Django shops keep what the source views need. Compared without case and underscores, and with names in other
// languages after their translation (shop-words.ts).
import type { ColumnKind } from './shop-tables.ts';

type Synonyms = Readonly<Record<string, readonly [kinds: readonly ColumnKind[], names: readonly string[]]>>;

/** Role → name in the template → kinds of type and names of columns, the likeliest first. */
// biome-ignore format: one row per line
export const djangoSynonyms = {
  product: {
    name: [['text', 'json'], ['name', 'title', 'product_name', 'product_title', 'label']],
    description: [['text', 'json'], ['description', 'body', 'details', 'long_description', 'summary', 'short_description', 'content']],
    price: [['number'], ['price', 'regular_price', 'unit_price', 'base_price', 'list_price', 'selling_price', 'retail_price', 'price_amount', 'standard_rate', 'price_in_usd', 'price_usd', 'price_in_eur', 'price_eur', 'price_in_gbp', 'price_gbp']],
    price_cents: [['number'], ['price_cents', 'price_in_cents', 'unit_amount', 'price_minor', 'price_pence']],
    discounted_price: [['number'], ['discounted_price', 'discount_price', 'sale_price', 'special_price', 'offer_price', 'promo_price', 'price_discounted']],
    discounted_price_cents: [['number'], ['discounted_price_cents', 'sale_price_cents', 'discount_price_cents', 'offer_price_cents']],
    on_sale: [['boolean'], ['on_sale', 'is_on_sale', 'is_sale', 'sale', 'discounted', 'is_discounted']],
    image_url: [['text', 'array', 'json'], ['image_url', 'image', 'main_image', 'photo', 'picture', 'thumbnail', 'img', 'cover', 'cover_image', 'image_path', 'featured_image', 'images', 'image_urls', 'photos', 'pictures', 'gallery']],
    rating: [['number'], ['rating', 'average_rating', 'avg_rating', 'rating_average', 'rating_avg', 'stars']],
    review_count: [['number'], ['review_count', 'reviews_count', 'num_reviews', 'number_of_reviews', 'rating_count', 'ratings_count']],
    featured: [['boolean'], ['featured', 'is_featured', 'highlighted', 'is_highlighted']],
    inventory: [['number'], ['inventory', 'stock', 'stock_quantity', 'inventory_quantity', 'quantity_in_stock', 'count_in_stock', 'units_in_stock', 'in_stock', 'num_in_stock', 'stock_count', 'available_quantity', 'quantity', 'qty']],
    in_stock: [['boolean'], ['in_stock', 'is_in_stock', 'instock', 'available', 'is_available', 'stock']],
    active: [['boolean', 'number'], ['is_active', 'active', 'is_published', 'published', 'is_public', 'visible', 'is_visible', 'enabled', 'is_enabled', 'for_sale', 'is_for_sale']],
    deleted: [['boolean', 'number'], ['is_deleted', 'deleted', 'is_removed', 'removed', 'is_archived', 'archived', 'discontinued', 'is_discontinued', 'is_draft', 'is_hidden', 'hidden', 'is_disabled', 'disabled', '_fivetran_deleted']],
    deleted_at: [['time'], ['deleted_at', 'deleted', 'archived_at', 'removed_at', 'discarded_at', 'discontinued_at']],
    status: [['text'], ['status', 'product_status', '_status', 'publication_status', 'state']],
    published_at: [['time'], ['published_at', 'publish_at', 'available_on', 'available_from']],
    handle: [['text'], ['slug', 'handle', 'url_slug', 'url_key', 'permalink']],
    category: [['text'], ['category', 'category_name', 'product_type', 'type', 'department']],
    brand: [['text'], ['brand', 'brand_name', 'manufacturer', 'vendor', 'make']],
    cost: [['number'], ['cost', 'cost_price', 'purchase_price', 'wholesale_price', 'buying_price']],
    currency: [['text'], ['price_currency', 'currency', 'currency_code']],
    created_at: [['time'], ['created_at', 'created', 'date_created', 'created_on', 'created_date', 'date_added', 'added_at', 'added_on', 'pub_date', 'published_at']],
    tags: [['array'], ['tags', 'keywords', 'labels']],
    colour: [['text'], ['colour', 'color', 'colour_name', 'color_name', 'farbe', 'couleur']],
    swatch: [['text'], ['swatch', 'colour_code', 'color_code', 'colour_hex', 'color_hex', 'hex_code', 'hex']],
    size: [['text', 'number'], ['size', 'size_name', 'size_label', 'groesse', 'taille']],
  },
  variant: {
    price: [['number'], ['price', 'regular_price', 'unit_price', 'base_price', 'price_override']],
    discounted_price: [['number'], ['discounted_price', 'discount_price', 'sale_price', 'special_price', 'offer_price']],
    inventory: [['number'], ['inventory', 'stock', 'stock_quantity', 'quantity_in_stock', 'count_in_stock', 'units_in_stock', 'in_stock', 'available_quantity', 'quantity', 'qty']],
    in_stock: [['boolean'], ['in_stock', 'is_in_stock', 'available', 'is_available']],
    image_url: [['text'], ['image_url', 'image', 'photo', 'picture', 'thumbnail']],
    active: [['boolean', 'number'], ['is_active', 'active', 'is_published', 'published', 'enabled', 'is_enabled']],
    deleted: [['boolean', 'number'], ['is_deleted', 'deleted', 'is_removed', 'is_archived', 'archived', 'discontinued', 'is_disabled', 'disabled', '_fivetran_deleted']],
    deleted_at: [['time'], ['deleted_at', 'deleted', 'archived_at', 'discarded_at', 'discontinued_at']],
    colour: [['text'], ['colour', 'color', 'colour_name', 'color_name', 'farbe', 'couleur']],
    swatch: [['text'], ['swatch', 'colour_code', 'color_code', 'colour_hex', 'color_hex', 'hex_code', 'hex']],
    size: [['text', 'number'], ['size', 'size_name', 'size_label', 'groesse', 'taille']],
  },
  colour: {
    name: [['text'], ['name', 'title', 'label', 'colour', 'color']],
    swatch: [['text'], ['swatch', 'code', 'hex', 'hex_code', 'colour_code', 'color_code', 'colour_hex', 'color_hex']],
  },
  size: {
    name: [['text', 'number'], ['name', 'title', 'label', 'size', 'code']],
  },
  category: {
    name: [['text', 'json'], ['name', 'title', 'label', 'category_name']],
  },
  brand: {
    name: [['text', 'json'], ['name', 'title', 'label', 'brand_name']],
  },
  picture: {
    image: [['text'], ['image', 'image_url', 'url', 'src', 'file', 'photo', 'picture', 'original', 'path']],
    position: [['number'], ['position', 'display_order', 'sort_order', 'order', 'ordering', 'rank']],
    main: [['boolean'], ['is_main', 'is_primary', 'is_default', 'main', 'primary', 'is_feature', 'is_featured']],
  },
  stock: {
    quantity: [['number'], ['quantity', 'qty', 'stock', 'available', 'quantity_available', 'units', 'count', 'on_hand']],
  },
  review: {
    rating: [['number'], ['rating', 'score', 'stars', 'rate', 'value']],
    approved: [['boolean'], ['approved', 'is_approved', 'published', 'is_published', 'is_active', 'active', 'visible', 'status']],
  },
  orders: {
    status: [['text', 'number'], ['status', 'order_status', 'state', 'order_state', 'fulfillment_status', 'order_status_id', 'status_id', 'order_state_id', 'state_id', 'status_code']],
    payment_status: [['text'], ['payment_status', 'payment_state', 'financial_status']],
    paid: [['boolean', 'time'], ['is_paid', 'paid', 'payment_complete', 'payment_completed', 'payed', 'paid_at', 'date_paid', 'paid_date', 'paid_on']],
    placed: [['boolean'], ['is_ordered', 'ordered', 'complete', 'completed', 'is_completed', 'is_complete', 'placed', 'is_placed']],
    placed_at: [['time'], ['placed_at', 'date_placed', 'ordered_at', 'date_ordered', 'purchased_at', 'checkout_completed_at', 'submitted_at']],
    cancelled: [['boolean', 'number', 'time'], ['is_cancelled', 'is_canceled', 'cancelled', 'canceled', 'is_void', 'voided', 'cancelled_at', 'canceled_at', 'cancelled_on', 'canceled_on', 'date_cancelled', 'cancellation_date', 'voided_at']],
    refunded: [['boolean', 'time'], ['is_refunded', 'refunded', 'refund_granted', 'refunded_at']],
    test: [['boolean'], ['is_test', 'test', 'is_test_order', 'test_order', 'is_sandbox']],
    deleted: [['boolean', 'number'], ['is_deleted', 'deleted', 'is_removed', '_fivetran_deleted']],
    deleted_at: [['time'], ['deleted_at', 'discarded_at', 'removed_at']],
    account_id: [['text', 'uuid', 'number'], ['user_id', 'customer_id', 'buyer_id', 'client_id', 'member_id', 'shopper_id', 'account_id', 'clerk_user_id', 'clerk_id', 'auth_user_id', 'auth0_id', 'firebase_uid', 'user_uid', 'user_sub', 'customer_uid', 'external_user_id']],
    ordered_at: [['time', 'number'], ['ordered_at', 'order_date', 'date_ordered', 'ordered_date', 'placed_at', 'date_placed', 'purchased_at', 'purchase_date', 'checkout_completed_at', 'submitted_at', 'processed_at', 'created_at', 'created', 'date_created', 'created_on', 'created_date', 'order_time', 'order_placed_at', 'date', 'timestamp', 'date_added', 'datetime', 'start_date', 'paid_at', 'sale_date', 'transaction_date', 'create_date', 'created_on_utc', 'created_date_utc', 'inserted_at']],
    currency: [['text'], ['currency', 'currency_code', 'customer_currency_code', 'order_currency', 'currency_iso', 'currency_iso_code', 'total_currency', 'total_price_currency', 'amount_currency']],
    channel: [['text'], ['channel', 'source', 'sales_channel', 'platform']],
    number: [['text', 'number'], ['order_number', 'number', 'order_no', 'reference', 'order_ref', 'order_code']],
    email: [['text'], ['email', 'email_address', 'customer_email', 'guest_email', 'contact_email']],
    tracking_url: [['text'], ['tracking_url', 'tracking_link', 'shipment_url']],
  },
  order_state: {
    name: [['text'], ['name', 'title', 'label', 'code', 'key', 'status', 'description']],
  },
  line: {
    quantity: [['number'], ['quantity', 'qty', 'count', 'units', 'quantity_ordered']],
    unit_price: [['number'], ['unit_price', 'price', 'price_at_purchase', 'purchase_price', 'item_price', 'final_price', 'product_price', 'price_paid', 'price_at_order', 'price_each', 'price_per_unit', 'price_per_item', 'selling_price', 'sold_price', 'unit_price_incl_tax', 'unit_price_gross', 'unit_cost', 'rate']],
    unit_price_cents: [['number'], ['unit_price_cents', 'price_cents', 'price_in_cents', 'unit_amount', 'unit_amount_cents']],
    total: [['number'], ['line_total', 'total_price', 'total', 'subtotal', 'sub_total', 'total_amount']],
    returned: [['number'], ['returned_quantity', 'quantity_returned', 'returned_qty', 'refunded_quantity', 'quantity_refunded', 'qty_returned']],
    currency: [['text'], ['price_currency', 'unit_price_currency', 'currency']],
    deleted: [['boolean', 'number'], ['is_deleted', 'deleted', 'is_removed', '_fivetran_deleted']],
    deleted_at: [['time'], ['deleted_at', 'discarded_at', 'removed_at']],
    cancelled: [['boolean', 'time'], ['is_cancelled', 'is_canceled', 'cancelled', 'canceled', 'cancelled_at', 'canceled_at', 'is_refunded', 'refunded_at', 'is_returned', 'returned_at']],
  },
  account: {
    first_name: [['text'], ['first_name', 'firstname', 'given_name']],
    last_name: [['text'], ['last_name', 'lastname', 'family_name', 'surname']],
    full_name: [['text'], ['full_name', 'name', 'display_name', 'contact_name', 'customer_name', 'company_name']],
    username: [['text'], ['username', 'user_name', 'nickname', 'handle']],
    email: [['text'], ['email', 'email_address']],
    locale: [['text'], ['locale', 'language', 'language_code', 'preferred_language', 'lang']],
    time_zone: [['text'], ['time_zone', 'timezone', 'tz']],
    created_at: [['time'], ['date_joined', 'created_at', 'joined_at', 'created', 'date_created', 'created_on', 'registered_at']],
  },
  watch_item: {
    created_at: [['time'], ['created_at', 'added_at', 'created', 'date_added', 'created_on', 'added_on', 'timestamp']],
  },
} as const satisfies Record<string, Synonyms>;
