// The demo's tour: a bestseller with its lists, a customer whose list has many reasons, what is rising.
import { richestCustomer } from '../../../sql/store/lists.ts';
import { type CustomerInspection, inspectCustomer } from './customer.ts';
import { type InspectionInput, openInspection } from './inspection.ts';
import { inspectProduct, type ProductInspection } from './product.ts';
import { inspectTrending, type TrendingInspection } from './trending.ts';

export interface Tour {
  /** Absent where nothing was sold, or no customer has a list. */
  readonly product?: ProductInspection;
  readonly customer?: CustomerInspection;
  readonly trending: TrendingInspection;
}

export async function tour(input: InspectionInput): Promise<Tour> {
  const inspection = await openInspection(input);
  try {
    const { lists } = await inspectTrending({ ...inspection, limit: () => 20 }, undefined, ['bestseller']);
    // The dearest of the bestsellers tells more than the socks that everybody adds.
    const hero = [...(lists.bestseller ?? [])].sort((a, b) => (b.price ?? 0) - (a.price ?? 0))[0];
    const customer = await richestCustomer(inspection.client, inspection.build.build_id);
    return {
      ...(hero && { product: await inspectProduct(inspection, String(hero.id)) }),
      ...(customer !== undefined && { customer: await inspectCustomer(inspection, customer) }),
      trending: await inspectTrending(inspection, undefined, ['trending']),
    };
  } finally {
    await inspection.close();
  }
}
