// Whom a run sends to: the audience of a campaign, or what a journey has found.
import type { Client, Queryable } from '../../sql/pool.ts';
import { type Addressee, addressees, dueAddressees } from '../../sql/store/push/addressees.ts';
import type { Campaign } from '../../sql/store/push/campaigns.ts';

export interface RunSource {
  /** Yields those who have no message yet; when it is resumed, all that it yielded are recorded. */
  fresh(
    session: { readonly client: Client; readonly reader: Client },
    campaign: Campaign,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Addressee[]>;
  /** Messages that wait and are due. */
  due(client: Queryable, campaignId: number, limit: number): Promise<readonly Addressee[]>;
}

/** The audience of the campaign itself. */
export const ofAudience: RunSource = {
  fresh: ({ reader }, campaign, signal) => addressees(reader, campaign, signal),
  due: dueAddressees,
};
