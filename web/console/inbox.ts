// The state of the console, without elements, fed by one socket: the shop's chats, and the active one.
import type {
  AgentState,
  ListedWireSession,
  WireReply,
  WireTeam,
} from '../../runtime/contract/chat-console.ts';
import type { CountedLabel, WireLabel } from '../../runtime/contract/chat-label.ts';
import type { FromServer, ToConsole } from '../../runtime/contract/chat-protocol.ts';
import { socketUrl, subprotocol } from '../chat/chat-api.ts';
import { ChatSocket, type Ending, type LinkState } from '../chat/chat-socket.ts';
import { failuresBeforeRest, restPause } from '../chat/conversation.ts';
import { UnsentMessages } from '../chat/unsent.ts';
import { Store } from '../state/store.ts';
import { ActiveConversation } from './active-conversation.ts';
import { type ChatStep, ConsoleApi, type FoundPage, type ListName } from './console-api.ts';
import { LeftMessages } from './left-messages.ts';
import { sessionNews } from './session-news.ts';
import { sessionsIn } from './sessions-in.ts';

export interface InboxEvents {
  /** A chat has entered the queue, or a shopper has written in one of the agent's own chats. */
  readonly onActivity: (session: ListedWireSession) => void;
  /** The target for the first response has passed. */
  readonly onMissed: (session: ListedWireSession) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Milliseconds after the last key before chats are searched. */
const searchPause = 300;

export class Inbox extends Store {
  readonly api = new ConsoleApi();
  list: ListName = 'queue';
  link: LinkState = 'connecting';
  /** Whether the console works by plain requests, because no socket opens. */
  polls = false;
  ending: Ending | undefined;
  /** Subject and name of the agent, from the server. */
  me: { readonly sub: string; readonly name: string | null } | undefined;
  /** Whether the agent is available; undefined until the server has said so. */
  state: AgentState | undefined;
  replies: readonly WireReply[] = [];
  teams: readonly WireTeam[] = [];
  /** Shows only chats of this team; undefined: all. */
  team: string | undefined;
  /** Labels of the shop, those used most often first. */
  labels: readonly CountedLabel[] = [];
  /** Shows only chats with this label; undefined: all. */
  label: number | undefined;
  /** The active chat. */
  open: ActiveConversation | undefined;
  /** Search words as typed, whose results may not have arrived yet; '': no search. */
  words = '';
  /** Results of the last search; undefined: the lists are shown. */
  found: FoundPage | undefined;
  /** Cursor of the next page of older chats; null: there are none. */
  next: string | null = null;
  readonly #events: InboxEvents;
  readonly #sessions = new Map<string, ListedWireSession>();
  readonly #unsent = new UnsentMessages('couture-console-unsent');
  readonly #left = new LeftMessages(this.#unsent, (frame) => this.#socket.send(frame));
  readonly #socket: ChatSocket;
  #loaded = false;
  #searching: ReturnType<typeof setTimeout> | undefined;
  /** The chat of the last action here. */
  #taking: string | undefined;
  #poll: ReturnType<typeof setTimeout> | undefined;

