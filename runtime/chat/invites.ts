// Invitations to the chat: the rules, cached for some seconds, and the one place that decides whether a visitor gets one.
import { drawOf } from '../../sql/draw.ts';
import type { Pool } from '../../sql/pool.ts';
import {
  hasFreeAgent,
  type InviteRow,
  pruneInvitations,
  readInvites,
  storeInvitation,
} from '../../sql/store/chat/invites.ts';
import type { WireInvite } from '../contract/chat-invite.ts';
import type { Log } from '../core/log.ts';
import type { BusinessHours } from './business-hours.ts';

export interface InvitesOptions {
  readonly pool: Pool;
  readonly log: Log;
  readonly hours: BusinessHours;
  /** Open chats of an agent without a capacity of their own; null: agents take as many as they want. */
  readonly capacity: number | null;
  /** Language of the shop, for texts that a shopper's language lacks. */
  readonly locale: string | undefined;
  /** Days for which invitations are kept, at least a week. */
  readonly keepDays: number;
}

export interface Invited {
  /** Undefined for visitors who opt out of tracking. */
  readonly visitor: string | undefined;
  readonly customer: string | null;
}

export interface Showing {
  readonly show: boolean;
  /** Seconds after which asking again makes sense. */
  readonly retry_after: number;
}

/** Milliseconds for which rules are cached. */
const maxAge = 5_000;
const week = 7 * 86_400;
/** Seconds after which a visitor asks again whether somebody could answer. */
const askAgainAfter = 300;
/** Milliseconds between two deletions of old invitations. */
const pruneInterval = 3_600_000;

export class Invites {
  readonly #options: InvitesOptions;
  #rules: readonly InviteRow[] = [];
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;
  #prunedAt = -Infinity;

  constructor(options: InvitesOptions) {
    this.#options = options;
  }

  /** Whether there is any rule; without, pages don't ask for them. */
  async isUsed(): Promise<boolean> {
    return (await this.#enabled()).length > 0;
  }

  /** @param locale language of the texts, such as de-AT; where a text lacks it: the shop's, English, or any */
  async list(locale: string | undefined): Promise<WireInvite[]> {
    const asked = locale?.toLowerCase();
    const wanted = [asked, asked?.split('-')[0], this.#options.locale, 'en'];
    return (await this.#enabled()).map((row) => wireInvite(row, wanted));
  }

  /**
   * Decides whether this visitor is invited now, and stores it. The control group is stored, too, at the same moment, so that
   * both can be compared; its visitors are the same on every visit and in every process.
   * @returns undefined if there is no such rule
   */
  async show(id: string, { visitor, customer }: Invited): Promise<Showing | undefined> {
    const { pool, hours, capacity } = this.#options;
    const rule = (await this.#enabled()).find(({ invite_id }) => invite_id === id);
    if (!rule) return undefined;
    if (visitor === undefined) return { show: false, retry_after: week };
    if (!hours.isOpen(new Date()) || !(await hasFreeAgent(pool, rule.team_id, capacity)))
      return { show: false, retry_after: askAgainAfter };
    const arm = drawOf(`chat invite ${id}`, visitor) < rule.holdout ? 'holdout' : 'invited';
    const stored = await storeInvitation(pool, { visitor, customer, invite: id, arm });
    this.#prune();
    return { show: stored && arm === 'invited', retry_after: week };
  }

  /** Only the first question waits for Postgres: pages ask for the shop before they render. */
  async #enabled(): Promise<readonly InviteRow[]> {
    if (performance.now() - this.#readAt > maxAge) {
      this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
      if (this.#readAt === -Infinity) await this.#reading;
    }
    return this.#rules;
  }

  async #read(): Promise<void> {
    const { pool, log } = this.#options;
    try {
      this.#rules = (await readInvites(pool)).filter(({ enabled }) => enabled);
    } catch (error) {
      log.debug({ err: error }, 'failed to read the rules for invitations; the last known ones are used');
    }
    this.#readAt = performance.now();
  }

  /** At most once an hour, without delaying anybody. */
  #prune(): void {
    const { pool, log, keepDays } = this.#options;
    if (performance.now() < this.#prunedAt + pruneInterval) return;
    this.#prunedAt = performance.now();
    pruneInvitations(pool, Math.max(7, keepDays)).catch((error) =>
      log.warn({ err: error }, 'cannot delete old invitations'),
    );
  }
}

/** @param wanted languages, the best first */
function wireInvite(row: InviteRow, wanted: ReadonlyArray<string | undefined>): WireInvite {
  const languages = Object.keys(row.texts);
  const lang = wanted.find((each) => each && languages.includes(each)) ?? languages[0]!;
  return {
    id: row.invite_id,
    path: row.path,
    idle: row.idle,
    min_cart: row.min_cart,
    returning: row.only_returning,
    team: row.team_id,
    text: row.texts[lang]!,
    lang,
  };
}
