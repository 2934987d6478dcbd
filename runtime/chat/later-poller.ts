// Every 2 s: returns snoozed chats whose time has come, and sends scheduled replies. Any number of processes do so at once.
import type { Pool } from '../../sql/pool.ts';
import { dueReplies, sendDue } from '../../sql/store/chat/scheduled.ts';
import type { SessionRow } from '../../sql/store/chat/sessions.ts';
import { wakeSnoozed } from '../../sql/store/chat/snooze.ts';
import type { Log } from '../core/log.ts';
import { Poller } from '../work/poller.ts';
import type { Stored } from './delivery/message-writer.ts';

const interval = 2_000;

export interface LaterEvents {
  /** Called with messages after they were stored; only by the process that did so. */
  readonly onStored: (stored: readonly Stored[]) => void;
  /** Called with each chat whose snooze has ended. */
  readonly onWoken: (session: Pick<SessionRow, 'session_id' | 'assigned_to'>) => void;
  /** Called with each chat in which a reply is held, and its sender. */
  readonly onHeld: (sessionId: string, sender: string) => void;
}

export function laterPoller(pool: Pool, log: Log, { onStored, onWoken, onHeld }: LaterEvents): Poller {
  const task = async (signal: AbortSignal) => {
    for (const session of await wakeSnoozed(pool)) onWoken(session);
    for (const due of await dueReplies(pool)) {
      if (signal.aborted) return;
      const sent = await sendDue(pool, due);
      if (sent?.outcome === 'sent') onStored([sent]);
      else if (sent) onHeld(due.session_id, sent.message.sender!);
    }
  };
  return new Poller({ name: 'send scheduled replies and return snoozed chats', interval, task, log });
}
