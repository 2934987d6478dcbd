// Dispatches waiting chats, every 2 s and whenever something changes: takes unanswered ones back, assigns those that wait,
// raises the alarm about those that are late, announces those that nobody takes. Any number of processes do so at once.
import type { Pool } from '../../../sql/pool.ts';
import {
  type AssignmentRules,
  assignNext,
  restartWaits,
  takeBack,
} from '../../../sql/store/chat/assignment.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import {
  hasUnanswered,
  markMissed,
  takeUnannounced,
  unansweredChats,
} from '../../../sql/store/chat/targets.ts';
import type { Log } from '../../core/log.ts';
import { Poller } from '../../work/poller.ts';
import type { BusinessHours } from '../business-hours.ts';
import type { ResponseTargets } from './response-targets.ts';

export interface DispatcherOptions {
  readonly pool: Pool;
  readonly log: Log;
  /** Undefined: agents take chats by hand only. */
  readonly rules: AssignmentRules | undefined;
  readonly targets: ResponseTargets;
  readonly hours: BusinessHours;
  /** Called with each chat that has changed; `seq` is 0 if it got no message. */
  readonly onMoved: (sessionId: string, seq: number) => void;
  readonly onAssigned: (session: SessionRow) => void;
  /** Called with chats that nobody has taken for some seconds, during business hours. */
  readonly onWaiting: (chats: ReadonlyArray<Pick<SessionRow, 'session_id' | 'team_id'>>) => void;
}

const interval = 2_000;
/** Chats that are assigned in one round; the rest follow in the next. */
const maxAssigned = 200;
/** Seconds in which a chat is usually assigned: phones are not notified before. */
const announceAfter = 5;

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #poller: Poller;
  #again = false;
  assigned = 0;
  passed = 0;
  missed = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    const { log } = options;
    const task = async (signal: AbortSignal) => {
      do {
        this.#again = false;
        await this.round();
      } while (this.#again && !signal.aborted);
    };
    this.#poller = new Poller({ name: 'dispatch waiting chats', interval, task, log });
  }

  start(): void {
    this.#poller.startLater();
  }

  close(): Promise<void> {
    return this.#poller.close();
  }

  /** Something has changed that may let chats be assigned: starts a round now, or another one after the round in progress. */
  poke(): void {
    if (!this.#options.rules) return;
    this.#again = true;
    void this.#poller.run();
  }

  /** One round; the poller calls it. */
  async round(): Promise<void> {
    // For the targets; Postgres uses its own clock.
    const now = new Date();
    const { pool, rules } = this.#options;
    await restartWaits(pool, rules?.answerWithin);
    if (!(await hasUnanswered(pool))) return;
    await this.#takeBack();
    if (rules) await this.#assign(rules);
    await this.#raiseAlarms(now);
    await this.#announce(now);
  }

  async #takeBack(): Promise<void> {
    const { pool, log, rules, onMoved } = this.#options;
    for (const { session, agent } of await takeBack(pool, rules?.answerWithin)) {
      this.passed += 1;
      log.info({ chat: session.session_id, agent: agent.sub }, 'chat returned to the queue unanswered');
      onMoved(session.session_id, session.last_seq);
    }
  }

  async #assign(rules: AssignmentRules): Promise<void> {
    const { pool, onMoved, onAssigned } = this.#options;
    for (let done = 0; done < maxAssigned; done++) {
      const session = await assignNext(pool, rules);
      if (!session) return;
      this.assigned += 1;
      onMoved(session.session_id, session.last_seq);
      onAssigned(session);
    }
    this.#again = true;
  }

  async #raiseAlarms(now: Date): Promise<void> {
    const { pool, log, targets, onMoved } = this.#options;
    const late = (await unansweredChats(pool)).filter((chat) => {
      const by = targets.respondBy(chat);
      return by !== undefined && by <= now;
    });
    const fresh = new Set(
      await markMissed(
        pool,
        late.map((chat) => chat.session_id),
      ),
    );
    for (const chat of late) {
      if (!fresh.has(chat.session_id)) continue;
      this.missed += 1;
      const waited = Math.round((now.getTime() - chat.unanswered_since.getTime()) / 1_000);
      const { session_id, team_id, assigned_to } = chat;
      const facts = { chat: session_id, team: team_id, agent: assigned_to, waited_seconds: waited };
      log.warn({ event: 'chat_target_missed', ...facts }, 'a chat got no response within its target');
      onMoved(session_id, 0);
    }
  }

  async #announce(now: Date): Promise<void> {
    const { pool, hours, onWaiting } = this.#options;
    // Phones stay silent outside business hours; these chats are announced when the shop opens.
    if (!hours.isOpen(now)) return;
    const chats = await takeUnannounced(pool, announceAfter);
    if (chats.length > 0) onWaiting(chats);
  }
}
