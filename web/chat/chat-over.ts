// What stands below an ended chat: the text that its shopper was writing, and the button for a new one.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { Conversation } from './conversation.ts';
import { savedDraft } from './drafts.ts';

/** Whether its shopper is asked how a chat was: once it was resolved or has ended, if an agent has written. */
export function isRateable({ session, messages, ending }: Conversation): boolean {
  const isOver = session.state === 'resolved' || session.state === 'closed';
  return isOver && !ending && messages.some(({ side }) => side === 'staff');
}

export function chatOver(sessionId: string, onAnother: () => void): TemplateResult {
  const draft = savedDraft(sessionId).read();
  return html`<div class="below">
    <p>${msg('This chat has ended.')}</p>
    ${
      draft
        ? html`<p>${msg('Your message wasn’t sent. A new chat begins with it:')}</p>
            <p class="unfinished" dir="auto">${draft}</p>`
        : nothing
    }
    <button class="button" @click=${onAnother}>${msg('Start a new chat')}</button>
  </div>`;
}

/** Asks whether to end the chat. */
export function confirmEnd(end: () => void, cancel: () => void): TemplateResult {
  return html`<div class="strip" role="alertdialog" aria-label=${msg('End chat?')}>
    <p>${msg('End chat? You won’t be able to send any more messages.')}</p>
    <div class="choices">
      <button class="button" @click=${end}>${msg('End chat')}</button>
      <button class="button quiet" @click=${cancel}>${msg('Cancel')}</button>
    </div>
  </div>`;
}
