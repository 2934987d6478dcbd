// The address that answers to a chat's mails go to: `chat+{token}@shop.example` with the chat's token.

/** @param pattern an address with `{token}` */
export function replyAddress(pattern: string, token: string): string {
  return pattern.replace('{token}', token);
}

/** The token in an address that `replyAddress` made, in any case; undefined for other addresses. */
export function tokenOf(pattern: string, address: string): string | undefined {
  const [before = '', after = ''] = pattern.toLowerCase().split('{token}');
  const text = address.trim().toLowerCase();
  if (!text.startsWith(before) || !text.endsWith(after)) return undefined;
  const token = text.slice(before.length, text.length - after.length);
  return /^[a-z2-9]{20}$/.test(token) ? token : undefined;
}
