// Chats and the name of a list → those in the list, in its order.
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import type { ListName } from './console-api.ts';

interface Narrowed {
  /** Subject of the agent. */
  readonly me: string | undefined;
  /** Only chats of this team, except among the agent's own; undefined: of all. */
  readonly team: string | undefined;
  /** Only chats with this label; undefined: with any. */
  readonly label: number | undefined;
}

export function sessionsIn(
  list: ListName,
  everything: readonly ListedWireSession[],
  { me, team, label }: Narrowed,
): readonly ListedWireSession[] {
  const labelled = everything.filter(
    ({ labels }) => label === undefined || labels.some(({ id }) => id === label),
  );
  const all = team === undefined ? labelled : labelled.filter((each) => each.team === team);
  if (list === 'queue')
    return all.filter(({ state }) => state === 'waiting').sort(by(({ waiting_since }) => waiting_since));
  const mine = labelled.filter(
    ({ assigned_to, state }) => assigned_to === me && (state === 'active' || state === 'resolved'),
  );
  if (list === 'snoozed')
    return mine.filter((each) => each.snoozed_until).sort(by(({ snoozed_until }) => snoozed_until!));
  const shown = list === 'mine' ? mine.filter((each) => !each.snoozed_until) : all;
  return shown.sort(by(({ updated_at }) => updated_at)).reverse();
}

function by(key: (session: ListedWireSession) => string) {
  return (a: ListedWireSession, b: ListedWireSession) => key(a).localeCompare(key(b));
}
