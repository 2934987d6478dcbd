// Figures of the lines as they were read, and what was found out about them later → the counts and dates of the report. Postgres reads
// the lines again only where the figures do not hold.
import type { Client } from '../../sql/pool.ts';
import { countImported, countLost, type ImportedCounts } from '../../sql/store/sample/imported-counts.ts';
import { judgeDays, readSourceDates, type SourceDates } from '../recs/source/plan.ts';
import type { LineFigures } from './line-figures.ts';
import type { ProductCatalogue } from './product-catalogue.ts';

export interface LinesRead {
  /** Undefined if lines changed since they were read. */
  readonly figures: LineFigures | undefined;
  /** What counts as sold, returned lines included. */
  readonly sold: ReturnType<ProductCatalogue['counted']>;
  /** Lines marked as returned. */
  readonly takenBack: number;
  /** Customers with a line that counts. */
  readonly customers: number;
}

export interface LinesSummary {
  readonly counts: ImportedCounts;
  readonly dates: SourceDates;
}

export async function summarizeLines(
  client: Client,
  latestDay: number,
  { figures, sold, takenBack, customers }: LinesRead,
): Promise<LinesSummary> {
  if (!figures)
    return { counts: await countImported(client), dates: await readSourceDates(client, latestDay) };
  const hasLost = takenBack > 0 || sold.serviceLines > 0;
  const lost = hasLost ? await countLost(client, takenBack > 0) : undefined;
  return {
    counts: {
      cancelled: figures.cancelled + takenBack,
      without_customer: figures.withoutCustomer,
      quantity_not_positive: figures.quantityNotPositive,
      price_not_positive: figures.priceNotPositive,
      duplicates: figures.duplicates,
      counted: {
        lines: sold.lines - (lost?.lines ?? 0),
        orders: figures.countedOrders - (lost?.orders ?? 0),
        products: sold.products - (lost?.products ?? 0),
        customers,
      },
      first_order: lost ? lost.first_order : figures.firstOrder,
      last_order: lost ? lost.last_order : figures.lastOrder,
    },
    dates: lost
      ? await readSourceDates(client, latestDay)
      : await judgeDays(client, figures.daysSince2000(), latestDay),
  };
}