  /** @param me the agent, as the session says; the socket's greeting replaces it */
  constructor(events: InboxEvents, me?: Inbox['me']) {
    super();
    this.#events = events;
    this.me = me;
    this.#socket = new ChatSocket({
      where: async () => ({ url: socketUrl('', '/ws/console'), protocols: [subprotocol] }),
      onOpen: () => {
        this.#reportVisible();
        // The lists contain what happened in between; the active chat resumes after its last message.
        void this.#load();
        void this.#loadTeams();
        void this.open?.watch();
      },
      onFrame: (frame) => this.#take(frame as FromServer | ToConsole),
      onState: (state, ending) => {
        this.link = state;
        this.ending = ending;
        this.open?.lost();
        if (state === 'open') this.polls = false;
        if (state === 'open' || state === 'ended') {
          clearTimeout(this.#poll);
          this.#poll = undefined;
        } else if (state === 'waiting' && this.#socket.failures >= failuresBeforeRest)
          this.#poll ??= setTimeout(() => void this.#byRest(), 0);
        this.changed();
      },
    });
    void this.loadReplies();
    void this.loadLabels();
    void this.#loadTeams();
    document.addEventListener('visibilitychange', this.#reportVisible);
  }

  /** Chats of the chosen list, most urgent first. */
  get sessions(): readonly ListedWireSession[] {
    if (this.found) return this.found.sessions.map((each) => this.#sessions.get(each.id) ?? each);
    return this.sessionsOf(this.list);
  }

  get everything(): readonly ListedWireSession[] {
    return [...this.#sessions.values()];
  }

  sessionsOf(list: ListName): readonly ListedWireSession[] {
    return sessionsIn(list, this.everything, { me: this.me?.sub, team: this.team, label: this.label });
  }

  /** Number of chats that need this agent: the queue, and own chats with unread messages. */
  get pending(): number {
    return (
      this.sessionsOf('queue').length + this.sessionsOf('mine').filter((each) => each.unread_count > 0).length
    );
  }

  /** Keeps a chat that was found outside the lists. */
  learn(session: ListedWireSession): void {
    this.#put([session]);
  }

  session(id: string): ListedWireSession | undefined {
    return this.#sessions.get(id) ?? this.found?.sessions.find((each) => each.id === id);
  }

  /** Number of chats whose target for the first response has passed. */
  get missed(): number {
    return this.everything.filter(({ missed }) => missed).length;
  }

  /** Name of a team; undefined for none, and for one that is not known yet. */
  teamName(id: string | null): string | undefined {
    return id === null ? undefined : this.teams.find((each) => each.id === id)?.name;
  }

  /** Says whether the agent gets chats. */
  async choose(state: AgentState): Promise<void> {
    await this.attempt(async () => {
      this.state = (await this.api.me({ state })).state;
    });
    this.changed();
  }

  /** Shows only chats of a team and with a label, older ones included; undefined: of all, and with any. */
  async narrow(team: string | undefined, label: number | undefined): Promise<void> {
    this.team = team;
    this.label = label;
    this.changed();
    if (this.words !== '') return this.search(this.words);
    await this.attempt(async () => {
      const page = await this.api.list('all', { label, team });
      if (label !== this.label || team !== this.team) return;
      this.#put(page.sessions);
      this.next = page.next;
    });
    this.changed();
  }

  /** Puts a chat aside; null takes it back. */
  async snooze(id: string, until: Date | null): Promise<void> {
    await this.attempt(async () => {
      const session = await this.api.snooze(id, until);
      const listed = this.session(id);
      if (listed) this.#put([{ ...listed, ...session, snoozed_until: until?.toISOString() ?? null }]);
    });
    this.changed();
  }

  /** @returns whether it succeeded */
  addLabel(id: string, name: string): Promise<boolean> {
    return this.#relabel(id, () => this.api.addLabel(id, name));
  }

  removeLabel(id: string, label: number): Promise<boolean> {
    return this.#relabel(id, () => this.api.removeLabel(id, label));
  }

  show(list: ListName): void {
    this.list = list;
    void this.search('');
  }

  look(id: string | undefined): void {
    if (id === this.open?.id) return;
    this.open?.leave();
    this.open = undefined;
    if (id !== undefined) {
      const send = (frame: object) => this.#socket.send(frame);
      this.open = new ActiveConversation(id, this.api.chats, this.#unsent, send);
      this.open.subscribe(() => this.changed());
      if (this.#socket.isOpen) void this.open.watch();
      else if (this.polls) void this.#byRest();
    }
    this.#left.flush(this.open?.id);
    this.changed();
  }

  /** Performs an action on a chat. @returns whether it succeeded */
  async step(id: string, step: ChatStep): Promise<boolean> {
    this.#taking = id;
    return this.attempt(async () => {
      const session = await this.api.step(id, step);
      const listed = this.session(id);
      // The socket reports it, too, but an agent who types at once need not wait for that.
      const taken = step === 'assign' || step === 'reopen' ? { assigned_to: this.me?.sub ?? null } : {};
      if (listed) this.#put([{ ...listed, ...session, ...taken }]);
      // The chat has left the queue: show the list that has it.
      if ('assigned_to' in taken && this.list === 'queue') this.list = 'mine';
      this.changed();
    });
  }

  /** Runs the work and reports a failure. @returns whether it succeeded */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#events.onFailure(error);
      return false;
    }
  }

  /** Searches once no more is typed for a moment. */
  searchSoon(words: string): void {
    clearTimeout(this.#searching);
    this.words = words;
    this.#searching = setTimeout(() => void this.search(words), searchPause);
    this.changed();
  }

  async search(words: string): Promise<void> {
    clearTimeout(this.#searching);
    this.words = words;
    if (words === '') {
      this.found = undefined;
      this.changed();
      return;
    }
    await this.attempt(async () => {
      const { label, team } = this;
      const page = await this.api.list('all', { q: words, label, team });
      // Something else has been asked for meanwhile.
      if (words !== this.words || label !== this.label || team !== this.team) return;
      this.found = { ...page, q: words, label, team };
    });
    this.changed();
  }

  /** Loads the next page of older chats. */
  async more(): Promise<void> {
    const { found, label, team } = this;
    await this.attempt(async () => {
      if (found?.next) {
        const { q, label, team, next } = found;
        const page = await this.api.list('all', { q, label, team, cursor: next });
        if (found === this.found)
          this.found = { ...found, ...page, sessions: [...found.sessions, ...page.sessions] };
      } else if (this.next) {
        const page = await this.api.list('all', { label, team, cursor: this.next });
        this.#put(page.sessions);
        if (label === this.label && team === this.team) this.next = page.next;
      }
    });
    this.changed();
  }

  async loadReplies(): Promise<void> {
    this.replies = await this.api.replies().catch(() => this.replies);
    this.changed();
  }

  async loadLabels(): Promise<void> {
    this.labels = await this.api.labels().catch(() => this.labels);
    // Its last chat has lost the chosen one.
    if (this.label !== undefined && !this.labels.some(({ id }) => id === this.label))
      void this.narrow(this.team, undefined);
    this.changed();
  }

  leave(): void {
    clearTimeout(this.#searching);
    document.removeEventListener('visibilitychange', this.#reportVisible);
    clearTimeout(this.#poll);
    this.#left.rest();
    this.#socket.close();
    this.open?.leave();
  }

  /** Without a socket: polls the lists and the active chat. */
  async #byRest(): Promise<void> {
    clearTimeout(this.#poll);
    this.#poll = undefined;
    try {
      const visible = document.visibilityState === 'visible';
      this.state = (await this.api.me({ visible })).state;
      await this.#readLists();
      await this.open?.poll(this.api);
      await this.#left.exchange(this.api.chats, this.open?.id);
      this.polls = true;
    } catch {
      this.polls = false;
    }
    this.changed();
    clearTimeout(this.#poll);
    if (this.link !== 'open' && this.link !== 'ended')
      this.#poll = setTimeout(() => void this.#byRest(), restPause);
  }

  readonly #reportVisible = () => {
    this.#socket.send({ type: 'visible', on: document.visibilityState === 'visible' });
  };

  async #loadTeams(): Promise<void> {
    this.teams = await this.api.teams().catch(() => this.teams);
    this.changed();
  }

  async #load(): Promise<void> {
    await this.attempt(() => this.#readLists());
    this.changed();
  }

  async #readLists(): Promise<void> {
    const [queue, mine, snoozed, all] = await Promise.all([
      this.api.list('queue'),
      this.api.list('mine'),
      this.api.list('snoozed'),
      this.api.list('all'),
    ]);
    // Also after a reconnect: nobody has told what came in between.
    for (const session of [...mine.sessions, ...queue.sessions]) this.#tellOf(session);
    for (const { sessions } of [all, snoozed, mine, queue]) this.#put(sessions);
    // A team or a label that was chosen before has a next page of its own.
    if (!this.#loaded && this.team === undefined && this.label === undefined) this.next = all.next;
    this.#loaded = true;
  }

  #take(frame: FromServer | ToConsole): void {
    switch (frame.type) {
      case 'welcome':
        this.me = { sub: frame.sub, name: frame.name };
        this.#left.flush(this.open?.id);
        break;
      case 'state':
        this.state = frame.state;
        break;
      case 'sessions':
        for (const session of frame.sessions) this.#tellOf(session);
        this.#put(frame.sessions);
        break;
      case 'gone':
        this.#sessions.delete(frame.session_id);
        if (this.open?.id === frame.session_id) this.look(undefined);
        break;
      default:
        if (!this.#left.take(frame, this.open?.id)) this.open?.takeAny(frame);
    }
    this.changed();
  }

  #tellOf(session: ListedWireSession): void {
    const before = this.#sessions.get(session.id);
    // A requested list may arrive after a newer update.
    if (!this.#loaded || (before && before.updated_at > session.updated_at)) return;
    const news = sessionNews(before, session, this.me?.sub, this.#taking);
    if (news === 'missed') this.#events.onMissed(session);
    else if (news === 'activity') this.#events.onActivity(session);
  }

  async #relabel(id: string, work: () => Promise<readonly WireLabel[]>): Promise<boolean> {
    return this.attempt(async () => {
      const labels = await work();
      const listed = this.session(id);
      if (listed) this.#put([{ ...listed, labels: [...labels] }]);
      await this.loadLabels();
    });
  }

  #put(sessions: readonly ListedWireSession[]): void {
    for (const session of sessions) {
      const before = this.#sessions.get(session.id);
      // A requested list may arrive after a newer update.
      if (!before || before.updated_at <= session.updated_at) this.#sessions.set(session.id, session);
    }
    const known = new Set(this.labels.map(({ id }) => id));
    // Another agent has created one.
    if (sessions.some(({ labels }) => labels.some(({ id }) => !known.has(id)))) void this.loadLabels();
  }
}
