// The buttons above the open chat that its state allows. A phone shows the main ones in a row, and the others on request.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import { own } from '../api/own-base.ts';
import type { ChatKeys } from './shortcuts.ts';

export interface ActionFacts {
  /** Id of the chat. */
  readonly id: string;
  readonly state: ListedWireSession['state'] | undefined;
  readonly isMine: boolean;
  readonly mayMove: boolean;
  readonly mayRequeue: boolean;
  readonly isSnoozed: boolean;
  /** Whether the shopper panel is shown. */
  readonly panel: boolean;
  /** Whether a phone shows all of them. */
  readonly showsAll: boolean;
}

/** @param turn shows all on a phone, or the main ones again */
export function chatActions(keys: ChatKeys, facts: ActionFacts, turn: () => void): TemplateResult {
  const { id, state, isMine, mayMove, mayRequeue, isSnoozed, panel, showsAll } = facts;
  // An element of its own for each: a click on "Take" must not open "Transfer", which takes its place at that moment.
  const button = (words: string, act: () => void, look: 'main' | 'rest') =>
    keyed(
      words,
      html`<button class="button ${look === 'main' ? '' : 'quiet rest'}" @click=${act}>${words}</button>`,
    );
  return html`<div class="actions ${showsAll ? 'all' : ''}">
    ${state === 'waiting' ? button(msg('Take'), () => keys.take(), 'main') : nothing}
    ${state === 'resolved' ? button(msg('Reopen'), () => keys.take(), 'main') : nothing}
    ${mayMove || mayRequeue ? button(msg('Transfer'), () => keys.transfer(), 'rest') : nothing}
    ${mayMove ? button(msg('Return'), () => keys.giveBack(), 'rest') : nothing}
    ${mayMove ? button(isSnoozed ? msg('End snooze') : msg('Snooze'), () => keys.snooze(), 'rest') : nothing}
    ${isMine ? button(msg('Resolve'), () => keys.resolve(), 'main') : nothing}
    <a class="button quiet rest" href=${own(`/api/chat-sessions/${id}/transcript`)} download="chat-${id}.txt">${msg('Transcript')}</a>
    <button class="button quiet" aria-pressed=${panel} @click=${() => keys.showShopper()}>${msg('Shopper')}</button>
    <button class="button quiet more" aria-expanded=${showsAll} @click=${turn}>${msg('More')}</button>
  </div>`;
}
