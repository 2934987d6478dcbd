// Whether customers rate the products of this shop, as far as some of them show: most platforms keep no ratings.
import type { ProductCard } from '../../runtime/contract/product.ts';

export function anyRated(products: ReadonlyArray<Pick<ProductCard, 'review_count'>> | undefined): boolean {
  return products?.some(({ review_count }) => review_count > 0) ?? false;
}
