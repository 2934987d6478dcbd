// Texts of the mails that the chat sends, and of the pages that their links open, in the language of the shopper.

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
  readonly pages: LinkPageWords;
}

/** Of the pages that the links open. */
export interface LinkPageWords {
  readonly title: string;
  readonly press: string;
  readonly unsubscribed: string;
  readonly noMore: string;
  readonly expired: string;
  readonly instead: string;
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
  pages: {
    title: 'Emails about this chat',
    press: 'Unsubscribe',
    unsubscribed: 'Unsubscribed',
    noMore: 'You’ll get no more emails about this chat.',
    expired: 'This link has expired',
    instead: 'Reply to the latest email, or start a new chat in the shop.',
  },
};

const byLanguage: Readonly<Record<string, MailWords>> = {
  en: english,
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
    pages: {
      title: 'E-Mails zu diesem Chat',
      press: 'Abbestellen',
      unsubscribed: 'Abbestellt',
      noMore: 'Du bekommst keine E-Mails mehr zu diesem Chat.',
      expired: 'Dieser Link ist abgelaufen',
      instead: 'Antworte auf die neueste E-Mail, oder beginne im Shop einen neuen Chat.',
    },
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
    pages: {
      title: 'الرسائل حول هذه المحادثة',
      press: 'إلغاء الاشتراك',
      unsubscribed: 'تم إلغاء الاشتراك',
      noMore: 'لن تصلك رسائل أخرى حول هذه المحادثة.',
      expired: 'انتهت صلاحية هذا الرابط',
      instead: 'رد على أحدث رسالة، أو ابدأ محادثة جديدة في المتجر.',
    },
  },
};

/** @param locales such as de-AT: the shopper's, then the shop's; the first that has words counts, or else English */
export function mailWords(...locales: ReadonlyArray<string | null | undefined>): MailWords {
  const languages = locales.map((locale) => locale?.split('-')[0]?.toLowerCase() ?? '');
  return languages.map((each) => byLanguage[each]).find(Boolean) ?? english;
}

/** The markers of all languages: answers come to mails in any of them. */
export const markers: readonly string[] = Object.values(byLanguage).map(({ marker }) => marker);
