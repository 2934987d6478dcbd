// Texts of the runtime's own push messages, by the language of the browser.
import { languageOf } from './journeys/journey-texts.ts';

export interface PushWords {
  /** Their language. */
  readonly lang: string;
  readonly newMessage: string;
  readonly answered: string;
  /** For agents. */
  readonly agent: {
    readonly waiting: string;
    readonly assigned: string;
    readonly reply: string;
    readonly mention: string;
    readonly woken: string;
    readonly held: string;
    /** What a click does. */
    readonly open: string;
  };
}

const english: PushWords = {
  lang: 'en',
  newMessage: 'New message',
  answered: 'You have a reply in the chat.',
  agent: {
    waiting: 'A chat is waiting',
    assigned: 'A chat was assigned to you',
    reply: 'New message in your chat',
    mention: 'You were mentioned in a note',
    woken: 'A snoozed chat is back',
    held: 'Your scheduled reply was not sent',
    open: 'Open the chat in the console.',
  },
};

const byLanguage: Readonly<Record<string, PushWords>> = {
  de: {
    lang: 'de',
    newMessage: 'Neue Nachricht',
    answered: 'Du hast eine Antwort im Chat.',
    agent: {
      waiting: 'Ein Chat wartet',
      assigned: 'Dir wurde ein Chat zugeteilt',
      reply: 'Neue Nachricht in deinem Chat',
      mention: 'Du wurdest in einer Notiz erwähnt',
      woken: 'Ein zurückgestellter Chat ist wieder da',
      held: 'Deine geplante Antwort wurde nicht gesendet',
      open: 'Chat in der Konsole öffnen.',
    },
  },
  ar: {
    lang: 'ar',
    newMessage: 'رسالة جديدة',
    answered: 'وصلك رد في المحادثة.',
    agent: {
      waiting: 'محادثة في الانتظار',
      assigned: 'أُسندت إليك محادثة',
      reply: 'رسالة جديدة في محادثتك',
      mention: 'ذُكرت في ملاحظة',
      woken: 'عادت محادثة مؤجلة',
      held: 'لم يُرسل ردك المجدول',
      open: 'افتح المحادثة في لوحة المحادثة.',
    },
  },
};

/**
 * Returns the texts for a subscription's locale, such as de-AT; English when there is no translation.
 * @param shops locale of the shop, for subscriptions without one
 */
export function pushWords(locale: string | null, shops?: string): PushWords {
  return byLanguage[languageOf(byLanguage, locale, shops)] ?? english;
}
