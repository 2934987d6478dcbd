// File formats of shop platforms: how to detect them by the header, and which column holds which field.
// Names of columns are written in letters and digits only, the likeliest first.
import type { OrderField, ProductField } from './fields.ts';

export const formatNames = [
  'plain',
  'shopify',
  'woocommerce',
  'magento',
  'etsy',
  'amazon',
  'square',
  'lightspeed',
  'ebay',
] as const;
export type FormatName = (typeof formatNames)[number];

type Aliases<F extends string> = Partial<Record<F, readonly string[]>>;

export interface FileFormat {
  readonly name: FormatName;
  /** Whether a file of orders, or of products, has this form. */
  readonly isOrders: (columns: ReadonlySet<string>) => boolean;
  readonly isProducts: (columns: ReadonlySet<string>) => boolean;
  /** Columns to look for before those of any file; an empty list means that no column holds the field. */
  readonly orders: Aliases<OrderField>;
  readonly products: Aliases<ProductField>;
}

const plain: FileFormat = {
  name: 'plain',
  isOrders: () => true,
  isProducts: () => true,
  orders: {},
  products: {},
};

const formats: readonly FileFormat[] = [
  {
    // Also Squarespace, which exports orders in the same form.
    name: 'shopify',
    isOrders: (has) => has.has('lineitemname') || has.has('lineitemsku'),
    isProducts: (has) => has.has('handle') && (has.has('variantsku') || has.has('variantprice')),
    orders: {
      order_id: words('name orderid id'),
      customer_id: words('email customerid phone billingname'),
      product_id: words('lineitemsku lineitemname'),
      ordered_at: words('createdat paidat'),
      quantity: words('lineitemquantity'),
      returned_quantity: words('lineitemrefundedquantity'),
      unit_price: words('lineitemprice'),
      category: [],
      name: words('lineitemname'),
      status: words('financialstatus'),
      cancelled_at: words('cancelledat canceledat'),
      currency: words('currency'),
    },
    products: {
      product_id: words('variantsku'),
      name: words('title'),
      description: words('bodyhtml body'),
      category: words('productcategory type customproducttype'),
      price: words('variantprice'),
      compare_at_price: words('variantcompareatprice'),
      image_url: words('variantimage imagesrc'),
      inventory: words('variantinventoryqty'),
      stock_tracked: words('variantinventorytracker'),
      backorders: words('variantinventorypolicy'),
      handle: words('handle urlhandle'),
      brand: words('vendor'),
      cost: words('costperitem'),
      tags: words('tags'),
      published: words('published'),
      status: words('status'),
      url: [],
      featured: [],
    },
  },
  {
    name: 'magento',
    isOrders: (has) =>
      has.has('qtyordered') ||
      (has.has('incrementid') && (has.has('sku') || has.has('basegrandtotal') || has.has('grandtotal'))),
    isProducts: (has) => has.has('sku') && (has.has('attributesetcode') || has.has('urlkey')),
    orders: {
      order_id: words('orderincrementid incrementid ordernumber orderid order'),
      customer_id: words('customerid customeremail email'),
      product_id: words('sku productid'),
      parent_line: words('parentitemid'),
      category: [],
      ordered_at: words('createdat ordercreatedat purchasedate orderdate purchasedon'),
      quantity: words('qtyordered'),
      returned_quantity: words('qtyrefunded qtycanceled'),
      unit_price: words('price baseprice originalprice'),
      name: words('name productname'),
      status: words('status orderstatus state'),
      currency: words('ordercurrencycode basecurrencycode currency'),
    },
    products: {
      product_id: words('sku'),
      name: words('name'),
      description: words('description shortdescription'),
      category: words('categories category'),
      price: words('price'),
      discounted_price: words('specialprice'),
      kind: words('producttype'),
      image_url: words('baseimage smallimage thumbnailimage image'),
      inventory: words('qty quantity'),
      in_stock: words('isinstock'),
      handle: words('urlkey'),
      published: words('productonline'),
      variants: words('configurablevariations'),
      created_at: words('createdat'),
      brand: words('manufacturer brand'),
      cost: words('cost'),
    },
  },
  {
    name: 'woocommerce',
    isOrders: (has) =>
      (has.has('products') && has.has('itemssold')) ||
      (has.has('itemcost') && has.has('ordernumber')) ||
      (has.has('itemproductid') && has.has('itemsku')) ||
      (has.has('orderid') && has.has('variationid') && has.has('productqty')) ||
      (has.has('billingemail') && has.has('datecreatedgmt')) ||
      (has.has('numitemssold') && has.has('returningcustomer')) ||
      (has.has('datecreated') && has.has('status') && has.has('productid')),
    isProducts: (has) =>
      has.has('sku') && has.has('type') && (has.has('regularprice') || has.has('categories')),
    orders: {
      order_id: words('orderid ordernumber order id'),
      customer_id: words(
        'customerid customeruserid customeruser customeremail emailbilling billingemail customer',
      ),
      // A variation is what was bought; its parent, where there is none.
      product_id: words('variationid itemvariationid productid itemproductid sku itemsku itemname products'),
      ordered_at: words('datecreatedgmt datecreated orderdate date dateofpurchase paiddate'),
      // "Quantity (- Refund)" is what is left.
      quantity: words('quantityrefund quantity qty itemquantity productqty'),
      returned_quantity: words('refundedquantity qtyrefunded itemrefundedqty'),
      unit_price: words('itemcost price productprice itemprice'),
      line_total: words('itemsubtotal productnetrevenue itemtotal linetotal'),
      name: words('itemname productname name'),
      status: words('status orderstatus'),
      currency: words('currency ordercurrency'),
      refund_of: words('parentorderid parentid refundof'),
      line_type: words('orderitemtype type'),
    },
    products: {
      product_id: words('id sku'),
      name: words('name'),
      description: words('description shortdescription'),
      category: words('categories'),
      price: words('regularprice'),
      discounted_price: words('saleprice'),
      kind: words('type'),
      image_url: words('images'),
      inventory: words('stock'),
      in_stock: words('instock'),
      group_id: words('parent'),
      handle: words('slug'),
      published: words('published'),
      featured: words('isfeatured featured'),
      tags: words('tags'),
      brand: words('brands brand'),
      status: [],
    },
  },
  {
    name: 'etsy',
    isOrders: (has) => has.has('listingid') && has.has('orderid'),
    isProducts: () => false,
    orders: {
      order_id: words('orderid'),
      customer_id: words('buyeruserid buyer'),
      product_id: words('listingid'),
      ordered_at: words('saledate datepaid'),
      quantity: words('quantity'),
      unit_price: words('price'),
      name: words('itemname'),
      status: words('status orderstatus'),
      currency: words('currency'),
    },
    products: {},
  },
  {
    // Its prices are those of all pieces of a line.
    name: 'amazon',
    isOrders: (has) => has.has('amazonorderid') || (has.has('orderitemid') && has.has('quantitypurchased')),
    isProducts: () => false,
    orders: {
      order_id: words('amazonorderid orderid'),
      customer_id: words('buyeremail'),
      product_id: words('sku asin'),
      ordered_at: words('purchasedate paymentsdate'),
      quantity: words('quantity quantitypurchased quantityshipped'),
      unit_price: [],
      line_total: words('itemprice'),
      name: words('productname'),
      status: words('itemstatus orderstatus'),
      currency: words('currency'),
    },
    products: {},
  },
  {
    name: 'square',
    isOrders: (has) => has.has('pricepointname') && has.has('transactionid'),
    isProducts: () => false,
    orders: {
      order_id: words('transactionid'),
      customer_id: words('customerid customerreferenceid'),
      product_id: words('sku item'),
      ordered_at: words('date'),
      quantity: words('qty'),
      unit_price: [],
      line_total: words('grosssales'),
      category: words('category'),
      name: words('item'),
      status: [],
      line_type: words('eventtype'),
    },
    products: {},
  },
  {
    // Lightspeed Retail, formerly Vend: a row for each sale, then its lines and payments.
    name: 'lightspeed',
    isOrders: (has) => has.has('receiptnumber') && has.has('linetype'),
    isProducts: () => false,
    orders: {
      order_id: words('receiptnumber'),
      customer_id: words('customercode customername'),
      product_id: words('sku'),
      ordered_at: words('date'),
      quantity: words('quantity'),
      unit_price: [],
      line_total: words('subtotal total'),
      name: words('details'),
      status: words('status'),
      line_type: words('linetype'),
    },
    products: {},
  },
  {
    // A row for the order, then one for each item, where there are several; sellers need not give items a label of their own.
    name: 'ebay',
    isOrders: (has) => has.has('itemnumber') && (has.has('salesrecordnumber') || has.has('buyerusername')),
    isProducts: () => false,
    orders: {
      order_id: words('ordernumber salesrecordnumber'),
      customer_id: words('buyerusername buyeremail'),
      product_id: words('customlabel customlabelsku itemnumber'),
      ordered_at: words('saledate paidondate'),
      quantity: words('quantity'),
      unit_price: words('soldfor saleprice'),
      name: words('itemtitle'),
    },
    products: {},
  },
];

/** Detects the format of a file by its columns, unless `--format` sets it. */
export function formatOf(
  kind: 'orders' | 'products',
  columns: readonly string[],
  given?: FormatName,
): FileFormat {
  const has = new Set(columns);
  if (given) return formats.find(({ name }) => name === given) ?? plain;
  return (
    formats.find((format) => (kind === 'orders' ? format.isOrders(has) : format.isProducts(has))) ?? plain
  );
}

function words(text: string): string[] {
  return text.split(' ');
}
