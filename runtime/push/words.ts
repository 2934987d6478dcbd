// Texts of the runtime's own push messages, by the language of the browser.

export interface PushWords {
  /** Their language. */
  readonly lang: string;
  readonly newMessage: string;
  readonly answered: string;
}

const english: PushWords = {
  lang: 'en',
  newMessage: 'New message',
  answered: 'You have a reply in the chat.',
};

const byLanguage: Readonly<Record<string, PushWords>> = {
  de: {
    lang: 'de',
    newMessage: 'Neue Nachricht',
    answered: 'Du hast eine Antwort im Chat.',
  },
  ar: {
    lang: 'ar',
    newMessage: 'رسالة جديدة',
    answered: 'وصلك رد في المحادثة.',
  },
};

/**
 * Returns the texts for a subscription's locale, such as de-AT; English when there is no translation.
 * @param shops locale of the shop, for subscriptions without one
 */
export function pushWords(locale: string | null, shops?: string): PushWords {
  return byLanguage[(locale ?? shops)?.split('-')[0]?.toLowerCase() ?? ''] ?? english;
}
