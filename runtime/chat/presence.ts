// Transient state that is stored nowhere: who is typing, which agents view a chat or have the console open, and whether
// a shopper is online. Each process publishes what it sees; reports of other processes expire unless they are renewed.
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from '../../sql/store/chat/states.ts';
import type { Log } from '../core/log.ts';
import { Poller } from '../work/poller.ts';
import type { PresenceEvent } from './bus/bus-payload.ts';
import type { Channels, Subscriber } from './delivery/channels.ts';
import type { Sender } from './delivery/messages.ts';

/** A console that views a chat. */
export interface Viewer {
  readonly agent: Agent;
  viewing(sessionId: string, agents: readonly Agent[]): void;
  presence(sessionId: string, online: boolean): void;
}

/** State of another process, valid `until` then. */
interface Reported<T> {
  readonly value: T;
  until: number;
}

/** Milliseconds between renewals of everything that still holds, and until a report that was not renewed expires. */
const refreshInterval = 20_000;
const lifetime = 50_000;
/** Milliseconds that `findShopper` waits for the answers of other processes. */
const answerTimeout = 300;

export interface PresenceOptions {
  /** Identifies this process. */
  readonly origin: string;
  readonly channels: Channels;
  /** Sends an event to the other processes. */
  readonly publish: (event: PresenceEvent) => void;
  readonly log: Log;
}

export class Presence {
  readonly #origin: string;
  readonly #publish: (event: PresenceEvent) => void;
  readonly #channels: Channels;
  /** Session → number of shopper sockets in this process whose page is in the foreground. */
  readonly #shoppers = new Map<string, number>();
  readonly #viewers = new Map<string, Set<Viewer>>();
  readonly #agents = new Map<string, { readonly agent: Agent; sockets: number }>();
  /** Session → subject → agent who views it in another process. */
  readonly #viewersElsewhere = new Map<string, Map<string, Reported<Agent>>>();
  readonly #shoppersElsewhere = new Map<string, Map<string, Reported<true>>>();
  readonly #agentsElsewhere = new Map<string, Reported<readonly Agent[]>>();
  /** Session → number of `findShopper` calls in flight. */
  readonly #wanted = new Map<string, number>();
  readonly #closing = new AbortController();
  readonly #poller: Poller;

