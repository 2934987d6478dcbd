// The tour that the demo prints after a build: one product's lists, one customer's list, and what is trending.

import { firstWithHistory, richCustomers, richProducts } from '../../../../sql/store/lists/showpieces.ts';
import { productsById } from '../../../../sql/store/shop/shop-products.ts';
import { type CustomerInspection, inspectCustomer } from './customer.ts';
import { type Inspection, type InspectionInput, openInspection } from './inspection.ts';
import { inspectProduct, type ProductInspection } from './product.ts';
import { inspectTrending, type TrendingInspection } from './trending.ts';

export interface Tour {
  /** Missing if the shop is too small for meaningful lists. */
  readonly product?: ProductInspection;
  readonly customer?: CustomerInspection;
  readonly trending: TrendingInspection;
}

/** Candidates that the example product and customer are chosen from. */
const candidates = 200;
/** Entries per list. */
const shown = 5;

export async function tour(input: Omit<InspectionInput, 'limit'>): Promise<Tour> {
  const opened = await openInspection(input);
  try {
    const inspection: Inspection = { ...opened, limit: (kind) => Math.min(shown, opened.limit(kind)) };
    const product = await showProduct(inspection);
    const customer = await showCustomer(inspection);
    return {
      ...(product !== undefined && { product: await inspectProduct(inspection, product) }),
      ...(customer !== undefined && { customer: await inspectCustomer(inspection, customer) }),
      trending: await inspectTrending(inspection, undefined, ['trending']),
    };
  } finally {
    await opened.close();
  }
}

/** Prefers a dress, whose list is easy to judge; other shops show the product with the richest lists. */
async function showProduct({ client, source, build, ids }: Inspection): Promise<string | undefined> {
  const rich = await richProducts(client, build.build_id, candidates);
  const known = await productsById(source, ids.product, rich);
  const inStock = rich.filter((id) => known.get(id) && known.get(id)?.inventory !== 0);
  return inStock.find((id) => /dress/i.test(known.get(id)!.category)) ?? inStock[0];
}

async function showCustomer({ client, source, build, ids }: Inspection): Promise<string | undefined> {
  const rich = await richCustomers(client, build.build_id, candidates);
  return (await firstWithHistory(client, source, ids.customer, rich)) ?? rich[0];
}
