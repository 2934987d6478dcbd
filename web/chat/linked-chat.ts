// The chat that a link in a mail opens: `#couture-chat=ID`, on a page of another origin with the secret of a guest after a dot.

const form = /^#couture-chat=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.([\w-]{43}))?$/;

export interface LinkedChat {
  readonly id: string;
  readonly secret?: string;
}

/** Reads the chat from the page's address, and removes it there: a copied address must not give the chat away. */
export function linkedChat(): LinkedChat | undefined {
  const [, id, secret] = form.exec(location.hash) ?? [];
  if (id === undefined) return undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  return secret === undefined ? { id } : { id, secret };
}
