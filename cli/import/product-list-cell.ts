// One cell that lists all products of an order, as WooCommerce Analytics exports them: `1× Red mug, 2× Oak lamp`.

const item = /(?:^|, )(\d+)\s?[×x] (.+?)(?=, \d+\s?[×x] |$)/gu;

/** Whether a cell begins like such a list. */
export function isProductList(text: string): boolean {
  return /^\d+\s?[×x] \S/u.test(text);
}

/** The products of a list with their quantities. */
export function parseProductList(text: string): Array<{ quantity: string; product: string }> {
  return Array.from(text.matchAll(item), ([, quantity, product]) => ({
    quantity: quantity!,
    product: product!.trim(),
  }));
}
