// What the command palette offers: actions on the open chat, the console's own, saved filters, labels, and chats to open.
import { msg, str } from '@lit/localize';
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import type { WireFilter } from '../../runtime/contract/chat-filter.ts';
import type { ListName } from './console-api.ts';
import type { Inbox } from './inbox.ts';
import type { SavedFilters } from './saved-filters.ts';

export interface Command {
  readonly id: string;
  readonly words: string;
  /** What it is about: the kind of command, or what is known of a chat. */
  readonly about: string;
  /** Shortcut that does the same. */
  readonly key?: string;
  readonly run: () => void;
}

/** What the console does for commands. */
export interface CommandTargets {
  readonly inbox: Inbox;
  readonly saved: SavedFilters;
  /** Of the open chat; none without one. */
  readonly ofChat: readonly Command[];
  readonly look: (id: string) => void;
  readonly show: (list: ListName) => void;
  readonly apply: (filter: WireFilter) => void;
  readonly switchState: () => void;
  readonly sheet: () => void;
  /** For admins only. */
  readonly invites?: () => void;
}

/** Chats that are offered. */
const maxChats = 20;

/**
 * @param typed what all commands have to contain, word by word; '' offers actions only
 * @param found chats of a search in messages
 */
export function commandsFor(
  targets: CommandTargets,
  typed: string,
  found: readonly ListedWireSession[],
): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (...texts: ReadonlyArray<string | null>) => {
    const text = texts.join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const actions = [...targets.ofChat, ...ownCommands(targets)].filter((each) => fits(each.words, each.about));
  if (words.length === 0) return actions;
  const known = new Map([...targets.inbox.everything, ...found].map((each) => [each.id, each]));
  const matched = new Set(found.map(({ id }) => id));
  const chats = [...known.values()]
    .filter((each) => matched.has(each.id) || fits(...textsOf(each)))
    .slice(0, maxChats)
    .map((each) => chatCommand(each, targets));
  return [...chats, ...actions];
}

function ownCommands({ inbox, saved, show, apply, switchState, sheet, invites }: CommandTargets): Command[] {
  const list = (name: ListName, words: string): Command => ({
    ...{ id: `list-${name}`, words, about: msg('List'), run: () => show(name) },
  });
  return [
    {
      id: 'state',
      words: inbox.state === 'available' ? msg('Step away') : msg('Be available'),
      about: msg('Console'),
      key: 'a',
      run: switchState,
    },
    ...saved.filters.map((filter) => ({
      id: `filter-${filter.id}`,
      words: filter.name,
      about: msg('Saved filter'),
      run: () => apply(filter),
    })),
    list('queue', msg('Queue')),
    list('mine', msg('Mine')),
    list('snoozed', msg('Snoozed')),
    list('all', msg('All')),
    ...inbox.labels.map(({ id, name }) => ({
      id: `label-${id}`,
      words: name,
      about: msg('Chats with this label'),
      run: () => {
        show('all');
        void inbox.narrow(undefined, id);
      },
    })),
    ...(invites ? [{ id: 'invites', words: msg('Invitations'), about: msg('Console'), run: invites }] : []),
    { id: 'sheet', words: msg('Keyboard shortcuts'), about: msg('Console'), key: '?', run: sheet },
  ];
}

function chatCommand(session: ListedWireSession, { inbox, look }: CommandTargets): Command {
  const { id, name, labels, agent_name, email, team } = session;
  const states = {
    waiting: msg('is waiting'),
    active: agent_name ? msg(str`with ${agent_name}`) : '',
    resolved: msg('resolved'),
    closed: msg('ended'),
  };
  const facts = [
    states[session.state],
    inbox.teamName(team),
    email,
    ...labels.map((label) => label.name),
    `#${id.slice(0, 8)}`,
  ];
  return {
    id: `chat-${id}`,
    words: name ?? msg('Guest'),
    about: facts.filter(Boolean).join(' · '),
    run: () => {
      inbox.learn(session);
      look(id);
    },
  };
}

/** A chat's number is the beginning of its id, as its transcript is named. */
function textsOf({ id, name, email, subject, labels }: ListedWireSession): Array<string | null> {
  return [name ?? msg('Guest'), email, subject, `#${id}`, ...labels.map((label) => label.name)];
}
