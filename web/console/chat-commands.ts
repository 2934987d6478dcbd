// The commands of the open chat: those of its buttons and shortcuts that its state allows.
import { msg } from '@lit/localize';
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import type { Command } from './commands.ts';
import type { ChatKeys } from './shortcuts.ts';

/** @param owns whether the chat is the agent's, or the agent an admin */
export function chatCommands(
  { state, snoozed_until, name }: ListedWireSession,
  owns: boolean,
  keys: ChatKeys,
): Command[] {
  const about = name ?? msg('Guest');
  const command = (key: string, words: string, run: () => void, allowed = true): Command[] =>
    allowed ? [{ id: `chat-${key}`, words, about, key, run }] : [];
  const active = state === 'active' && owns;
  return [
    ...command('t', msg('Take'), () => keys.take(), state === 'waiting'),
    ...command('t', msg('Reopen'), () => keys.take(), state === 'resolved'),
    ...command('e', msg('Resolve'), () => keys.resolve(), active),
    ...command('z', snoozed_until ? msg('End snooze') : msg('Snooze'), () => keys.snooze(), active),
    ...command('m', msg('Transfer'), () => keys.transfer(), active || state === 'waiting'),
    ...command('u', msg('Return'), () => keys.giveBack(), active),
    ...command('l', msg('Add a label'), () => keys.label()),
    ...command('i', msg('Reply'), () => keys.write(), active),
    ...command('n', msg('Private note'), () => keys.note()),
    ...command('p', msg('Shopper details'), () => keys.showShopper()),
  ];
}
