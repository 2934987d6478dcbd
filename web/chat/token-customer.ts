// The customer of a chat on another site's page: asks the runtime whose token the page has, whenever that changes.
import { Client } from '../api/client.ts';
import { FollowToken, type TokenHost } from '../api/token-source.ts';
import { saved } from '../state/saved.ts';
import { Session } from '../state/session.ts';

export class TokenCustomer extends FollowToken {
  /** Undefined until the runtime has answered, and on couture's own pages. */
  session: Session | undefined;
  readonly #host: TokenHost;
  readonly #onArrival: (session: Session, isOther: boolean) => void;
  #person = 0;

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

  async #meet(person: number): Promise<void> {
    const session = new Session(new Client(this.#host.api));
    if (!(await session.refresh())) {
      addEventListener('online', () => person === this.#person && void this.#meet(person), { once: true });
    }
    if (person !== this.#person) return;
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
}
