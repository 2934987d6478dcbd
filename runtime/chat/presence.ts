// What is true for a moment and written nowhere: who is typing, which agents look at a chat or are at their desks, and
// whether a shopper is there. Each process says what it sees, and forgets what another has not said for a while.
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from '../../sql/store/chat/states.ts';
import type { News } from './bus/bus-payload.ts';
import type { Feeds, Follower } from './delivery/feeds.ts';
import type { Sender } from './delivery/messages.ts';

/** A console that looks at a chat. */
export interface Viewer {
  readonly agent: Agent;
  viewing(sessionId: string, agents: readonly Agent[]): void;
  presence(sessionId: string, online: boolean): void;
}

interface Heard<T> {
  readonly value: T;
  until: number;
}

/** Milliseconds after which all that is still true is said again, and after which what was not is forgotten. */
const repeat = 20_000;
const forget = 50_000;
/** Milliseconds that other processes get to say whether a shopper is there. */
const answerTime = 300;

export class Presence {
  readonly #origin: string;
  readonly #tell: (news: News) => void;
  readonly #feeds: Feeds;
  /** Sockets of shoppers here, by session. */
  readonly #shoppers = new Map<string, number>();
  readonly #viewers = new Map<string, Set<Viewer>>();
  readonly #desks = new Map<string, { readonly agent: Agent; sockets: number }>();
  /** Session → subject → agent who looks at it in another process. */
  readonly #viewersElsewhere = new Map<string, Map<string, Heard<Agent>>>();
  readonly #shoppersElsewhere = new Map<string, Map<string, Heard<true>>>();
  readonly #desksElsewhere = new Map<string, Heard<readonly Agent[]>>();
  /** Sessions whose shoppers are looked for, and how often at once. */
  readonly #wanted = new Map<string, number>();
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(origin: string, feeds: Feeds, tell: (news: News) => void) {
    this.#origin = origin;
    this.#feeds = feeds;
    this.#tell = tell;
  }

