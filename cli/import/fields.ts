// The fields that couture reads from order files and product files.

export const orderFields = [
  'order_id',
  'customer_id',
  'product_id',
  'ordered_at',
  'quantity',
  'returned_quantity',
  'unit_price',
  'line_total',
  'currency',
  'category',
  'name',
  'status',
  'cancelled_at',
] as const;
export const productFields = [
  'product_id',
  'name',
  'description',
  'category',
  'price',
  'discounted_price',
  'compare_at_price',
  'on_sale',
  'image_url',
  'rating',
  'review_count',
  'tags',
  'featured',
  'inventory',
  'in_stock',
  'stock_tracked',
  'backorders',
  'group_id',
  'handle',
  'url',
  'brand',
  'cost',
  'created_at',
  'published',
  'status',
  'variants',
] as const;

export type OrderField = (typeof orderFields)[number];
export type ProductField = (typeof productFields)[number];
export type Field = OrderField | ProductField;
