// The line below the chat's heading: who answers, and when.
import { msg, str } from '@lit/localize';
import type { WireSession } from '../../runtime/contract/chat-session.ts';
import type { Availability } from './chat-api.ts';
import { eventWords } from './chat-words.ts';

export function headWords(session: WireSession | undefined, availability: Availability | undefined): string {
  if (!session && !navigator.onLine) return msg('You’re offline');
  const isNobodyThere = availability?.agents_online === false;
  if (!session) {
    if (availability?.open === false) return msg('We’re offline right now');
    return isNobodyThere ? msg('No agent is here right now') : msg('We usually answer within minutes');
  }
  if (session.state === 'active')
    return session.agent_name
      ? msg(str`You’re chatting with ${session.agent_name}`)
      : eventWords({ body: 'assigned', sender_name: null });
  if (session.state === 'waiting') {
    if (session.left_offline) return msg('Message received. We’ll reply by email.');
    return isNobodyThere
      ? msg('Message received. We’ll answer as soon as an agent is back.')
      : msg('An agent will be with you in a moment');
  }
  return session.state === 'resolved' ? msg('Resolved') : msg('Ended');
}

/** This device knows of a chat that cannot be shown yet. */
export function loadingWords(): string {
  return navigator.onLine
    ? msg('Loading your chat …')
    : msg('You’re offline. Your chat will be here when you’re back online.');
}
