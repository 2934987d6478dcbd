// Closes the agent's notifications about chats that have been opened in the console, taken by somebody else, or ended.
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import { consoleTag, mentionTag } from '../../runtime/contract/notification-tag.ts';
import { closeNotifications } from '../push/close-notifications.ts';
import type { Inbox } from './inbox.ts';

type Known = Pick<Inbox, 'everything' | 'me'> & {
  readonly open: Pick<NonNullable<Inbox['open']>, 'id'> | undefined;
};

export class OverNotifications {
  /** Tags that could be closed at the last look. */
  #over: ReadonlySet<string> = new Set();

  /** Call after each change. @param sees whether the agent sees the console */
  look(inbox: Known, sees: boolean): void {
    const me = inbox.me?.sub;
    if (me === undefined) return;
    const over = new Set(inbox.everything.filter((each) => isOver(each, me)).map(({ id }) => consoleTag(id)));
    if (inbox.open && sees) over.add(consoleTag(inbox.open.id)).add(mentionTag(inbox.open.id));
    const before = this.#over;
    this.#over = over;
    if ([...over].some((tag) => !before.has(tag))) void closeNotifications((tag) => over.has(tag));
  }
}

function isOver({ state, assigned_to }: ListedWireSession, me: string): boolean {
  return state === 'active' ? assigned_to !== me : state !== 'waiting';
}
