// What a run sends to each addressee, decided just before it is sent: addressees → payloads, or reasons to skip them.
import type { Addressee } from '../../sql/store/push/addressees.ts';
import type { Campaign } from '../../sql/store/push/campaigns.ts';
import { beaconOf } from './beacon.ts';
import { campaignArm, messageFor } from './campaign-arms.ts';
import { type PayloadOptions, payloadOf } from './message.ts';

/** A message to send, or the reason why there is none for this addressee. */
export type Composed =
  | { readonly payload: string; readonly usedFallback?: boolean | undefined }
  | { readonly skip: string };

/** Composes the messages of some addressees of a batch, in their order. */
export type ComposeSome = (chunk: readonly Addressee[]) => Promise<readonly Composed[]>;

export interface Composer {
  /** Reads what changes slowly for a whole batch; the result reads stock and prices, just before these are sent. */
  prepare(batch: readonly Addressee[]): Promise<ComposeSome>;
}

/** The same message for everyone, or one of two texts. */
export function plainComposer(campaign: Campaign, origin: string | undefined): Composer {
  const { campaign_id, message } = campaign;
  const compose: ComposeSome = async (chunk) =>
    chunk.map((addressee) => {
      const tagged = { ...messageFor(message, campaignArm(campaign, addressee)), tag: `c${campaign_id}` };
      return { payload: payloadOf(tagged, payloadOptions(campaign, addressee, origin)) };
    });
  return { prepare: async () => compose };
}

/** @param origin goes before paths of the message */
export function payloadOptions(
  { campaign_id, beacon_key, message }: Pick<Campaign, 'campaign_id' | 'beacon_key' | 'message'>,
  { subscription_id, occasion_id }: Pick<Addressee, 'subscription_id' | 'occasion_id'>,
  origin: string | undefined,
): PayloadOptions {
  return {
    ...(origin === undefined ? {} : { origin }),
    lang: message.lang,
    beacon: beaconOf(campaign_id, subscription_id, beacon_key, occasion_id),
  };
}
