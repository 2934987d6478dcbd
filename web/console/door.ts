// What the console shows before an agent is at work: sign in, no access, no answer.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { signInHref } from '../state/sign-in-href.ts';

/** Who is at the console; `unanswered`: the shop did not say. */
export type AtDoor = 'unknown' | 'unanswered' | 'guest' | 'customer' | 'staff';

/** @param again asks the shop once more */
export function door(who: AtDoor, signInUrl: string | null, again: () => void): TemplateResult {
  const words = {
    unknown: msg('Loading …'),
    unanswered: msg('No response. Check your connection.'),
    guest: msg('Sign in with a staff account.'),
    customer: msg('This account doesn’t have staff access.'),
    staff: msg('Loading …'),
  }[who];
  const signIn =
    signInUrl && (who === 'guest' || who === 'customer')
      ? html`<a class="button" href=${signInHref(signInUrl)}>${msg('Sign in')}</a>`
      : nothing;
  return html`<main class="door"><h1>${msg('Console')}</h1><p role="status">${words}</p>
    ${who === 'unanswered' ? html`<button class="button" @click=${again}>${msg('Try again')}</button>` : signIn}
  </main>`;
}
