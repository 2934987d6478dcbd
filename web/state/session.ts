// Who is signed in, according to the server. The token itself is in a cookie that scripts cannot read.
import type { Session as WireSession } from '../../runtime/contract/session.ts';
import type { Client } from '../api/client.ts';
import { saved } from './saved.ts';
import { Store } from './store.ts';

/** Set while a sign-out has not reached the server yet. */
const leaving = saved<boolean>('couture-leaving', false, (value) => value === true);

/** Whether the server may not know of a sign-out yet. */
export function isLeaving(): boolean {
  return leaving.read();
}

/** `sub` of the customer who last signed in on this device and has not signed out; '' for nobody. */
const lastHere = saved<string>('couture-signed-in', '', (value) =>
  typeof value === 'string' ? value : undefined,
);

/** What happens to a customer's data on this device. */
export interface PersonChange {
  /** Removes all of it: the customer has signed out, or another one has signed in. */
  purge(): Promise<void>;
  /** Sets aside what others must not see: the sign-in has expired. */
  putAside(sub: string): void;
  /** Restores what was set aside if it belongs to the customer who has signed in. */
  giveBack(sub: string): void;
}

export type SessionState = 'unknown' | 'guest' | 'customer';

export class Session extends Store {
  readonly #client: Client;
  readonly #change: PersonChange | undefined;
  #known: WireSession | undefined;

  /** @param change undefined where no customer data is stored */
  constructor(client: Client, change?: PersonChange) {
    super();
    this.#client = client;
    this.#change = change;
  }

  get state(): SessionState {
    if (!this.#known) return 'unknown';
    return this.#known.signed_in ? 'customer' : 'guest';
  }

  get name(): string | undefined {
    return this.#known?.name ?? undefined;
  }

  get sub(): string | undefined {
    return this.#known?.sub;
  }

  get roles(): readonly string[] {
    return this.#known?.roles ?? [];
  }

  /**
   * Asks who is signed in; keeps the last answer if there is none now. Sends a sign-out that the server missed first.
   * @returns whether the server has answered
   */
  async refresh(): Promise<boolean> {
    let answered = false;
    try {
      if (leaving.read()) {
        await this.#client.signOut();
        leaving.clear();
      }
      const known = await this.#client.session();
      await this.#arrive(known);
      this.#known = known;
      answered = true;
    } catch {
      // Offline, or an expired token: treat the shopper as a guest until the server answers.
      this.#known ??= { signed_in: false };
    }
    this.changed();
    return answered;
  }

  /** Checks whether the customer has changed. Each sign-in loads a new document: storage names the previous customer. */
  async #arrive({ signed_in, sub = '' }: WireSession): Promise<void> {
    if (!this.#change) return;
    const before = lastHere.read();
    const now = signed_in ? sub : '';
    // Nobody in storage: the customer that this document knows has signed out in another tab.
    const left = before || (this.#known?.sub ?? '');
    if (left && left !== now && (now || !before)) await this.#change.purge();
    else if (before && !now) this.#change.putAside(before);
    if (now) this.#change.giveBack(now);
    if (now) lastHere.write(now);
    else lastHere.clear();
  }

  /**
   * Signs out: here at once, on the server now or when it is reachable.
   * @returns `confirmed` by the server, `queued` until the network is back, or `unsaved`: queued only while this page stays open
   */
  async signOut(): Promise<'confirmed' | 'queued' | 'unsaved'> {
    this.#known = { signed_in: false };
    await this.#change?.purge();
    lastHere.clear();
    const kept = leaving.write(true);
    this.changed();
    try {
      await this.#client.signOut();
      leaving.clear();
      return 'confirmed';
    } catch {
      return kept ? 'queued' : 'unsaved';
    }
  }
}
