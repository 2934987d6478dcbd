// Invites shoppers who hesitate, by the shop's rules: at most one small box beside the chat's button. Whether a rule fits is decided
// here, so that neither page nor cart is sent; the server decides whether this visitor is invited.
import { msg } from '@lit/localize';
import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { WireInvite } from '../../runtime/contract/chat-invite.ts';
import { directionOf } from '../../runtime/contract/direction.ts';
import { below, ownPathOf } from '../api/own-base.ts';
import { isReturning, mayReport, visitorHeaders } from '../api/report-events.ts';
import { request } from '../api/request.ts';
import { hostPage } from '../elements/host-page.ts';
import { icon } from '../elements/icon.ts';
import { pressedKey } from '../elements/pressed-key.ts';
import type { Cart } from '../state/cart.ts';
import { identity } from '../state/identity.ts';
import { formatLocale } from '../state/locale.ts';
import { centsOf } from '../state/money.ts';
import { saved } from '../state/saved.ts';
import { keptInvitation } from './kept-invitation.ts';
import { fitsPath } from './path-pattern.ts';

export interface InvitationHost extends LitElement {
  readonly api: string;
  readonly open: boolean;
  readonly cart: Cart | undefined;
  /** Value of the page's own cart, in the shop's currency. */
  readonly cartValue: number | undefined;
  /** Set by pages whose visitors have not consented. */
  readonly noInvites: boolean;
  toggle(open?: boolean): void;
}

/** Milliseconds between two looks at the rules. */
const interval = 1_000;
/** Milliseconds that a visitor waits at most: a week, and a day for clocks that differ. */
const maxWait = 8 * 86_400_000;
/** What a shopper does while not idle. */
const activities = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart', 'wheel'] as const;

export class Invitation implements ReactiveController {
  /** The one that the chat was opened from, until it is forgotten. */
  accepted: WireInvite | undefined;
  readonly #host: InvitationHost;
  readonly #isFree: () => boolean;
  readonly #announce: (words: string) => void;
  #shown: WireInvite | undefined;
  #rules: readonly WireInvite[] = [];
  /** Language of the texts. */
  #locale = '';
  #activeAt = 0;
  #asking = false;
  /** Whether the page shows a card of its own where the box would be. */
  #covered = false;
  #told = false;
  /** What this tab shows on every page; undefined until the rules are in use. */
  #kept: ReturnType<typeof keptInvitation> | undefined;
  /** Whether an invitation of an earlier page is shown again. */
  #restored = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #leaving = new AbortController();
  #stop: (() => void) | undefined;

  /**
   * @param isFree whether this browser has no chat
   * @param announce says a text to screen readers
   */
  constructor(host: InvitationHost, isFree: () => boolean, announce: (words: string) => void) {
    this.#host = host;
    this.#isFree = isFree;
    this.#announce = announce;
    host.addController(this);
  }

