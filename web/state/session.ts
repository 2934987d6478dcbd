// Who is signed in, according to the server. The token itself is in a cookie that scripts cannot read.
import type { Session as WireSession } from '../../runtime/contract/session.ts';
import { ApiError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import { type Saved, saved } from './saved.ts';
import { Store } from './store.ts';

/** Set while a sign-out has not reached the server yet. */
const leaving = saved<boolean>('couture-leaving', false, (value) => value === true);

/** Whether the server may not know of a sign-out yet. */
export function isLeaving(): boolean {
  return leaving.read();
}

const signedIn = 'couture-signed-in';
const sub = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** `sub` of the customer who last signed in on this device and has not signed out; '' for nobody. */
export const signedInHere = saved<string>(signedIn, '', sub);

/** What happens to a customer's data on this device. */
export interface PersonChange {
  /**
   * Removes all of it: the customer has signed out, or another one has signed in.
   * @param sinceExpiry a guest was here in between, after the sign-in had expired: the bag is that guest's
   */
  purge(sinceExpiry?: boolean): Promise<void>;
  /** Forgets what this document shows and remembers: another tab has removed the rest, for the customer who is here now. */
  forget(): void;
  /** Sets aside what others must not see: the sign-in has expired. */
  putAside(sub: string): void;
  /** Restores what was set aside if it belongs to the customer who has signed in. */
  giveBack(sub: string): void;
}

export type SessionState = 'unknown' | 'guest' | 'customer';

export class Session extends Store {
  readonly #client: Client;
  readonly #change: PersonChange | undefined;
  readonly #device: Saved<string>;
  /** Whose data this tab has: browsers restore a tab's storage, after a sign-out in another one. */
  readonly #tab: Saved<string>;
  /** Whose sign-in has expired. */
  readonly #expired: Saved<string>;
  #known: WireSession | undefined;
  /** Sign-outs in this document: an answer that was on its way meanwhile is about the customer before. */
  #signOuts = 0;
  /** Whether the server could not be asked, or failed, when it was last asked. */
  unanswered = false;

  /**
   * @param change undefined where no customer data is stored
   * @param name of the device's last person in storage; the console has its own, since it removes other data
   */
  constructor(client: Client, change?: PersonChange, name = signedIn) {
    super();
    this.#client = client;
    this.#change = change;
    this.#device = saved(name, '', sub);
    this.#tab = saved(name, '', sub, 'sessionStorage');
    this.#expired = saved(`${name}-expired`, '', sub);
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
    const signOuts = this.#signOuts;
    let answered = false;
    this.unanswered = false;
    try {
      let known = await this.#ask();
      // Another tab has signed out meanwhile: the answer may be about the customer before.
      if (signOuts === this.#signOuts && leaving.read()) known = await this.#ask();
      answered = true;
      if (signOuts === this.#signOuts) {
        await this.#arrive(known);
        this.#known = known;
      }
    } catch (error) {
      this.unanswered = !(error instanceof ApiError) || error.status >= 500 || error.status === 429;
      // Offline, or an expired token: treat the shopper as a guest until the server answers.
      this.#known ??= { signed_in: false };
    }
    this.changed();
    return answered;
  }

  async #ask(): Promise<WireSession> {
    if (leaving.read()) {
      await this.#client.signOut();
      leaving.clear();
    }
    return this.#client.session();
  }

  /** Checks whether the customer has changed. Each sign-in loads a new document: storage names the previous customer. */
  async #arrive({ signed_in, sub = '' }: WireSession): Promise<void> {
    if (!this.#change) return;
    const before = this.#device.read();
    const now = signed_in ? sub : '';
    // Nobody in storage: the customer that this document or this tab knows has signed out in another tab.
    const left = before || (this.#known?.sub ?? this.#tab.read());
    const expired = this.#expired.read();
    if (left && left !== now && (now || !before)) await this.#change.purge();
    else if (now && expired && expired !== now) await this.#change.purge(true);
    else if (now && this.#known?.sub && this.#known.sub !== now) this.#change.forget();
    else if (before && !now) {
      this.#change.putAside(before);
      this.#expired.write(before);
    }
    if (now) this.#change.giveBack(now);
    if (now) this.#expired.clear();
    for (const place of [this.#device, this.#tab])
      if (now) place.write(now);
      else place.clear();
  }

  /**
   * Signs out: here at once, on the server now or when it is reachable.
   * @returns `confirmed` by the server, `queued` until the network is back, or `unsaved`: queued only while this page stays open
   */
  async signOut(): Promise<'confirmed' | 'queued' | 'unsaved'> {
    this.#signOuts += 1;
    this.#known = { signed_in: false };
    await this.#change?.purge();
    this.#device.clear();
    this.#tab.clear();
    this.#expired.clear();
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
