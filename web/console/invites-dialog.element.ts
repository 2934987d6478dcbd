// <couture-invites-dialog>: the rules by which the chat invites shoppers, and what they achieved, for admins.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { WireInviteLifts, WireInviteRule } from '../../runtime/contract/chat-invite.ts';
import { ApiError } from '../api/api-error.ts';
import { directionOfText } from '../chat/text-direction.ts';
import { formatCount } from '../state/locale.ts';
import { buttons, dialogs, fields, reset } from '../styles/shared.styles.ts';
import type { Inbox } from './inbox.ts';
import type { SavedInvite } from './invite-form.element.ts';
import './invite-form.element.ts';
import { liftWords } from './lift-words.ts';

@localized()
@customElement('couture-invites-dialog')
export class InvitesDialog extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    dialogs,
    css`
      :host {
        --dialog-width: 44rem;
      }
      ul {
        margin-block: 1rem;
        border-block-start: 1px solid var(--couture-line);
      }
      li {
        display: grid;
        gap: 0.25rem;
        padding-block: 0.75rem;
        border-block-end: 1px solid var(--couture-line);
        font: var(--couture-small);
        overflow-wrap: anywhere;
      }
      .off > :not(.choices) {
        color: var(--couture-muted);
      }
      .choices {
        gap: 0.5rem 1.25rem;
      }
      .trouble {
        margin-block: 0.75rem;
        color: var(--couture-sale);
      }
    `,
  ];

  @property({ attribute: false }) inbox!: Inbox;
  @state() private rules: readonly WireInviteRule[] | undefined;
  /** What the rules did to orders; undefined until it is known. */
  @state() private lifts: WireInviteLifts | undefined;
  /** The rule in the form; 'new' for one that is being created. */
  @state() private edited: WireInviteRule | 'new' | undefined;
  /** Id of the rule that a second press removes. */
  @state() private removing = '';
  @state() private busy = false;
  @state() private trouble = '';
  @query('dialog') private dialog!: HTMLDialogElement;

  show(): void {
    this.edited = undefined;
    this.trouble = this.removing = '';
    this.dialog.showModal();
    void this.#attempt(async () => {
      this.rules = await this.inbox.api.inviteRules();
      // Nobody waits for it: it reads the orders of months.
      if (this.rules.some(({ achieved }) => achieved.held_out > 0)) void this.#compare();
    });
  }

  async #compare(): Promise<void> {
    this.lifts = await this.inbox.api.inviteLifts().catch(() => this.lifts);
  }

  protected override render() {
    return html`<dialog aria-labelledby="heading">
      <h2 id="heading">${msg('Invitations')}</h2>
      ${this.edited ? this.#form(this.edited) : this.#list()}
    </dialog>`;
  }

  #list(): TemplateResult {
    return html`<p>${msg('The chat offers its help to visitors by these rules: at most once in seven days, while an agent is free, and never to those who opt out of tracking.')}</p>
      ${this.#problem()}
      ${this.rules === undefined ? html`<p role="status">${this.trouble ? nothing : msg('Loading …')}</p>` : nothing}
      ${this.rules?.length === 0 ? html`<p>${msg('No rules yet: the chat invites nobody.')}</p>` : nothing}
      <ul>${this.rules?.map((rule) => this.#rule(rule))}</ul>
      <div class="choices">
        <button class="button new" ?disabled=${!this.rules} @click=${() => this.#edit('new')}>${msg('New invitation')}</button>
        <button class="button quiet" @click=${() => this.dialog.close()}>${msg('Close')}</button>
      </div>`;
  }

  #rule(rule: WireInviteRule): TemplateResult {
    const { id, enabled, texts } = rule;
    return html`<li class=${enabled ? '' : 'off'} data-id=${id}>
      <strong>${id}${enabled ? nothing : ` · ${msg('Off')}`}</strong>
      ${Object.entries(texts).map(([lang, text]) => html`<span lang=${lang} dir=${directionOfText(text)}>${text}</span>`)}
      <span>${conditions(rule, this.inbox)}</span>
      <span>${achievements(rule)}</span>
      ${this.lifts ? liftWords(this.lifts, id).map((words) => html`<span>${words}</span>`) : nothing}
      <span class="choices">
        <button class="text-button" aria-label=${msg(str`Edit ${id}`)} @click=${() => this.#edit(rule)}>${msg('Edit')}</button>
        <button class="text-button" aria-label=${enabled ? msg(str`Turn off ${id}`) : msg(str`Turn on ${id}`)} aria-disabled=${this.busy} @click=${() => void this.#turn(rule)}>${enabled ? msg('Turn off') : msg('Turn on')}</button>
        <button class="text-button" aria-label=${this.removing === id ? msg(str`Remove ${id} for good`) : msg(str`Remove ${id}`)} aria-disabled=${this.busy} @click=${() => this.#pressRemove(rule)} @blur=${() => (this.removing = '')}>${this.removing === id ? msg('Remove for good') : msg('Remove')}</button>
      </span>
    </li>`;
  }

  #form(edited: WireInviteRule | 'new'): TemplateResult {
    return html`<couture-invite-form
      .rule=${edited === 'new' ? undefined : edited}
      .teams=${this.inbox.teams}
      .trouble=${this.trouble}
      ?busy=${this.busy}
      @couture-invite-save=${(event: CustomEvent<SavedInvite>) => void this.#save(event.detail)}
      @couture-invite-cancel=${() => this.#back()}
    ></couture-invite-form>`;
  }

  #problem(): TemplateResult | typeof nothing {
    return this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing;
  }

  #edit(edited: WireInviteRule | 'new'): void {
    this.trouble = '';
    this.edited = edited;
  }

  /** Returns to the list, with the focus where it came from. */
  #back(): void {
    const id = this.edited === 'new' ? undefined : this.edited?.id;
    this.edited = undefined;
    this.trouble = '';
    void this.updateComplete.then(() => {
      const row = this.renderRoot.querySelector<HTMLElement>(`li[data-id="${id}"] button`);
      (row ?? this.renderRoot.querySelector<HTMLElement>('.new'))?.focus();
    });
  }

  async #save({ id, body }: SavedInvite): Promise<void> {
    const isNew = this.edited === 'new';
    const { api } = this.inbox;
    await this.#attempt(async () => {
      const saved = isNew ? await api.createInvite(id, body) : await api.changeInvite(id, body);
      const others = this.rules ?? [];
      this.rules = isNew ? [...others, saved] : others.map((rule) => (rule.id === id ? saved : rule));
      this.renderRoot.querySelector('couture-invite-form')?.forget();
      this.edited = saved;
      this.#back();
    });
  }

  #turn({ id, achieved: _, ...body }: WireInviteRule): Promise<void> {
    return this.#attempt(async () => {
      const saved = await this.inbox.api.changeInvite(id, { ...body, enabled: !body.enabled });
      this.rules = this.rules?.map((rule) => (rule.id === id ? saved : rule));
    });
  }

  #pressRemove({ id }: WireInviteRule): void {
    if (this.removing !== id) {
      this.removing = id;
      return;
    }
    void this.#attempt(async () => {
      await this.inbox.api.removeInvite(id);
      this.rules = this.rules?.filter((rule) => rule.id !== id);
      this.#back();
    });
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    // Not disabled while busy: a disabled button loses the focus.
    if (this.busy) return;
    this.busy = true;
    this.trouble = '';
    try {
      await act();
    } catch (error) {
      this.trouble = troubleWords(error);
    } finally {
      this.busy = false;
    }
  }
}