  hostConnected(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener('couture-purged', () => this.forget(), { signal });
    const page = hostPage();
    if (page) {
      const isUsed = page.invites(this.#host.api).catch(() => false);
      void isUsed.then((used) => used && !signal.aborted && this.#watch());
    } else {
      this.#stop = identity.subscribe(() => identity.chatInvites && this.#watch());
      if (identity.chatInvites) this.#watch();
    }
  }

  hostDisconnected(): void {
    this.#leaving.abort();
    this.#stop?.();
    this.#tell(false);
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Tells the page, whose prompts wait. The shopper opened the chat, by the box or by the button below it. */
  hostUpdate(): void {
    const { api, open } = this.#host;
    this.#tell(this.#shown !== undefined && !open);
    if (!open || !this.#shown) return;
    this.accepted = this.#shown;
    this.#shown = undefined;
    this.#keep(this.accepted, true);
    void this.#post(api, this.accepted.id, 'opened').catch(() => {});
  }

  forget(): void {
    this.#shown = undefined;
    this.accepted = undefined;
    this.#kept?.clear();
    this.#host.requestUpdate();
  }

  /** The box: it covers nothing but its own corner, takes no focus, and leaves by its button or Escape. */
  box(): TemplateResult | typeof nothing {
    if (!this.#shown || this.#covered) return nothing;
    const { text, lang } = this.#shown;
    return html`<div class="invitation" part="invitation" role="group" aria-label=${msg('Message from the shop')}>
      <button class="words" lang=${lang} dir=${directionOf(lang)} @click=${() => this.#host.toggle(true)}>${text}</button>
      <button class="tool" aria-label=${msg('Close')} @click=${this.#dismiss}>${icon('close', 18)}</button>
    </div>`;
  }

  /** What the shop asked, above the form that answers it. */
  words(): TemplateResult | typeof nothing {
    if (!this.accepted) return nothing;
    const { text, lang } = this.accepted;
    return html`<p class="asked" lang=${lang} dir=${directionOf(lang)}>${text}</p>`;
  }

  readonly #dismiss = () => {
    if (this.#shown) this.#kept?.clear();
    this.#shown = undefined;
    this.#host.requestUpdate();
  };

  #tell(shown: boolean): void {
    if (shown === this.#told) return;
    this.#told = shown;
    dispatchEvent(new CustomEvent('couture-chat-invites', { detail: shown }));
  }

  #watch(): void {
    if (this.#timer !== undefined) return;
    const { signal } = this.#leaving;
    const active = () => (this.#activeAt = performance.now());
    active();
    for (const type of activities) addEventListener(type, active, { signal, passive: true, capture: true });
    document.addEventListener('visibilitychange', active, { signal });
    addEventListener(
      'keydown',
      (event) => pressedKey(event) === 'Escape' && !event.defaultPrevented && this.#dismiss(),
      { signal },
    );
    this.#kept ??= keptInvitation(trimmed(this.#host.api));
    const shownAgain = ({ persisted }: PageTransitionEvent) =>
      persisted && this.#kept?.wasClosed() && this.#dismiss();
    addEventListener('pageshow', shownAgain, { signal });
    this.#timer = setInterval(() => void this.#look(), interval);
    void this.#look();
  }

  async #look(): Promise<void> {
    const { open, noInvites, api } = this.#host;
    if (this.#covered !== hasCard()) {
      this.#covered = !this.#covered;
      this.#host.requestUpdate();
    }
    if (noInvites || document.hidden || !mayReport() || !this.#isFree() || this.#asking) return;
    if (!this.#restored) await this.#restore();
    if (open || this.#shown) return;
    const wait = waits(api);
    const now = Date.now();
    const until = wait.read();
    if (until > now && until < now + maxWait) return;
    this.#asking = true;
    try {
      await this.#learn();
      const rule = this.#rules.find((each) => this.#fits(each));
      if (!rule) return;
      const { show, retry_after } = await this.#post<{ show: boolean; retry_after: number }>(
        api,
        rule.id,
        'showings',
      );
      wait.write(Date.now() + retry_after * 1_000);
      if (!show || this.#host.open) return;
      this.#shown = rule;
      this.#keep(rule, false);
      // The button may have left while the page was scrolled down; scrolling on, both leave.
      this.#host.removeAttribute('away');
      this.#announce(`${msg('Message from the shop')}: ${rule.text}`);
    } catch {
      // Without an answer nobody is invited; asked again after a while.
      wait.write(Date.now() + 60_000);
    } finally {
      this.#asking = false;
      this.#host.requestUpdate();
    }
  }

  /** Shows what an earlier page of this tab has shown, in the words of this page's language; it is neither stored nor counted again. */
  async #restore(): Promise<void> {
    const kept = this.#kept?.read();
    if (kept && makesWay()) return;
    this.#restored = true;
    if (!kept) return;
    this.#asking = true;
    try {
      await this.#learn();
      const rule = this.#rules.find(({ id }) => id === kept.id);
      if (kept.accepted) this.accepted ??= rule;
      else if (!this.#host.open) this.#shown ??= rule;
    } catch {
      // Without the words it stays away; the next page may have them.
    } finally {
      this.#asking = false;
      this.#host.requestUpdate();
    }
  }

  #keep({ id }: WireInvite, accepted: boolean): void {
    this.#kept?.write({ id, shownAt: Date.now(), accepted });
  }

  /** Reads the rules, and again when the page has changed its language. */
  async #learn(): Promise<void> {
    const locale = formatLocale();
    if (locale === this.#locale) return;
    const { api } = this.#host;
    const asked = `/api/chat-invites?locale=${encodeURIComponent(locale)}`;
    const { body } = await request<{ invites: WireInvite[] }>(trimmed(api), asked, { anonymous: true });
    this.#rules = body.invites;
    this.#locale = locale;
  }

  #fits({ path, idle, min_cart, returning }: WireInvite): boolean {
    const { cart, cartValue } = this.#host;
    const here = pathHere();
    const cents = cartValue === undefined ? (cart?.totalCents ?? 0) : centsOf(cartValue);
    return (
      !makesWay() &&
      !this.#covered &&
      performance.now() - this.#activeAt >= idle * 1_000 &&
      fitsPath(path, here) &&
      (min_cart === null || cents >= centsOf(min_cart)) &&
      (!returning || isReturning())
    );
  }

  async #post<T>(api: string, id: string, what: string): Promise<T> {
    const path = `/api/chat-invites/${id}/${what}`;
    return (await request<T>(trimmed(api), path, { method: 'POST', headers: visitorHeaders() })).body;
  }
}

/** The path of the page, below the shop's own. */
function pathHere(): string {
  return ownPathOf(location.pathname) ?? (below('', '') === location.pathname ? '/' : location.pathname);
}

/** On a phone the button makes way for the fields of the checkout. */
function makesWay(): boolean {
  return pathHere().endsWith('/checkout') && matchMedia('(max-width: 40rem)').matches;
}

/** Whether the shop shows a message or a prompt at the lower edge, to which the button makes way. */
function hasCard(): boolean {
  return document.documentElement.style.getPropertyValue('--couture-card-height') !== '';
}

const trimmed = (api: string) => api.replace(/\/+$/, '');

/** Until when not to ask again, in milliseconds since 1970. It says nothing about the visitor. */
function waits(api: string) {
  return saved(`couture-chat-invited${trimmed(api)}`, 0, (value) =>
    typeof value === 'number' && Number.isFinite(value) ? value : undefined,
  );
}
