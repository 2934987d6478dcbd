// The event of a chat that says that an e-mail was longer than a message; without dependencies, so that the web bundles can
// include it.

export interface LongMail {
  /** Number of characters of the e-mail, without quotes. */
  readonly characters: number;
  /** Number of messages that have its text; undefined: a message has the beginning, and a file all of it. */
  readonly messages: number | undefined;
}

export function longMailEvent({ characters, messages }: LongMail): string {
  return `long_mail ${characters} ${messages ?? 'file'}`;
}

/** What the body of an event says about a long e-mail; undefined for other events. */
export function readLongMail(body: string): LongMail | undefined {
  const [, characters, messages] = /^long_mail (\d+) (\d+|file)$/.exec(body) ?? [];
  if (characters === undefined) return undefined;
  return { characters: Number(characters), messages: messages === 'file' ? undefined : Number(messages) };
}
