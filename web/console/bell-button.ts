// The console's bell: notifications on this device, also while the console is closed, where the shop and the browser have push.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../elements/icon.ts';
import type { AgentDevice } from './agent-device.ts';
import { mayAskToNotify } from './chime.ts';

export interface BellActions {
  /** Asks the browser for its permission; without push, notifications come while the console is open. */
  readonly ask: () => void;
  /** Turns push on this device on or off. */
  readonly turn: () => void;
  /** Tells why the button cannot do it. */
  readonly explain: (words: string) => void;
}

export function bellButton(
  { state, busy }: AgentDevice,
  { ask, turn, explain }: BellActions,
): TemplateResult | typeof nothing {
  if (state === 'impossible' || state === 'unknown')
    return mayAskToNotify()
      ? html`<button class="tool" aria-label=${msg('Turn on notifications')} title=${msg('Turn on notifications')} @click=${ask}>${icon('bell')}</button>`
      : nothing;
  const words = {
    on: msg('This device is notified while the console is closed'),
    off: msg('Notify this device while the console is closed'),
    forbidden: msg('Notifications are blocked in your browser settings.'),
    'install first': msg('Add the console to your home screen first. Then turn on notifications there.'),
  }[state];
  if (state === 'forbidden' || state === 'install first')
    return html`<button class="tool" aria-label=${words} title=${words} @click=${() => explain(words)}>${icon('bell')}</button>`;
  return html`<button class="tool bell" aria-label=${msg('Notify this device while the console is closed')} aria-pressed=${state === 'on'} title=${words} aria-disabled=${busy} @click=${busy ? nothing : turn}>${icon('bell')}</button>`;
}
