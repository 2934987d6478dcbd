// What the page says to the chat.

declare global {
  interface WindowEventMap {
    /** The shop shows another page. */
    'couture-page-shown': CustomEvent<string>;
    /** The chat has an invitation to show (true), or has it no longer. */
    'couture-chat-invites': CustomEvent<boolean>;
    /** A notification of a reply was clicked. */
    'couture-chat-asked': CustomEvent<void>;
    /** The customer's data is being removed from this device. */
    'couture-purged': CustomEvent<void>;
  }
}

/** Whether the page was opened from a push message about the chat. */
export function isAskedFor(): boolean {
  return new URLSearchParams(location.search).get('chat') === 'open';
}