function troubleWords(error: unknown): string {
  if (!(error instanceof ApiError)) return msg('Nothing was saved. Check your connection.');
  if (error.status === 403) return msg('Only admins of the shop may change invitations.');
  if (error.status === 404) return msg('This rule was removed meanwhile.');
  if (error.status === 409) return msg('There are too many rules. Remove one of them first.');
  if (error.status === 400) return msg('Check the values: the id may be taken, or the team removed.');
  return msg('Something went wrong. Try again.');
}

/** When the rule invites, in words. */
function conditions(
  { path, idle, min_cart, returning, team, holdout }: WireInviteRule,
  inbox: Inbox,
): string {
  return [
    // A path reads from left to right in every language.
    path === '/*' ? msg('Every page') : `\u2066${path}\u2069`,
    msg(str`after ${formatCount(idle)} s without input`),
    ...(min_cart === null ? [] : [msg(str`bag from ${formatCount(min_cart)}`)]),
    ...(returning ? [msg('returning visitors only')] : []),
    ...(team === null ? [] : [inbox.teamName(team) ?? team]),
    msg(str`control group ${formatCount(Math.round(holdout * 1_000) / 10)}%`),
  ].join(' · ');
}

function achievements({ achieved: { invited, opened, held_out } }: WireInviteRule): string {
  if (invited + held_out === 0) return msg('Nobody was invited yet.');
  return msg(
    str`Shown to ${formatCount(invited)} visitors, ${formatCount(opened)} of them opened the chat. Control group: ${formatCount(held_out)}`,
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-invites-dialog': InvitesDialog;
  }
}
