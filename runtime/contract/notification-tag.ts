// How notifications name a chat: a push message carries the tag, and pages close what has been read. Without dependencies, so
// that the web bundles can include it.

/** A reply, on a device of the shopper. Also the topic of the push message, which has at most 32 characters. */
export function replyTag(sessionId: string): string {
  return `${replyPrefix}${sessionId.slice(0, 8)}`;
}

export const replyPrefix = 'chat-';

/** A chat that waits for an agent or has news for its own, on a device of the agent. */
export function consoleTag(sessionId: string): string {
  return `console-${sessionId.slice(0, 8)}`;
}

/** An internal note that mentions the agent. Its own tag keeps it from replacing other notifications of the chat. */
export function mentionTag(sessionId: string): string {
  return `mention-${sessionId.slice(0, 8)}`;
}
