// A chat in the console's lists: shopper, waiting time, last message, team, and the time left for the first response.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import { eventWords, waitingWords } from '../chat/chat-words.ts';
import { directionOfText } from '../chat/text-direction.ts';
import { formatShortAppointment } from '../state/locale.ts';
import { serverNow } from '../state/server-clock.ts';
import './countdown.element.ts';
import type { Inbox } from './inbox.ts';
import { labelChip } from './label-chip.ts';

const minute = 60_000;

export function chatRow(
  session: ListedWireSession,
  inbox: Inbox,
  look: (id: string) => void,
): TemplateResult {
  const waits = session.state === 'waiting';
  const since = Math.max(0, serverNow() - Date.parse(waits ? session.waiting_since : session.updated_at));
  const last = session.last_message;
  return html`<button class="chat" data-id=${session.id} aria-current=${inbox.open?.id === session.id} @click=${() => look(session.id)}>
      <strong><bdi>${session.name ?? msg('Guest')}</bdi>${session.verified ? html` <span class="state">✓ <span class="visually-hidden">${msg('signed in')}</span></span>` : nothing}</strong>
      <span class="time ${session.missed ? 'late' : ''}">${waits && since >= minute ? msg(str`waiting ${waitingWords(since)}`) : waitingWords(since)}</span>
      <span class="last">${last ? (last.kind === 'event' ? eventWords({ body: last.body, sender_name: session.agent_name }, 'staff') : html`<bdi dir=${directionOfText(last.body)}>${last.body}</bdi>`) : ''}</span>
      ${urgency(session, inbox)}
      ${session.unread_count > 0 ? html`<span class="count"><span class="visually-hidden">${msg('unread:')} </span>${session.unread_count}</span>` : html`<span class="state">${stateWords(session)}</span>`}
    </button>`;
}

function urgency(
  { team, respond_by, labels }: ListedWireSession,
  inbox: Inbox,
): TemplateResult | typeof nothing {
  const name = inbox.teamName(team);
  return name || respond_by || labels.length > 0
    ? html`<span class="urgency">${name ? html`<span class="team">${name}</span>` : nothing}<couture-countdown .by=${respond_by}></couture-countdown>${labels.map((label) => labelChip(label))}</span>`
    : nothing;
}

function stateWords({ state, agent_name, snoozed_until, held_count }: ListedWireSession): string {
  if (held_count > 0) return msg('reply not sent');
  if (snoozed_until) return msg(str`snoozed until ${formatShortAppointment(snoozed_until)}`);
  if (state === 'active') return agent_name ?? '';
  if (state === 'resolved') return msg('resolved');
  return state === 'closed' ? msg('ended') : '';
}
