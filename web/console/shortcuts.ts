// Keys of the console; they count where nothing is being written.
import { msg } from '@lit/localize';

/** What keys do with the chat that is open. */
export interface ChatKeys {
  /** Whether something is being done with it: until it is done, no key counts. */
  readonly busy: boolean;
  take(): void;
  resolve(): void;
  giveBack(): void;
  transfer(): void;
  note(): void;
  write(): void;
  showShopper(): void;
}

export interface Keys {
  /** To the next chat of the list, or the one before. */
  step(by: number): void;
  search(): void;
  sheet(): void;
  back(): void;
  /** Undefined: no chat is open. */
  readonly chat: ChatKeys | undefined;
}

export function shortcutSheet(): ReadonlyArray<readonly [key: string, words: string]> {
  return [
    ['j / k', msg('Next or previous chat')],
    ['t', msg('Take chat')],
    ['i', msg('Write a reply')],
    ['/', msg('Saved replies, at the start of a message')],
    ['n', msg('Private note')],
    ['e', msg('Resolve')],
    ['u', msg('Return to queue')],
    ['m', msg('Transfer')],
    ['p', msg('Shopper details')],
    ['s', msg('Search all chats')],
    ['Esc', msg('Leave field, then close chat')],
    ['?', msg('Show shortcuts')],
  ];
}

export function takeKey(event: KeyboardEvent, keys: Keys): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  const [target] = event.composedPath() as [HTMLElement];
  if (target.matches?.('input, textarea, select, [contenteditable]')) {
    if (event.key === 'Escape') target.blur();
    return;
  }
  const { chat } = keys;
  if (chat?.busy) return;
  const acts: Record<string, (() => void) | undefined> = {
    j: () => keys.step(1),
    k: () => keys.step(-1),
    s: () => keys.search(),
    '?': () => keys.sheet(),
    Escape: chat && (() => keys.back()),
    t: chat && (() => chat.take()),
    e: chat && (() => chat.resolve()),
    u: chat && (() => chat.giveBack()),
    m: chat && (() => chat.transfer()),
    n: chat && (() => chat.note()),
    i: chat && (() => chat.write()),
    p: chat && (() => chat.showShopper()),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
