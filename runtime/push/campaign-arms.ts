// Who of a campaign's audience is held out, and who gets which text: campaign and addressee → arm.
import { drawOf } from '../../sql/draw.ts';
import type { Addressee } from '../../sql/store/push/addressees.ts';
import type { Campaign, CampaignMessage } from '../../sql/store/push/campaigns.ts';

export type CampaignArm = 'held_out' | 'a' | 'b';

/** A message, and its second text if there is one. */
export type MessageArms = Pick<Campaign, 'campaign_id' | 'settings' | 'message'>;

/** All browsers of a customer are in one arm; each browser of a visitor is drawn by itself. */
export function campaignArm(
  { campaign_id, settings, message }: MessageArms,
  { customer_id, subscription_id }: Pick<Addressee, 'customer_id' | 'subscription_id'>,
): CampaignArm {
  const { holdout = 0 } = settings;
  if (holdout === 0 && !message.b) return 'a';
  const unit = customer_id === null ? `browser ${subscription_id}` : `customer ${customer_id}`;
  if (holdout > 0 && drawOf(`campaign ${campaign_id} holdout`, unit) < holdout) return 'held_out';
  return message.b && drawOf(`campaign ${campaign_id} text`, unit) < 0.5 ? 'b' : 'a';
}

/** The message with the text of an arm. */
export function messageFor({ b, ...message }: CampaignMessage, arm: CampaignArm): CampaignMessage {
  return arm === 'b' && b ? { ...message, ...b } : message;
}
