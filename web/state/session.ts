// Who is signed in, as the server says. The token itself is in a cookie that no script can read.
import type { Session as WireSession } from '../../runtime/contract/session.ts';
import type { Client } from '../api/client.ts';
import { saved } from './saved.ts';
import { Store } from './store.ts';

/** Somebody signed out while the server could not be told. */
const leaving = saved<boolean>('couture-leaving', false, (value) => value === true);

/** `sub` of the person who was last signed in on this device and has not signed out; '' for nobody. */
const lastHere = saved<string>('couture-signed-in', '', (value) =>
  typeof value === 'string' ? value : undefined,
);

/** What becomes of the things that a person leaves on this device. */
export interface PersonChange {
  /** Removes all of them: the person has signed out, or somebody else is here. */
  purge(): Promise<void>;
  /** The sign-in has run out: puts aside what others should not see. */
  putAside(sub: string): void;
  /** Somebody has signed in: gives back what was put aside, if it is theirs. */
  giveBack(sub: string): void;
}

export type SessionState = 'unknown' | 'guest' | 'customer';

export class Session extends Store {
  readonly #client: Client;
  readonly #change: PersonChange | undefined;
  #known: WireSession | undefined;

  /** @param change undefined where nothing of a person is kept */
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
   * Asks who is signed in; keeps what was known if nothing answers. A sign-out that the server missed goes first.
   * @returns whether the server has answered
   */
  async refresh(): Promise<boolean> {
    let told = false;
    try {
      if (leaving.read()) {
        await this.#client.signOut();
        leaving.clear();
      }
      const known = await this.#client.session();
      await this.#arrive(known);
      this.#known = known;
      told = true;
    } catch {
      // Offline, or a token that has run out: as a guest until it is known.
      this.#known ??= { signed_in: false };
    }
    this.changed();
    return told;
  }

  /** Looks whether the person has changed. Each sign-in loads a new document: who was here before is in storage. */
  async #arrive({ signed_in, sub = '' }: WireSession): Promise<void> {
    if (!this.#change) return;
    const before = lastHere.read();
    const now = signed_in ? sub : '';
    // With nobody in storage, the person that this document knows has signed out in another tab.
    const left = before || (this.#known?.sub ?? '');
    if (left && left !== now && (now || !before)) await this.#change.purge();
    else if (before && !now) this.#change.putAside(before);
    if (now) this.#change.giveBack(now);
    if (now) lastHere.write(now);
    else lastHere.clear();
  }

  /**
   * Signs out: here at once, on the server now or when it can be reached.
   * @returns `told` if the server knows, `waiting` if it will be told later, `held` if only this page remembers to
   */
  async signOut(): Promise<'told' | 'waiting' | 'held'> {
    this.#known = { signed_in: false };
    await this.#change?.purge();
    lastHere.clear();
    const kept = leaving.write(true);
    this.changed();
    try {
      await this.#client.signOut();
      leaving.clear();
      return 'told';
    } catch {
      return kept ? 'waiting' : 'held';
    }
  }
}
