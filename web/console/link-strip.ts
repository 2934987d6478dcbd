// What the console says about its connection: lost, signed out, or access revoked.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { own } from '../api/own-base.ts';
import { signInHref } from '../state/sign-in-href.ts';
import type { Inbox } from './inbox.ts';

export function linkStrip(
  { link, ending, polls }: Inbox,
  signInUrl: string | null,
): TemplateResult | typeof nothing {
  if (ending === 'signed out')
    return html`<p class="strip" role="alert">${msg('You’ve been signed out.')} <a href=${signInUrl ? signInHref(signInUrl) : own('/')}>${msg('Sign in')}</a></p>`;
  if (ending)
    return html`<p class="strip" role="alert">${msg('You no longer have access to the console.')}</p>`;
  return link === 'waiting' && !polls
    ? html`<p class="strip" role="status">${msg('Connection lost. Reconnecting … Your messages will be sent when you’re back online.')}</p>`
    : nothing;
}