  constructor({ origin, channels, publish, log }: PresenceOptions) {
    // One per `findShopper` in flight.
    setMaxListeners(0, this.#closing.signal);
    this.#origin = origin;
    this.#channels = channels;
    this.#publish = publish;
    const task = () => this.#refresh();
    this.#poller = new Poller({ name: 'renew presence', interval: refreshInterval, task, log });
  }

  start(): void {
    this.#poller.startLater();
    this.#publish({ kind: 'agents_request' });
  }

  async close(): Promise<void> {
    const closed = this.#poller.close();
    this.#closing.abort();
    if (this.#agents.size > 0) this.#publish({ kind: 'agents', origin: this.#origin, agents: [] });
    await closed;
  }

  typing(sessionId: string, sender: Sender, on: boolean, from: Subscriber | undefined): void {
    const status = { side: sender.side, name: sender.name, on };
    this.#channels.transient(sessionId, { type: 'typing', session_id: sessionId, ...status }, from);
    this.#publish({ kind: 'typing', session: sessionId, ...status });
  }

  shopperJoined(sessionId: string): void {
    const before = this.#shoppers.get(sessionId) ?? 0;
    this.#shoppers.set(sessionId, before + 1);
    if (before === 0) this.#publishHere(sessionId, true);
  }

  shopperLeft(sessionId: string): void {
    const left = (this.#shoppers.get(sessionId) ?? 1) - 1;
    if (left > 0) this.#shoppers.set(sessionId, left);
    else {
      this.#shoppers.delete(sessionId);
      this.#publishHere(sessionId, false);
    }
  }

  /** Shows the viewer who else views the chat and whether its shopper is online, now and on every change. */
  watch(sessionId: string, viewer: Viewer): void {
    let viewers = this.#viewers.get(sessionId);
    if (!viewers) this.#viewers.set(sessionId, (viewers = new Set()));
    viewers.add(viewer);
    this.#publish({ kind: 'who', session: sessionId });
    this.#publish({ kind: 'view', session: sessionId, agent: viewer.agent, on: true });
    this.#showViewers(sessionId);
    viewer.presence(sessionId, this.isShopperOnline(sessionId));
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
    this.#publish({ kind: 'view', session: sessionId, agent: viewer.agent, on: false });
    this.#showViewers(sessionId);
  }

  agentJoined(agent: Agent): void {
    const known = this.#agents.get(agent.sub);
    if (known) known.sockets += 1;
    else {
      this.#agents.set(agent.sub, { agent, sockets: 1 });
      this.#publishAgents();
    }
  }

  agentLeft(agent: Agent): void {
    const known = this.#agents.get(agent.sub);
    if (!known || --known.sockets > 0) return;
    this.#agents.delete(agent.sub);
    this.#publishAgents();
  }

  /** Subjects of the agents who have the console open in any process. */
  agentsOnline(): Set<string> {
    const now = performance.now();
    const online = new Set(this.#agents.keys());
    for (const { value, until } of this.#agentsElsewhere.values())
      if (until > now) for (const agent of value) online.add(agent.sub);
    return online;
  }

  /** Handles an event that another process published. */
  receive(event: PresenceEvent): void {
    const until = performance.now() + lifetime;
    switch (event.kind) {
      case 'typing': {
        const { session, side, name, on } = event;
        this.#channels.transient(session, { type: 'typing', session_id: session, side, name, on });
        return;
      }
      case 'agents':
        this.#agentsElsewhere.set(event.origin, { value: event.agents, until });
        return;
      case 'agents_request':
        if (this.#agents.size > 0) this.#publishAgents();
        return;
      case 'who':
        if (this.#shoppers.has(event.session)) this.#publishHere(event.session, true);
        for (const { agent } of this.#viewers.get(event.session) ?? [])
          this.#publish({ kind: 'view', session: event.session, agent, on: true });
        return;
      case 'view':
        if (!this.#viewers.has(event.session)) return;
        this.#remember(
          this.#viewersElsewhere,
          event.session,
          event.agent.sub,
          event.on ? { value: event.agent, until } : undefined,
        );
        this.#showViewers(event.session);
        return;
      case 'here':
        if (!this.#viewers.has(event.session) && !this.#wanted.has(event.session)) return;
        this.#remember(
          this.#shoppersElsewhere,
          event.session,
          event.origin,
          event.on ? { value: true, until } : undefined,
        );
        this.#showPresence(event.session);
        return;
    }
  }

  #remember<T>(
    all: Map<string, Map<string, Reported<T>>>,
    sessionId: string,
    key: string,
    reported: Reported<T> | undefined,
  ): void {
    let known = all.get(sessionId);
    if (!known) all.set(sessionId, (known = new Map()));
    if (reported) known.set(key, reported);
    else known.delete(key);
  }

  /** Whether the shopper has a page with the chat in the foreground, as far as this process knows. */
  isShopperOnline(sessionId: string): boolean {
    if (this.#shoppers.has(sessionId)) return true;
    const now = performance.now();
    return [...(this.#shoppersElsewhere.get(sessionId)?.values() ?? [])].some(({ until }) => until > now);
  }

  /** Whether the shopper has such a page open in any process. A process that doesn't answer in time counts as "no". */
  async findShopper(sessionId: string): Promise<boolean> {
    if (this.isShopperOnline(sessionId)) return true;
    this.#wanted.set(sessionId, (this.#wanted.get(sessionId) ?? 0) + 1);
    this.#publish({ kind: 'who', session: sessionId });
    await delay(answerTimeout, undefined, { signal: this.#closing.signal }).catch(() => {});
    const online = this.isShopperOnline(sessionId);
    const left = this.#wanted.get(sessionId)! - 1;
    if (left > 0) this.#wanted.set(sessionId, left);
    else {
      this.#wanted.delete(sessionId);
      if (!this.#viewers.has(sessionId)) this.#shoppersElsewhere.delete(sessionId);
    }
    return online;
  }

  #publishHere(sessionId: string, on: boolean): void {
    this.#publish({ kind: 'here', session: sessionId, origin: this.#origin, on });
    this.#showPresence(sessionId);
  }

  #showPresence(sessionId: string): void {
    const online = this.isShopperOnline(sessionId);
    for (const viewer of this.#viewers.get(sessionId) ?? []) viewer.presence(sessionId, online);
  }

  #showViewers(sessionId: string): void {
    const viewers = this.#viewers.get(sessionId);
    if (!viewers) return;
    const now = performance.now();
    const agents = new Map([...viewers].map(({ agent }) => [agent.sub, agent]));
    for (const { value, until } of this.#viewersElsewhere.get(sessionId)?.values() ?? [])
      if (until > now) agents.set(value.sub, value);
    for (const viewer of viewers) viewer.viewing(sessionId, [...agents.values()]);
  }

  #publishAgents(): void {
    const agents = [...this.#agents.values()].map(({ agent }) => agent);
    this.#publish({ kind: 'agents', origin: this.#origin, agents });
  }

  #refresh(): void {
    if (this.#agents.size > 0) this.#publishAgents();
    for (const [session, viewers] of this.#viewers) {
      for (const { agent } of viewers) this.#publish({ kind: 'view', session, agent, on: true });
      this.#publish({ kind: 'who', session });
      this.#showViewers(session);
      this.#showPresence(session);
    }
    for (const [origin, { until }] of this.#agentsElsewhere)
      if (until < performance.now()) this.#agentsElsewhere.delete(origin);
  }
}
