// The customer of a chat on another site's page: asks the runtime whose token the page has, whenever that changes.
import { Client } from '../api/client.ts';
import { FollowToken, type TokenHost } from '../api/token-source.ts';
import { saved } from '../state/saved.ts';
import { Session } from '../state/session.ts';

/** Milliseconds before a runtime that gave no answer is asked again. */
const pause = 10_000;

export class TokenCustomer extends FollowToken {
  /** Undefined until the runtime has answered, and on couture's own pages. */
  session: Session | undefined;
  readonly #host: TokenHost;
  readonly #onArrival: (session: Session, isOther: boolean) => void;
  #person = 0;
  /** Who was asked about last and got an answer. */
  #answered = 0;
  /** Ends the wait for the next question. */
  #stopWaiting: (() => void) | undefined;

  /** @param onArrival called with the session, and whether it is not the customer's who was here before */
  constructor(host: TokenHost, onArrival: (session: Session, isOther: boolean) => void) {
    super(host);
    this.#host = host;
    this.#onArrival = onArrival;
  }

  override hostUpdate(): void {
    super.hostUpdate();
    if (this.#person === this.person) return;
    this.#person = this.person;
    void this.#meet(this.#person);
  }

  override hostDisconnected(): void {
    super.hostDisconnected();
    if (this.#answered === this.#person) return;
    this.#stopWaiting?.();
    // Asked again if the page has only moved the element.
    this.#person = Number.NaN;
  }

  async #meet(person: number): Promise<void> {
    this.#stopWaiting?.();
    const session = new Session(new Client(this.#host.api));
    await session.refresh();
    if (person !== this.#person) return;
    if (session.unanswered) {
      this.#meetLater(person);
      // Without an answer nobody else has come: what this customer has typed stays. Only the page may have said so meanwhile.
      if (!this.session) return;
    } else this.#answered = person;
    const last = saved(`couture-chat-customer${this.#host.api}`, '', (value) =>
      typeof value === 'string' ? value : undefined,
    );
    const before = this.session?.sub ?? last.read();
    this.session = session;
    this.#onArrival(session, before !== '' && before !== (session.sub ?? ''));
    if (session.sub) last.write(session.sub);
    else last.clear();
    this.#host.requestUpdate();
  }

  /** When the network is back, or after a pause. */
  #meetLater(person: number): void {
    const again = () => {
      this.#stopWaiting?.();
      if (person === this.#person) void this.#meet(person);
    };
    const timer = setTimeout(again, pause * (0.5 + Math.random()));
    addEventListener('online', again);
    this.#stopWaiting = () => {
      clearTimeout(timer);
      removeEventListener('online', again);
      this.#stopWaiting = undefined;
    };
  }
}
