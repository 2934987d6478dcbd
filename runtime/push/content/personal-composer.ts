// Composes a campaign whose texts have placeholders: each person's name, and the product that leads their list.
import type { Campaign } from '../../../sql/store/push/campaigns.ts';
import { type Composer, payloadOptions } from '../composer.ts';
import { originOfLinks } from '../message.ts';
import { type ContentSource, PersonalContent } from './personal-content.ts';
import {
  composePersonal,
  isPersonal,
  type MessageContext,
  type MessageTexts,
  type ParsedMessage,
  parseMessage,
} from './personal-message.ts';
import { type LinkSettings, ProductLinks } from './product-links.ts';

export interface PersonalSettings {
  readonly source: ContentSource;
  readonly config: LinkSettings & { readonly locale?: string | undefined };
  readonly shopName: string;
}

/** Campaign → composer; undefined for a campaign that sends the same message to everyone. */
export function personalComposer(settings: PersonalSettings): (campaign: Campaign) => Composer | undefined {
  return (campaign) => {
    const parsed = parseMessage(campaign.message);
    return isPersonal(parsed) ? composerOf(campaign, parsed, settings) : undefined;
  };
}

function composerOf(campaign: Campaign, parsed: ParsedMessage, settings: PersonalSettings): Composer {
  const content = new PersonalContent(settings.source);
  const context = messageContext(settings);
  const origin = originOfLinks(settings.config);
  const tag = `c${campaign.campaign_id}`;
  return {
    prepare: async (batch) => {
      const read = await content.prepare(
        batch.map((each) => each.customer_id),
        parsed.wanted,
      );
      return async (chunk) => {
        const people = await read(chunk.map((each) => each.customer_id));
        return chunk.map((addressee, at) =>
          composePersonal(
            parsed,
            people[at]!,
            { ...context, personLocale: addressee.locale, tag },
            payloadOptions(campaign, addressee, origin),
          ),
        );
      };
    },
  };
}

export function messageContext({ source, config, shopName }: PersonalSettings): MessageContext {
  return {
    links: new ProductLinks(config),
    currency: source.currency,
    shopName,
    locale: config.locale ?? 'en',
  };
}

/** Whether a message has placeholders. @throws CoutureError `bad_option` for an unknown one */
export function hasPlaceholders(texts: MessageTexts): boolean {
  return isPersonal(parseMessage(texts));
}
