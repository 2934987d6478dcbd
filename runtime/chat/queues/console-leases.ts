// Which agents have the console open, and in the foreground, as rows that every process can read: assignment and push
// must know it for certain, unlike presence. Renewed every 10 s; a killed process's rows expire within 30 s.
import type { Pool } from '../../../sql/pool.ts';
import { type AgentState, holdConsoles, type OpenConsole } from '../../../sql/store/chat/consoles.ts';
import type { Log } from '../../core/log.ts';
import { Batcher } from '../../work/batcher.ts';
import { Poller } from '../../work/poller.ts';

/** One page of an agent's console. */
export interface LeasedConsole {
  readonly sub: string;
  visible: boolean;
  /** Shows which state the agent chose, perhaps on another page. */
  state(state: AgentState): void;
}

export interface ConsoleLeasesOptions {
  readonly pool: Pool;
  /** Identifies this process. */
  readonly process: string;
  readonly log: Log;
  /** Called after rows were written that may let chats be assigned. */
  readonly onChanged: () => void;
}

const renewInterval = 10_000;
/** Milliseconds for which changes are batched. */
const batchDelay = 20;
const retryDelay = 1_000;
/** Milliseconds for which a console without a socket counts as open after its last poll. */
const pollLifetime = 30_000;

export class ConsoleLeases {
  readonly #options: ConsoleLeasesOptions;
  readonly #consoles = new Set<LeasedConsole>();
  /** Subject → a console that polls. */
  readonly #polled = new Map<string, { readonly visible: boolean; readonly until: number }>();
  readonly #shown = new WeakMap<LeasedConsole, AgentState>();
  #dirty = false;
  readonly #batcher = new Batcher({
    delay: batchDelay,
    retryDelay,
    pending: () => this.#dirty,
    flush: () => this.#write(),
  });
  readonly #poller: Poller;

  constructor(options: ConsoleLeasesOptions) {
    this.#options = options;
    const { log } = options;
    const task = () => {
      this.#dirty ||= this.#held().length > 0;
      return this.#batcher.flushNow();
    };
    this.#poller = new Poller({ name: 'renew open consoles', interval: renewInterval, task, log });
  }

  start(): void {
    this.#poller.startLater();
  }

  /** Lets other processes take over: an agent whose console reconnects to one of them in time keeps their chats. */
  async close(): Promise<void> {
    await this.#poller.close();
    this.#consoles.clear();
    this.#polled.clear();
    this.#changed();
    await this.#batcher.close();
  }

  join(console: LeasedConsole): void {
    this.#consoles.add(console);
    this.#changed();
  }

  leave(console: LeasedConsole): void {
    if (this.#consoles.delete(console)) this.#changed();
  }

  setVisible(console: LeasedConsole, visible: boolean): void {
    if (console.visible === visible) return;
    console.visible = visible;
    this.#changed();
  }

  /** A console without a socket has polled. */
  polled(sub: string, visible: boolean): void {
    this.#polled.set(sub, { visible, until: performance.now() + pollLifetime });
    this.#changed();
  }

  /** The agent has chosen a state: shows it on the agent's pages of this process; others find it when they renew. */
  chosen(sub: string, state: AgentState): void {
    for (const each of this.#consoles) if (each.sub === sub) this.#show(each, state);
    this.#options.onChanged();
  }

  #changed(): void {
    this.#dirty = true;
    this.#batcher.schedule();
  }

  #held(): OpenConsole[] {
    const now = performance.now();
    const held = new Map<string, boolean>();
    for (const { sub, visible } of this.#consoles) held.set(sub, (held.get(sub) ?? false) || visible);
    for (const [sub, { visible, until }] of this.#polled)
      if (until < now) this.#polled.delete(sub);
      else held.set(sub, (held.get(sub) ?? false) || visible);
    return [...held].map(([sub, visible]) => ({ sub, visible }));
  }

  async #write(): Promise<void> {
    const { pool, process, log, onChanged } = this.#options;
    this.#dirty = false;
    try {
      const states = await holdConsoles(pool, process, this.#held());
      for (const each of this.#consoles) {
        // A new agent's row may be written a little later.
        this.#show(each, states.get(each.sub) ?? 'available');
      }
    } catch (error) {
      this.#dirty = true;
      log.debug({ err: error }, 'failed to store open consoles');
      throw error;
    }
    onChanged();
  }

  #show(console: LeasedConsole, state: AgentState): void {
    if (this.#shown.get(console) === state) return;
    this.#shown.set(console, state);
    console.state(state);
  }
}
