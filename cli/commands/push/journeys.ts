// `couture push journeys`: lists, switches, previews and runs the messages that the shop sends by itself.
import { CoutureError, exitCodes } from '../../../runtime/core/errors.ts';
import { Delivery } from '../../../runtime/push/delivery.ts';
import { JourneyMessages } from '../../../runtime/push/journeys/journey-messages.ts';
import { eligibleOccasions, runJourney, usualLimits } from '../../../runtime/push/journeys/run-journey.ts';
import { watchOrders } from '../../../runtime/push/journeys/watch-orders.ts';
import { networkOf } from '../../../runtime/push/push.ts';
import { requireKeys } from '../../../runtime/push/vapid-keys.ts';
import { drawOf } from '../../../sql/draw.ts';
import type { Client } from '../../../sql/pool.ts';
import type { Campaign } from '../../../sql/store/push/campaigns.ts';
import { type JourneyRule, journeyRules } from '../../../sql/store/push/journey-rules.ts';
import {
  type JourneyState,
  journeyCounts,
  journeyStates,
  setJourney,
} from '../../../sql/store/push/journeys.ts';
import { type Occasion, previewAddressees } from '../../../sql/store/push/occasions.ts';
import { audienceSize } from '../../../sql/store/push/segments.ts';
import { checkWatched } from '../../../sql/store/push/watched.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { shareOf } from '../../push/campaign-flags.ts';
import { type ExampleMessage, exampleOf } from '../../push/example-messages.ts';
import { journeyCautions } from '../../push/journey-cautions.ts';
import { personalSettings } from '../../push/personal-settings.ts';
import { count, percent, several } from '../../terminal/figures.ts';

const maxExamples = 10;

/**
 * With --json: {journeys: [{journey, summary, enabled, holdout, topic, open, done, held_out, skipped, doubtful, caution}]}; `caution` says
 * what a journey doesn't know in this shop, and is absent if it lacks nothing.
 */
export const pushJourneysList: CommandSpec = {
  usage: 'list',
  summary: 'list journeys, whether they are on, and how many occasions each has had',
  settings: ['databaseUrl', 'home'],
  run: async (context) => {
    const client = await openPush(context, 'journeys');
    const counts = await journeyCounts(client);
    const cautions = await journeyCautions(client, context.config);
    const none = { open: 0, done: 0, held_out: 0, skipped: 0, doubtful: 0 };
    const journeys = (await journeyStates(client)).map(({ name, enabled, holdout }) => {
      const { summary, topic } = journeyRules[name]!;
      const facts = { journey: name, summary, enabled, holdout, topic, ...(counts.get(name) ?? none) };
      return { ...facts, caution: cautions.get(name) };
    });
    context.terminal.result({ journeys });
    const isDoubtful = journeys.some(({ doubtful }) => doubtful > 0);
    context.terminal.table(
      [
        { title: 'journey' },
        { title: 'when', wrap: true },
        { title: 'state' },
        { title: 'topic', optional: true },
        { title: 'held out', align: 'right' },
        { title: 'occasions', align: 'right' },
        { title: 'skipped', align: 'right' },
        ...(isDoubtful ? [{ title: 'in doubt', align: 'right' } as const] : []),
      ],
      journeys.map((each) => [
        each.journey,
        each.summary,
        each.enabled ? 'on' : 'off',
        each.topic,
        each.holdout > 0 ? percent(each.holdout) : '',
        count(each.done + each.skipped + each.held_out + each.open),
        count(each.skipped),
        ...(isDoubtful ? [count(each.doubtful)] : []),
      ]),
    );
    for (const { journey, enabled, caution } of journeys)
      if (enabled && caution !== undefined) context.terminal.print(`${journey}: ${caution}`);
    context.terminal.print(
      'A running "couture serve" runs journeys that are on. To see what one would send: couture push journeys preview NAME',
    );
  },
};

/** With --json: {journey, enabled, holdout}. */
export const pushJourneysEnable: CommandSpec = {
  usage: 'enable <journey>',
  summary: 'turn a journey on',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag(
      '--holdout <share>',
      'share of customers who get no message, to compare with: 10% or 0.1; default: as before, first none',
    ),
  ],
  run: (context: CommandContext, flags: Record<string, unknown>, name: unknown) =>
    switchJourney(context, name, true, flags.holdout),
};

/** With --json: {journey, enabled, holdout}. */
export const pushJourneysDisable: CommandSpec = {
  usage: 'disable <journey>',
  summary: 'turn a journey off; messages that wait for the end of quiet hours are not sent',
  settings: ['databaseUrl', 'home'],
  run: (context: CommandContext, _: Record<string, unknown>, name: unknown) =>
    switchJourney(context, name, false),
};

/**
 * With --json: {journey, occasions, held_out, examples: [{customer, title, body, url, image}]}; `held_out` counts occasions of
 * customers who get no message, to compare with; the others are in `occasions`.
 */
