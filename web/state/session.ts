// Who is signed in, as the server says. The token itself is in a cookie that no script can read.
import type { Session as WireSession } from '../../runtime/contract/session.ts';
import type { Client } from '../api/client.ts';
import { saved } from './saved.ts';
import { Store } from './store.ts';

/** Somebody signed out while the server could not be told. */
const leaving = saved<boolean>('couture-leaving', false, (value) => value === true);

export type SessionState = 'unknown' | 'guest' | 'customer';

export class Session extends Store {
  readonly #client: Client;
  readonly #purge: () => Promise<void>;
  #known: WireSession | undefined;

  /** @param purge removes whatever of the person is on this device */
  constructor(client: Client, purge: () => Promise<void>) {
    super();
    this.#client = client;
    this.#purge = purge;
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

  /** Asks who is signed in; keeps what was known where nothing answers. A sign-out that the server missed goes first. */
  async refresh(): Promise<void> {
    try {
      if (leaving.read()) {
        await this.#client.signOut();
        leaving.clear();
      }
      const known = await this.#client.session();
      // Signed out elsewhere, or somebody else: what the one before left here is not theirs.
      if (this.#known?.signed_in && this.#known.sub !== known.sub) await this.#purge();
      this.#known = known;
    } catch {
      // Offline, or a token that has run out: as a guest until it is known.
      this.#known ??= { signed_in: false };
    }
    this.changed();
  }

  /**
   * Signs out: here at once, on the server now or when it can be reached.
   * @returns whether the server knows
   */
  async signOut(): Promise<boolean> {
    this.#known = { signed_in: false };
    await this.#purge();
    leaving.write(true);
    this.changed();
    try {
      await this.#client.signOut();
      leaving.clear();
      return true;
    } catch {
      return false;
    }
  }
}
