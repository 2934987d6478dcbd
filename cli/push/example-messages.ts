// What a campaign would send to some of its audience: campaign → examples, and how many would be skipped.
import { personalComposer } from '../../runtime/push/content/personal-composer.ts';
import type { Client } from '../../sql/pool.ts';
import { sampleAddressees } from '../../sql/store/push/addressees.ts';
import type { Campaign } from '../../sql/store/push/campaigns.ts';
import type { CommandContext } from '../command.ts';
import { count, several } from '../terminal/figures.ts';
import type { AskedCampaign } from './campaign-flags.ts';
import { personalSettings } from './personal-settings.ts';

/** Subscriptions whose messages are composed to count those that would be skipped. */
const maxSampled = 1_000;
const maxShown = 10;

export interface ExampleMessage {
  readonly customer: string | null;
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly image: string | null;
}

export interface Examples {
  readonly examples: readonly ExampleMessage[];
  /** Of the sampled subscriptions: messages, messages with a fallback, and reason → skipped. */
  readonly sampled: {
    readonly messages: number;
    readonly fallbacks: number;
    readonly skipped: Readonly<Record<string, number>>;
  };
  readonly payload_bytes: number;
}

/** Undefined if the message is the same for everyone. */
export async function exampleMessages(
  context: CommandContext,
  client: Client,
  { message, audience, topic, settings }: AskedCampaign,
): Promise<Examples | undefined> {
  const campaign = {
    campaign_id: 999_999_999,
    beacon_key: Buffer.alloc(32),
    message,
    settings,
  } as unknown as Campaign;
  const composer = personalComposer(await personalSettings(context))(campaign);
  if (!composer) return undefined;
  const addressees = await sampleAddressees(client, { audience, topic, settings }, maxSampled);
  const composed = await (await composer.prepare(addressees))(addressees);
  const examples: ExampleMessage[] = [];
  const skipped: Record<string, number> = {};
  let [messages, fallbacks, bytes] = [0, 0, 0];
  for (const [at, each] of composed.entries()) {
    if ('skip' in each) {
      skipped[each.skip] = (skipped[each.skip] ?? 0) + 1;
      continue;
    }
    messages += 1;
    if (each.usedFallback) fallbacks += 1;
    bytes = Math.max(bytes, Buffer.byteLength(each.payload));
    if (examples.length < maxShown) examples.push(exampleOf(addressees[at]!.customer_id, each.payload));
  }
  return { examples, sampled: { messages, fallbacks, skipped }, payload_bytes: bytes };
}

/** The notification in a payload, as a person reads it: without the marks that keep names in their direction. */
export function exampleOf(customer: string | null, payload: string): ExampleMessage {
  const { title, body, navigate, image = null } = JSON.parse(payload).notification;
  const shown = (text: string) => text.replaceAll(/[\u2068\u2069]/g, '');
  return { customer, title: shown(title), body: shown(body), url: navigate, image };
}

export function printExamples(
  { terminal }: Pick<CommandContext, 'terminal'>,
  { examples, sampled }: Pick<Examples, 'examples' | 'sampled'>,
  words: Readonly<Record<string, string>>,
): void {
  terminal.heading('Examples');
  terminal.table(
    [{ title: 'customer' }, { title: 'title' }, { title: 'body' }, { title: 'opens' }],
    examples.map(({ customer, title, body, url }) => [customer ?? 'visitor', title, body, url]),
  );
  const { messages, fallbacks } = sampled;
  const skipped = Object.entries(sampled.skipped);
  const total = messages + skipped.reduce((sum, [, n]) => sum + n, 0);
  const notes = [
    `${count(messages)} ${messages === 1 ? 'gets' : 'get'} a message`,
    fallbacks > 0 && `${count(fallbacks)} of them with a fallback`,
    ...skipped.map(([reason, n]) => `${count(n)} are skipped: ${words[reason] ?? reason}`),
  ];
  terminal.print(`Of ${several(total, 'browser')} sampled, ${notes.filter(Boolean).join('; ')}.`);
}
