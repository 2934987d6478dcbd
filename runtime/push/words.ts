// What the runtime says by itself, in the language of the browser that gets it.

export interface PushWords {
  readonly newMessage: string;
  readonly answered: string;
  readonly cheaper: string;
  readonly back: string;
}

const english: PushWords = {
  newMessage: 'New message',
  answered: 'You have an answer in the chat.',
  cheaper: 'It costs less now.',
  back: 'It is back in stock.',
};

const byLanguage: Readonly<Record<string, PushWords>> = {
  de: {
    newMessage: 'Neue Nachricht',
    answered: 'Im Chat gibt es eine Antwort.',
    cheaper: 'Jetzt günstiger.',
    back: 'Wieder da.',
  },
};

/** @param locale of the subscription, such as de-AT; English where there are no words in it */
export function pushWords(locale: string | null): PushWords {
  return byLanguage[locale?.split('-')[0]?.toLowerCase() ?? ''] ?? english;
}
