// The button at the edge of the page that opens the chat, with the number of unread messages.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../elements/icon.ts';
import { formatCount } from '../state/locale.ts';

export function launcher(open: () => void, unread = 0): TemplateResult {
  const label = unread > 0 ? msg(str`Chat with us, ${formatCount(unread)} new`) : msg('Chat with us');
  return html`<button class="launcher" part="launcher" aria-label=${label} aria-expanded="false" @click=${open}>
    ${icon('chat', 26)}${unread > 0 ? html`<span class="badge" aria-hidden="true">${unread > 99 ? '99+' : unread}</span>` : nothing}
  </button>`;
}
