// Decides whether to notify the agent of a change: the chat before and after → the kind of notice, if any.
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import { serverNow } from '../state/server-clock.ts';

/**
 * @param before undefined for a chat that the console did not have yet
 * @param me subject of the agent
 * @param taking the chat that this console takes by itself, of which the agent need not be told
 */
export function sessionNews(
  before: ListedWireSession | undefined,
  session: ListedWireSession,
  me: string | undefined,
  taking: string | undefined,
): 'missed' | 'activity' | undefined {
  if (session.missed && !before?.missed) return 'missed';
  const isMine = session.assigned_to !== null && session.assigned_to === me;
  const waits = session.state === 'waiting' && before?.state !== 'waiting';
  const returned = isMine && before?.snoozed_until != null && Date.parse(before.snoozed_until) <= serverNow();
  const wrote = isMine && session.unread_count > (before?.unread_count ?? 0);
  const given = isMine && before?.assigned_to !== session.assigned_to && taking !== session.id;
  return waits || wrote || given || (returned && session.snoozed_until === null) ? 'activity' : undefined;
}