export const pushJourneysPreview: CommandSpec = {
  usage: 'preview <journey>',
  summary: 'show what a journey would send now, without sending it',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext, _: Record<string, unknown>, given: unknown) => {
    const { terminal, signal } = context;
    const [name, rule] = journeyOf(given);
    const client = await openPush(context, 'journeys');
    await checkWatched(client);
    const personal = await personalSettings(context);
    const messages = new JourneyMessages(name, rule, personal);
    // What reading the orders writes is undone: a preview changes nothing.
    await client.query('begin');
    context.release.defer('the preview', () => client.query('rollback'));
    if (rule.readsOrders) {
      const reader = await openPush(context, 'journeys');
      const claim = () => Promise.resolve(true);
      const type = personal.source.ids.customer;
      await watchOrders({ client, reader }, { name, type, claim, force: true, signal });
    }
    const { holdout } = (await journeyStates(client)).find((each) => each.name === name)!;
    let [occasions, heldOut] = [0, 0];
    const some: Occasion[] = [];
    const readers = { client: personal.source.pool, reader: client };
    for await (const batch of eligibleOccasions(readers, name, rule, messages, signal)) {
      const written = batch.filter(({ customer_id }) => drawOf(name, customer_id) >= holdout);
      occasions += written.length;
      heldOut += batch.length - written.length;
      some.push(...written.slice(0, maxExamples - some.length));
    }
    const addressees = await previewAddressees(client, rule.topic, some);
    const message = { title: name, body: rule.summary, url: '/' };
    const campaign = {
      campaign_id: 999_999_999,
      message,
      beacon_key: Buffer.alloc(32),
    } as unknown as Campaign;
    const compose = await messages.composer(campaign, () => new Date()).prepare(addressees);
    const examples: ExampleMessage[] = (await compose(addressees)).flatMap((each, at) =>
      'payload' in each ? [exampleOf(addressees[at]!.customer_id, each.payload)] : [],
    );
    terminal.result({ journey: name, occasions, held_out: heldOut, examples });
    terminal.print(`${name}: ${rule.summary}.`);
    if (examples.length > 0)
      terminal.table(
        [
          { title: 'customer' },
          { title: 'title', wrap: true },
          { title: 'body', wrap: true },
          { title: 'opens', shrink: true },
        ],
        examples.map(({ customer, title, body, url }) => [customer, title, body, url]),
      );
    terminal.print(
      `${name} would send ${occasions === 0 ? 'nothing' : `messages for ${several(occasions, 'occasion')}`} now${heldOut > 0 ? `; ${count(heldOut)} more are held out, to compare with` : ''}. Nothing was sent.`,
    );
    if (occasions + heldOut === 0) terminal.print(await whoCouldBe(client, rule));
    await printCaution(context, client, name);
  },
};

/** With --json: {journey, settled, accepted, put_off}. */
export const pushJourneysRun: CommandSpec = {
  usage: 'run <journey>',
  summary: 'run a journey once, now, whether it is on or off',
  settings: ['databaseUrl', 'home'],
  help: `Sends what is due and not sent yet; a running "couture serve" does so every minute for journeys that are on. After a crash,
the next run repeats only messages that were in flight. Exit codes: 0 done, 1 failed, 2 wrong use, 4 another process runs it.`,
  run: async (context: CommandContext, _: Record<string, unknown>, given: unknown) => {
    const { config, terminal, signal } = context;
    const [name] = journeyOf(given);
    const keys = requireKeys(config);
    const client = await openPush(context, 'journeys');
    await checkWatched(client);
    const journey = (await journeyStates(client)).find((each) => each.name === name)!;
    const delivery = new Delivery({ keys, network: networkOf(config), concurrency: 20, signal });
    const personal = await personalSettings(context);
    const run = { databaseUrl: await context.database(), delivery, signal, personal, limits: usualLimits };
    const { settled, accepted, putOff } = await runJourney(client, journey, { ...run, force: true }).finally(
      () => delivery.close(),
    );
    terminal.result({ journey: name, settled, accepted, put_off: putOff });
    terminal.print(
      `${name}: ${count(accepted)} of ${count(settled)} messages were accepted by push services.`,
    );
    return putOff > 0 ? exitCodes.failed : exitCodes.done;
  },
};

async function switchJourney(
  context: CommandContext,
  given: unknown,
  enabled: boolean,
  holdout?: unknown,
): Promise<void> {
  const [name] = journeyOf(given);
  const share = holdout === undefined ? undefined : shareOf(holdout);
  const client = await openPush(context, 'journeys');
  await setJourney(client, name, enabled, share);
  const now = (await journeyStates(client)).find((each) => each.name === name) as JourneyState;
  context.terminal.result({ journey: name, enabled: now.enabled, holdout: now.holdout });
  context.terminal.print(
    enabled
      ? `${name} is on${heldOut(now)}. A running "couture serve" starts it within a minute.`
      : `${name} is off.`,
  );
  if (enabled) await printCaution(context, client, name);
}

/** Nobody is due: because nobody is subscribed, or because nothing has happened. */
async function whoCouldBe(client: Client, { topic }: JourneyRule): Promise<string> {
  const { customers } = await audienceSize(client, { all: true }, topic, { cap: null });
  return customers === 0
    ? `No customer has turned on messages of the topic "${topic}" yet.`
    : `Of ${several(customers, 'customer')} who turned on messages of the topic "${topic}", none has an occasion now.`;
}

function heldOut({ holdout }: JourneyState): string {
  return holdout > 0 ? `, and ${percent(holdout)} of the customers get no message, to compare with` : '';
}

async function printCaution(
  { terminal, config }: CommandContext,
  client: Client,
  name: string,
): Promise<void> {
  const caution = (await journeyCautions(client, config)).get(name);
  if (caution !== undefined) terminal.warn(caution);
}

/** @throws CoutureError `bad_option` */
export function journeyOf(given: unknown): [name: string, rule: JourneyRule] {
  const name = String(given);
  if (Object.hasOwn(journeyRules, name)) return [name, journeyRules[name]!];
  throw new CoutureError(
    'bad_option',
    `There is no journey ${JSON.stringify(given)}`,
    `Use one of ${Object.keys(journeyRules).join(', ')}.`,
  );
}
