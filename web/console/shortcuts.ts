// The console's keyboard shortcuts; they work while no text field has the focus. Those of one character can be turned off,
// since dictated words and slips of the hand press them, too (WCAG 2.1.4).

import { msg } from '@lit/localize';
import { shortcutKey } from '../elements/pressed-key.ts';
import { saved } from '../state/saved.ts';

const isApple = /^(Mac|iPhone|iPad)/.test(navigator.platform);
const characterKeys = saved<boolean>('couture-console-keys', true, (value) =>
  typeof value === 'boolean' ? value : undefined,
);

/** Whether shortcuts of one character work on this device. */
export function hasCharacterKeys(): boolean {
  return characterKeys.read();
}

export function setCharacterKeys(on: boolean): void {
  characterKeys.write(on);
}

/** What shortcuts do with the active chat. */
export interface ChatKeys {
  /** Whether an action is in flight: shortcuts do nothing until it is done. */
  readonly busy: boolean;
  take(): void;
  resolve(): void;
  giveBack(): void;
  transfer(): void;
  snooze(): void;
  label(): void;
  note(): void;
  write(): void;
  showShopper(): void;
  /** Inserts a suggested reply, counted from 1. @returns false if there is none */
  insertSuggestion(number: number): boolean;
}

export interface Keys {
  /** Opens the next or the previous chat of the list. */
  step(by: number): void;
  search(): void;
  sheet(): void;
  /** Opens the command palette. */
  palette(): void;
  /** Switches between available and away. */
  switchState(): void;
  back(): void;
  /** Undefined: no chat is active. */
  readonly chat: ChatKeys | undefined;
}

type Sheet = ReadonlyArray<readonly [key: string, words: string]>;

/** Shortcuts that always work. */
export function shortcutSheet(): Sheet {
  return [
    [isApple ? '⌘ K' : 'Ctrl K', msg('Find a chat or a command')],
    ['/', msg('Saved replies, at the start of a message')],
    ['Alt 1 … 4', msg('Insert a suggested reply')],
    ['Esc', msg('Leave field, then close chat')],
  ];
}

/** Shortcuts of one character. */
export function characterSheet(): Sheet {
  return [
    ['j / k', msg('Next or previous chat')],
    ['t', msg('Take chat')],
    ['i', msg('Write a reply')],
    ['n', msg('Private note')],
    ['e', msg('Resolve')],
    ['u', msg('Return to queue')],
    ['m', msg('Transfer')],
    ['z', msg('Snooze, or take back')],
    ['l', msg('Add a label')],
    ['p', msg('Shopper details')],
    ['s', msg('Search all chats')],
    ['a', msg('Available or away')],
    ['?', msg('Show shortcuts')],
  ];
}

export function takeKey(event: KeyboardEvent, keys: Keys): void {
  const key = shortcutKey(event);
  // Also while a text is written; on a Mac, Ctrl and K deletes the rest of the line.
  if (key === 'k' && (isApple ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    keys.palette();
    return;
  }
  // Also while a text is written. By the key's place: on a Mac, Alt and a digit types another character.
  const [, digit] = /^Digit([1-4])$/.exec(event.code) ?? [];
  if (digit && event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    if (keys.chat?.insertSuggestion(Number(digit))) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const [target] = event.composedPath() as [HTMLElement];
  if (target.matches?.('input, textarea, select, [contenteditable]')) {
    if (key === 'Escape') target.blur();
    return;
  }
  const { chat } = keys;
  if (chat?.busy || (key.length === 1 && !hasCharacterKeys())) return;
  const acts: Record<string, (() => void) | undefined> = {
    j: () => keys.step(1),
    k: () => keys.step(-1),
    s: () => keys.search(),
    '?': () => keys.sheet(),
    a: () => keys.switchState(),
    Escape: chat && (() => keys.back()),
    t: chat && (() => chat.take()),
    e: chat && (() => chat.resolve()),
    u: chat && (() => chat.giveBack()),
    m: chat && (() => chat.transfer()),
    z: chat && (() => chat.snooze()),
    l: chat && (() => chat.label()),
    n: chat && (() => chat.note()),
    i: chat && (() => chat.write()),
    p: chat && (() => chat.showShopper()),
  };
  const act = acts[key];
  if (!act) return;
  event.preventDefault();
  act();
}
