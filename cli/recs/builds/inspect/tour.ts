// What a visitor is shown of a build: a product's lists, a customer's, and what is rising.

import { firstWithHistory, richCustomers, richProducts } from '../../../../sql/store/lists/showpieces.ts';
import { productsById } from '../../../../sql/store/shop/shop-products.ts';
import { type CustomerInspection, inspectCustomer } from './customer.ts';
import { type Inspection, type InspectionInput, openInspection } from './inspection.ts';
import { inspectProduct, type ProductInspection } from './product.ts';
import { inspectTrending, type TrendingInspection } from './trending.ts';

export interface Tour {
  /** Absent where the shop is too small for lists that show anything. */
  readonly product?: ProductInspection;
  readonly customer?: CustomerInspection;
  readonly trending: TrendingInspection;
}

/** Candidates that are looked at for the best showpiece. */
const candidates = 200;
/** Entries a list: enough to nod at. */
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

/** A dress says at once what a list is worth; any other shop shows what sells best together. */
async function showProduct({ client, source, build, ids }: Inspection): Promise<string | undefined> {
  const rich = await richProducts(client, build.build_id, candidates);
  const known = await productsById(source, ids.product, rich);
  const inStock = rich.filter((id) => known.get(id) && known.get(id)?.inventory !== 0);
  return inStock.find((id) => /dress/i.test(known.get(id)!.category)) ?? inStock[0];
}

async function showCustomer({ client, source, build, ids }: Inspection): Promise<string | undefined> {
  const rich = await richCustomers(client, build.build_id, candidates);
  return (await firstWithHistory(source, ids.customer, rich)) ?? rich[0];
}
