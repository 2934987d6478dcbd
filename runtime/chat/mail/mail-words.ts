// Texts of the mails that the chat sends, in the shop's language.

export interface MailWords {
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  subject(shop: string): string;
  greeting(name: string | null): string;
  answered(shop: string): string;
  readonly open: string;
  /** Below it, quotes begin. */
  readonly marker: string;
  readonly earlier: string;
  readonly you: string;
  readonly agent: string;
  readonly sentFile: string;
  readonly sentProduct: string;
  readonly answerHere: string;
  readonly answerThere: string;
  readonly unsubscribe: string;
}

const english: MailWords = {
  lang: 'en',
  dir: 'ltr',
  subject: (shop) => `Reply from ${shop}`,
  greeting: (name) => (name === null ? 'Hello,' : `Hello ${name},`),
  answered: (shop) => `${shop} has replied to your chat:`,
  open: 'Open the chat',
  marker: '– Write your reply above this line –',
  earlier: 'Earlier in this chat',
  you: 'You',
  agent: 'Agent',
  sentFile: 'sent the file',
  sentProduct: 'sent the product',
  answerHere: 'Reply to this email, or open the chat:',
  answerThere: 'Open the chat to reply:',
  unsubscribe: 'No more emails about this chat:',
};

const byLanguage: Readonly<Record<string, MailWords>> = {
  de: {
    lang: 'de',
    dir: 'ltr',
    subject: (shop) => `Antwort von ${shop}`,
    greeting: (name) => (name === null ? 'Hallo,' : `Hallo ${name},`),
    answered: (shop) => `${shop} hat im Chat geantwortet:`,
    open: 'Chat öffnen',
    marker: '– Schreib deine Antwort über diese Zeile –',
    earlier: 'Vorher in diesem Chat',
    you: 'Du',
    agent: 'Service',
    sentFile: 'hat die Datei geschickt:',
    sentProduct: 'hat den Artikel geschickt:',
    answerHere: 'Antworte auf diese E-Mail, oder öffne den Chat:',
    answerThere: 'Öffne den Chat, um zu antworten:',
    unsubscribe: 'Keine E-Mails mehr zu diesem Chat:',
  },
  ar: {
    lang: 'ar',
    dir: 'rtl',
    subject: (shop) => `رد من ${shop}`,
    greeting: (name) => (name === null ? 'مرحبًا،' : `مرحبًا ${name}،`),
    answered: (shop) => `رد ${shop} على محادثتك:`,
    open: 'افتح المحادثة',
    marker: '– اكتب ردك فوق هذا السطر –',
    earlier: 'سابقًا في هذه المحادثة',
    you: 'أنت',
    agent: 'الدعم',
    sentFile: 'أرسل الملف',
    sentProduct: 'أرسل المنتج',
    answerHere: 'رد على هذه الرسالة، أو افتح المحادثة:',
    answerThere: 'افتح المحادثة للرد:',
    unsubscribe: 'لإيقاف الرسائل حول هذه المحادثة:',
  },
};

/** @param locale of the shop, such as de */
export function mailWords(locale: string | undefined): MailWords {
  return byLanguage[locale?.split('-')[0]?.toLowerCase() ?? ''] ?? english;
}

/** The markers of all languages: a shop may change its language between a mail and its answer. */
export const markers: readonly string[] = [english, ...Object.values(byLanguage)].map(({ marker }) => marker);
