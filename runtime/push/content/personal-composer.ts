// Composes a campaign whose texts have placeholders: each person's name, and the product that leads their list.
import type { Campaign, CampaignMessage } from '../../../sql/store/push/campaigns.ts';
import { campaignArm, messageFor } from '../campaign-arms.ts';
import { type Composer, payloadOptions } from '../composer.ts';
import { originOfLinks } from '../message.ts';
import { type ContentSource, PersonalContent } from './personal-content.ts';
import {
  composePersonal,
  isPersonal,
  type MessageContext,
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
    const { a, b } = parsedTexts(campaign.message);
    return isPersonal(a) || isPersonal(b) ? composerOf(campaign, { a, b }, settings) : undefined;
  };
}

interface ParsedTexts {
  readonly a: ParsedMessage;
  readonly b: ParsedMessage;
}

/** Both texts of a message; the same one twice if it has one. */
function parsedTexts(message: CampaignMessage): ParsedTexts {
  const a = parseMessage(message);
  return { a, b: message.b ? parseMessage(messageFor(message, 'b')) : a };
}

function composerOf(campaign: Campaign, { a, b }: ParsedTexts, settings: PersonalSettings): Composer {
  const content = new PersonalContent(settings.source);
  const context = messageContext(settings);
  const origin = originOfLinks(settings.config);
  const tag = `c${campaign.campaign_id}`;
  return {
    prepare: async (batch) => {
      const read = await content.prepare(
        batch.map((each) => each.customer_id),
        { name: a.wanted.name || b.wanted.name, product: a.wanted.product || b.wanted.product },
      );
      return async (chunk) => {
        const people = await read(chunk.map((each) => each.customer_id));
        return chunk.map((addressee, at) =>
          composePersonal(
            campaignArm(campaign, addressee) === 'b' ? b : a,
            people[at]!,
            { ...context, personLocale: priceLocale(addressee.locale, campaign.message.lang), tag },
            payloadOptions(campaign, addressee, origin),
          ),
        );
      };
    },
  };
}

/** The locale of the subscriber, unless the texts are in another language: their prices are, too. */
export function priceLocale(subscriber: string | null, lang: string | undefined): string | null {
  const languageOf = (locale: string | null) => locale?.split(/[-_]/)[0]?.toLowerCase();
  return lang === undefined || languageOf(subscriber) === languageOf(lang) ? subscriber : lang;
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
export function hasPlaceholders(message: CampaignMessage): boolean {
  const { a, b } = parsedTexts(message);
  return isPersonal(a) || isPersonal(b);
}