  start(): void {
    this.#timer = setInterval(() => this.#repeat(), repeat).unref();
    this.#tell({ kind: 'desks' });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#closing.abort();
    if (this.#desks.size > 0) this.#tell({ kind: 'desk', origin: this.#origin, agents: [] });
  }

  typing(sessionId: string, sender: Sender, on: boolean, from: Follower | undefined): void {
    const said = { side: sender.side, name: sender.name, on };
    this.#feeds.passing(sessionId, { type: 'typing', session_id: sessionId, ...said }, from);
    this.#tell({ kind: 'typing', session: sessionId, ...said });
  }

  shopperCame(sessionId: string): void {
    const before = this.#shoppers.get(sessionId) ?? 0;
    this.#shoppers.set(sessionId, before + 1);
    if (before === 0) this.#saidHere(sessionId, true);
  }

  shopperLeft(sessionId: string): void {
    const left = (this.#shoppers.get(sessionId) ?? 1) - 1;
    if (left > 0) this.#shoppers.set(sessionId, left);
    else {
      this.#shoppers.delete(sessionId);
      this.#saidHere(sessionId, false);
    }
  }

  /** An agent looks at a chat: hears who else does and whether its shopper is there, now and as it changes. */
  watch(sessionId: string, viewer: Viewer): void {
    let viewers = this.#viewers.get(sessionId);
    if (!viewers) this.#viewers.set(sessionId, (viewers = new Set()));
    viewers.add(viewer);
    this.#tell({ kind: 'who', session: sessionId });
    this.#tell({ kind: 'view', session: sessionId, agent: viewer.agent, on: true });
    this.#showViewers(sessionId);
    viewer.presence(sessionId, this.isShopperThere(sessionId));
  }

  unwatch(sessionId: string, viewer: Viewer): void {
    const viewers = this.#viewers.get(sessionId);
    if (!viewers?.delete(viewer)) return;
    if (viewers.size === 0) {
      this.#viewers.delete(sessionId);
      this.#viewersElsewhere.delete(sessionId);
      if (!this.#wanted.has(sessionId)) this.#shoppersElsewhere.delete(sessionId);
    }
    if ([...viewers].some((each) => each.agent.sub === viewer.agent.sub)) return;
    this.#tell({ kind: 'view', session: sessionId, agent: viewer.agent, on: false });
    this.#showViewers(sessionId);
  }

  atDesk(agent: Agent): void {
    const desk = this.#desks.get(agent.sub);
    if (desk) desk.sockets += 1;
    else {
      this.#desks.set(agent.sub, { agent, sockets: 1 });
      this.#sayDesks();
    }
  }

  leftDesk(agent: Agent): void {
    const desk = this.#desks.get(agent.sub);
    if (!desk || --desk.sockets > 0) return;
    this.#desks.delete(agent.sub);
    this.#sayDesks();
  }

  /** Subjects of the agents that have the console open, in all processes. */
  agentsOnline(): Set<string> {
    const now = Date.now();
    const online = new Set(this.#desks.keys());
    for (const { value, until } of this.#desksElsewhere.values())
      if (until > now) for (const agent of value) online.add(agent.sub);
    return online;
  }

  /** What another process says. */
  hear(news: News): void {
    const until = Date.now() + forget;
    switch (news.kind) {
      case 'typing': {
        const { session, side, name, on } = news;
        this.#feeds.passing(session, { type: 'typing', session_id: session, side, name, on });
        return;
      }
      case 'desk':
        this.#desksElsewhere.set(news.origin, { value: news.agents, until });
        return;
      case 'desks':
        if (this.#desks.size > 0) this.#sayDesks();
        return;
      case 'who':
        if (this.#shoppers.has(news.session)) this.#saidHere(news.session, true);
        for (const { agent } of this.#viewers.get(news.session) ?? [])
          this.#tell({ kind: 'view', session: news.session, agent, on: true });
        return;
      case 'view':
        if (!this.#viewers.has(news.session)) return;
        this.#hearOf(
          this.#viewersElsewhere,
          news.session,
          news.agent.sub,
          news.on ? { value: news.agent, until } : undefined,
        );
        this.#showViewers(news.session);
        return;
      case 'here':
        if (!this.#viewers.has(news.session) && !this.#wanted.has(news.session)) return;
        this.#hearOf(
          this.#shoppersElsewhere,
          news.session,
          news.origin,
          news.on ? { value: true, until } : undefined,
        );
        this.#showPresence(news.session);
        return;
    }
  }

  #hearOf<T>(
    all: Map<string, Map<string, Heard<T>>>,
    sessionId: string,
    key: string,
    heard: Heard<T> | undefined,
  ): void {
    let known = all.get(sessionId);
    if (!known) all.set(sessionId, (known = new Map()));
    if (heard) known.set(key, heard);
    else known.delete(key);
  }

  /** Whether the shopper has the chat open, as far as is known here. */
  isShopperThere(sessionId: string): boolean {
    if (this.#shoppers.has(sessionId)) return true;
    const now = Date.now();
    return [...(this.#shoppersElsewhere.get(sessionId)?.values() ?? [])].some(({ until }) => until > now);
  }

  /** Whether the shopper has the chat open in any process. Those that do not answer in time have no such shopper. */
  async findShopper(sessionId: string): Promise<boolean> {
    if (this.isShopperThere(sessionId)) return true;
    this.#wanted.set(sessionId, (this.#wanted.get(sessionId) ?? 0) + 1);
    this.#tell({ kind: 'who', session: sessionId });
    await delay(answerTime, undefined, { signal: this.#closing.signal }).catch(() => {});
    const there = this.isShopperThere(sessionId);
    const left = this.#wanted.get(sessionId)! - 1;
    if (left > 0) this.#wanted.set(sessionId, left);
    else {
      this.#wanted.delete(sessionId);
      if (!this.#viewers.has(sessionId)) this.#shoppersElsewhere.delete(sessionId);
    }
    return there;
  }

  #saidHere(sessionId: string, on: boolean): void {
    this.#tell({ kind: 'here', session: sessionId, origin: this.#origin, on });
    this.#showPresence(sessionId);
  }

  #showPresence(sessionId: string): void {
    const online = this.isShopperThere(sessionId);
    for (const viewer of this.#viewers.get(sessionId) ?? []) viewer.presence(sessionId, online);
  }

  #showViewers(sessionId: string): void {
    const viewers = this.#viewers.get(sessionId);
    if (!viewers) return;
    const now = Date.now();
    const agents = new Map([...viewers].map(({ agent }) => [agent.sub, agent]));
    for (const { value, until } of this.#viewersElsewhere.get(sessionId)?.values() ?? [])
      if (until > now) agents.set(value.sub, value);
    for (const viewer of viewers) viewer.viewing(sessionId, [...agents.values()]);
  }

  #sayDesks(): void {
    const agents = [...this.#desks.values()].map(({ agent }) => agent);
    this.#tell({ kind: 'desk', origin: this.#origin, agents });
  }

  #repeat(): void {
    if (this.#desks.size > 0) this.#sayDesks();
    for (const [session, viewers] of this.#viewers) {
      for (const { agent } of viewers) this.#tell({ kind: 'view', session, agent, on: true });
      this.#tell({ kind: 'who', session });
      this.#showViewers(session);
      this.#showPresence(session);
    }
    for (const [origin, { until }] of this.#desksElsewhere)
      if (until < Date.now()) this.#desksElsewhere.delete(origin);
  }
}
