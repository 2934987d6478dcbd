// Finds what agents who are not looking at the console should know: chats that wait for their team or were given to them,
// replies in their own chats, mentions in notes. Push sends it to their devices.
import type { Pool } from '../../sql/pool.ts';
import { readAgents } from '../../sql/store/chat/agents.ts';
import { firstUnread } from '../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../sql/store/chat/sessions.ts';
import type { Agent } from '../../sql/store/chat/states.ts';
import type { Log } from '../core/log.ts';
import type { Stored } from './delivery/message-writer.ts';

/** For available agents of a team (null: of all), or for these agents. Never what was said: it would be on a locked screen. */
export type AgentNudge = { readonly sessionId: string } & (
  | { readonly kind: 'waiting'; readonly team: string | null }
  | { readonly kind: 'assigned' | 'reply' | 'mention' | 'woken' | 'held'; readonly subs: readonly string[] }
);

export class AgentNudges {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #onNudge: ((nudge: AgentNudge) => void) | undefined;
  readonly #checks = new Set<Promise<void>>();

  constructor(pool: Pool, log: Log, onNudge: ((nudge: AgentNudge) => void) | undefined) {
    this.#pool = pool;
    this.#log = log;
    this.#onNudge = onNudge;
  }

  /** Shoppers have written: the agent of each chat learns of the first message that is unread. */
  stored(batch: readonly Stored[]): void {
    for (const { message, seq } of batch) {
      if (message.side !== 'shopper') continue;
      this.#check(async () => {
        const owner = await firstUnread(this.#pool, message.sessionId, seq);
        return owner === undefined
          ? undefined
          : { kind: 'reply', sessionId: message.sessionId, subs: [owner] };
      });
    }
  }

  waiting(chats: ReadonlyArray<Pick<SessionRow, 'session_id' | 'team_id'>>): void {
    for (const { session_id, team_id } of chats)
      this.#onNudge?.({ kind: 'waiting', sessionId: session_id, team: team_id });
  }

  /** A chat was given to its agent by couture or by somebody else. */
  assigned({ session_id, assigned_to }: Pick<SessionRow, 'session_id' | 'assigned_to'>): void {
    if (assigned_to !== null)
      this.#onNudge?.({ kind: 'assigned', sessionId: session_id, subs: [assigned_to] });
  }

  /** The snooze of a chat has ended. */
  woken({ session_id, assigned_to }: Pick<SessionRow, 'session_id' | 'assigned_to'>): void {
    if (assigned_to !== null) this.#onNudge?.({ kind: 'woken', sessionId: session_id, subs: [assigned_to] });
  }

  /** A scheduled reply was not sent: the chat has ended or is another agent's. */
  held(sessionId: string, sender: string): void {
    this.#onNudge?.({ kind: 'held', sessionId, subs: [sender] });
  }

  noted(sessionId: string, author: Agent, body: string): void {
    if (!body.includes('@')) return;
    this.#check(async () => {
      const subs = mentionedIn(body, await readAgents(this.#pool)).filter((sub) => sub !== author.sub);
      return subs.length > 0 && { kind: 'mention', sessionId, subs };
    });
  }

  /** Waits for the checks in flight. */
  async close(): Promise<void> {
    await Promise.all(this.#checks);
  }

  #check(find: () => Promise<AgentNudge | false | undefined>): void {
    const onNudge = this.#onNudge;
    if (!onNudge) return;
    const check = find()
      .then((nudge) => nudge && onNudge(nudge))
      .catch((error) => this.#log.debug({ err: error }, 'failed to find whom to notify'))
      .then(() => void this.#checks.delete(check));
    this.#checks.add(check);
  }
}

/**
 * Subjects of the agents whom a note mentions: `@anna`, or `@Anna Berg` by name, in any case. Of names that begin alike, the
 * longest one counts.
 */
function mentionedIn(body: string, agents: readonly Agent[]): string[] {
  // Macs decompose letters with accents, input methods type a full-width @.
  const plain = (typed: string) => typed.normalize('NFKC').toLowerCase();
  const text = plain(body);
  const names = agents
    .flatMap(({ sub, name }) =>
      [sub, ...(name ? [name] : [])].map((called) => ({ sub, called: plain(called) })),
    )
    .sort((a, b) => b.called.length - a.called.length);
  const found = new Set<string>();
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    // Not within an e-mail address.
    if (isWord(text[at - 1])) continue;
    const rest = text.slice(at + 1);
    const match = names.find(({ called }) => rest.startsWith(called) && !isWord(rest[called.length]));
    if (match) for (const { sub, called } of names) if (called === match.called) found.add(sub);
  }
  return [...found];
}

function isWord(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{M}\p{N}_]/u.test(letter);
}
