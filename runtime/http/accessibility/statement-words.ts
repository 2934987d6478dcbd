// The words of the accessibility statement in the languages of the storefront. What was checked by hand is in English (evaluation.ts).
import type { CheckKind, Conformance } from '../../contract/accessibility.ts';
import type { Locale } from '../../contract/shop.ts';
import type { RemarkKey } from './evaluation.ts';

export interface StatementWords {
  readonly title: string;
  readonly intro: (shop: string) => string;
  readonly scopeTitle: string;
  readonly scope: readonly string[];
  readonly standardTitle: string;
  readonly standard: string;
  readonly evaluated: (date: string) => string;
  readonly summaryTitle: string;
  readonly contactTitle: string;
  readonly contact: (shop: string) => string;
  readonly noContact: string;
  readonly criteriaTitle: string;
  readonly level: (level: string) => string;
  /** Guidelines 1 to 4. */
  readonly principles: readonly [string, string, string, string];
  readonly conformance: Readonly<Record<Conformance, string>>;
  readonly checked: Readonly<Record<CheckKind, string>>;
  readonly checkedBy: string;
  readonly remarks: Readonly<Record<RemarkKey, string>>;
  readonly limitationsTitle: string;
  readonly limitations: readonly string[];
  readonly dataTitle: string;
  readonly back: string;
  readonly languages: string;
}

const en: StatementWords = {
  title: 'Accessibility',
  intro: (shop) =>
    `This statement says how accessible the online shop and the chat of ${shop} are, and how that was tested.`,
  scopeTitle: 'Scope',
  scope: [
    'The storefront that couture serves, its recommendations, the chat for shoppers, and the console in which the shop’s staff answer chats.',
    'Not covered: other pages of the shop, its sign-in page and its checkout where they are not part of this storefront; push messages, which the device shows; emails; files that people send in the chat.',
  ],
  standardTitle: 'Standards',
  standard:
    'Web Content Accessibility Guidelines (WCAG) 2.2, levels A and AA. They include the criteria that clause 9 (web) of EN 301 549 V3.2.1 takes from WCAG 2.1, except 4.1.1, which WCAG 2.2 removed as obsolete. The other clauses of EN 301 549 were not evaluated.',
  evaluated: (date) =>
    `Evaluated by the makers of the software on ${date}. The automated tests below are part of it and run with every change. It is a self-assessment; nobody has tested with a screen reader, and no people with disabilities took part.`,
  summaryTitle: 'Result',
  contactTitle: 'Report a barrier',
  contact: (shop) => `If something is not accessible to you, write to ${shop}:`,
  noContact:
    'The shop has not named a contact for accessibility. Please use the address in its imprint or legal notice.',
  criteriaTitle: 'Criteria',
  level: (level) => `Level ${level}`,
  principles: ['1 Perceivable', '2 Operable', '3 Understandable', '4 Robust'],
  conformance: {
    supported: 'Supported',
    partly: 'Partly supported',
    not_applicable: 'Not applicable',
    not_evaluated: 'Not evaluated',
  },
  checked: {
    axe: 'axe',
    keyboard: 'keyboard test',
    geometry: 'measured sizes',
    contrast: 'computed contrast',
    behaviour: 'automated test',
    by_hand: 'by hand',
  },
  checkedBy: 'Tested:',
  remarks: {
    pictures:
      'Pictures come from the shop and from people who chat. Product pictures are described by the product’s name, pictures in the chat by their file name; text inside them is not repeated.',
    noMedia: 'There is no audio or video content.',
    noMotion: 'Nothing is controlled by moving the device.',
    noPasswords: 'The storefront asks for no password; the sign-in page belongs to the shop.',
    shortcuts:
      'The staff’s console has shortcuts of a single character; a switch in its list of shortcuts turns them off. The shop and the chat have none.',
    messages:
      'Short messages, such as the one that offers to undo a removal, disappear after 6 seconds, or 12 after something was added to the bag, unless they have the focus or the mouse is moved over them. An item can be added again.',
    shopWords: 'Names and descriptions of products come from the shop.',
    sounds: 'Only the staff’s console plays tones, each for less than three seconds; they can be turned off.',
    hoverButton:
      'With a mouse, the add button of a product card appears over its picture only while the card is hovered or focused, and it cannot be hidden with Esc.',
    cutNames:
      'With wider text spacing, long product names on cards are cut after two lines; the product’s page has them in full.',
  },
  limitationsTitle: 'Known limitations',
  limitations: [
    'Alternative texts of product pictures are the names of the products: they do not describe what the picture shows.',
    'Pictures and PDF files that are sent in the chat are as accessible as their senders made them; a picture’s alternative text is its file name.',
    'Names and descriptions of products are in the language of the shop, also on pages in another language, and as easy to read as the shop wrote them.',
    'The automated tests with axe run in Chromium only.',
    'Screen readers, speech control and screen magnifiers were not tested.',
    'Chat messages are sent as a whole; there is no real-time text.',
  ],
  dataTitle: 'This statement as data (JSON)',
  back: 'Back to the shop',
  languages: 'Language',
};

const de: StatementWords = {
  title: 'Barrierefreiheit',
  intro: (shop) =>
    `Diese Erklärung sagt, wie barrierefrei der Onlineshop und der Chat von ${shop} sind und wie das geprüft wurde.`,
  scopeTitle: 'Geltungsbereich',
  scope: [
    'Der Onlineshop, den couture ausliefert, seine Empfehlungen, der Chat für Kundinnen und Kunden und die Konsole, in der das Team des Shops Chats beantwortet.',
    'Nicht erfasst: andere Seiten des Shops, seine Anmeldung und seine Kasse, soweit sie nicht zu diesem Onlineshop gehören; Push-Nachrichten, die das Gerät anzeigt; E-Mails; Dateien, die im Chat gesendet werden.',
  ],
  standardTitle: 'Standards',
  standard:
    'Web Content Accessibility Guidelines (WCAG) 2.2, Stufen A und AA. Sie enthalten die Kriterien, die Abschnitt 9 (Web) der EN 301 549 V3.2.1 aus WCAG 2.1 übernimmt, außer 4.1.1, das WCAG 2.2 als überholt gestrichen hat. Die übrigen Abschnitte der EN 301 549 wurden nicht bewertet.',
  evaluated: (date) =>
    `Bewertet von den Herstellern der Software am ${date}. Die unten genannten automatischen Tests gehören dazu und laufen bei jeder Änderung. Es ist eine Selbstbewertung; mit Screenreadern wurde nicht getestet, und Menschen mit Behinderungen haben nicht mitgewirkt.`,
  summaryTitle: 'Ergebnis',
  contactTitle: 'Barriere melden',
  contact: (shop) => `Wenn etwas für Sie nicht barrierefrei ist, schreiben Sie an ${shop}:`,
  noContact:
    'Der Shop hat keinen Kontakt für Barrierefreiheit angegeben. Bitte nutzen Sie die Adresse in seinem Impressum.',
  criteriaTitle: 'Kriterien',
  level: (level) => `Stufe ${level}`,
  principles: ['1 Wahrnehmbar', '2 Bedienbar', '3 Verständlich', '4 Robust'],
  conformance: {
    supported: 'Erfüllt',
    partly: 'Teilweise erfüllt',
    not_applicable: 'Nicht anwendbar',
    not_evaluated: 'Nicht bewertet',
  },
  checked: {
    axe: 'axe',
    keyboard: 'Tastaturtest',
    geometry: 'gemessene Größen',
    contrast: 'berechneter Kontrast',
    behaviour: 'automatischer Test',
    by_hand: 'von Hand',
  },
  checkedBy: 'Geprüft:',
  remarks: {
    pictures:
      'Bilder stammen vom Shop und von Menschen, die chatten. Produktbilder sind mit dem Namen des Produkts beschrieben, Bilder im Chat mit ihrem Dateinamen; Text in Bildern wird nicht wiederholt.',
    noMedia: 'Es gibt keine Audio- oder Videoinhalte.',
    noMotion: 'Nichts wird durch Bewegen des Geräts gesteuert.',
    noPasswords: 'Der Onlineshop fragt nach keinem Passwort; die Anmeldeseite gehört zum Shop.',
    shortcuts:
      'Die Konsole für das Team hat Tastenkürzel mit einzelnen Zeichen; ein Schalter in der Liste der Tastenkürzel schaltet sie ab. Shop und Chat haben keine.',
    messages:
      'Kurze Meldungen, etwa das Angebot, ein Entfernen rückgängig zu machen, verschwinden nach 6 Sekunden, nach dem Hinzufügen zur Tasche nach 12, außer wenn sie den Fokus haben oder die Maus über ihnen bewegt wird. Ein Artikel kann wieder hinzugefügt werden.',
    shopWords: 'Namen und Beschreibungen der Produkte stammen vom Shop.',
    sounds:
      'Nur die Konsole für das Team spielt Töne, jeweils kürzer als drei Sekunden; sie lassen sich abschalten.',
    hoverButton:
      'Mit der Maus erscheint der Hinzufügen-Knopf einer Produktkarte nur über ihrem Bild, solange die Karte überfahren oder fokussiert wird; mit Esc lässt er sich nicht ausblenden.',
    cutNames:
      'Bei größeren Textabständen werden lange Produktnamen auf Karten nach zwei Zeilen abgeschnitten; auf der Produktseite stehen sie vollständig.',
  },
  limitationsTitle: 'Bekannte Einschränkungen',
  limitations: [
    'Die Alternativtexte der Produktbilder sind die Namen der Produkte: Sie beschreiben nicht, was auf dem Bild zu sehen ist.',
    'Bilder und PDF-Dateien, die im Chat gesendet werden, sind so barrierefrei, wie sie erstellt wurden; der Alternativtext eines Bildes ist sein Dateiname.',
    'Namen und Beschreibungen der Produkte sind in der Sprache des Shops, auch auf Seiten in einer anderen Sprache, und so leicht zu lesen, wie der Shop sie geschrieben hat.',
    'Die automatischen Tests mit axe laufen nur in Chromium.',
    'Screenreader, Sprachsteuerung und Bildschirmlupen wurden nicht getestet.',
    'Chatnachrichten werden als Ganzes gesendet; Echtzeittext gibt es nicht.',
  ],
  dataTitle: 'Diese Erklärung als Daten (JSON)',
  back: 'Zurück zum Shop',
  languages: 'Sprache',
};

const ar: StatementWords = {
  title: 'إمكانية الوصول',
  intro: (shop) => `يوضح هذا البيان مدى سهولة وصول الجميع إلى متجر ${shop} ومحادثته، وكيف جرى اختبار ذلك.`,
  scopeTitle: 'النطاق',
  scope: [
    'واجهة المتجر التي تقدّمها couture، وتوصياتها، ومحادثة المتسوقين، ولوحة التحكم التي يرد منها فريق المتجر على المحادثات.',
    'لا يشمل البيان: صفحات المتجر الأخرى، وصفحة تسجيل الدخول وإتمام الشراء إذا لم تكونا جزءًا من هذه الواجهة؛ والإشعارات التي يعرضها الجهاز؛ ورسائل البريد الإلكتروني؛ والملفات المرسلة في المحادثة.',
  ],
  standardTitle: 'المعايير',
  standard:
    'إرشادات الوصول إلى محتوى الويب (WCAG) 2.2، المستويان A وAA. وهي تتضمن المعايير التي يأخذها البند 9 (الويب) من المعيار EN 301 549 V3.2.1 من WCAG 2.1، باستثناء 4.1.1 الذي أزالته WCAG 2.2 لتقادمه. لم تُقيَّم البنود الأخرى من EN 301 549.',
  evaluated: (date) =>
    `أجرى صانعو البرنامج التقييم بتاريخ ${date}. الاختبارات الآلية المذكورة أدناه جزء منه وتُنفَّذ مع كل تغيير. هذا تقييم ذاتي؛ لم يُجرَ اختبار بقارئ شاشة، ولم يشارك فيه أشخاص ذوو إعاقة.`,
  summaryTitle: 'النتيجة',
  contactTitle: 'الإبلاغ عن عائق',
  contact: (shop) => `إذا واجهت صعوبة في الوصول إلى أي شيء، فراسل ${shop}:`,
  noContact:
    'لم يحدد المتجر جهة اتصال بشأن إمكانية الوصول. يُرجى استخدام العنوان الوارد في بياناته القانونية.',
  criteriaTitle: 'المعايير بالتفصيل',
  level: (level) => `المستوى ${level}`,
  principles: ['1 قابلية الإدراك', '2 قابلية التشغيل', '3 قابلية الفهم', '4 المتانة'],
  conformance: {
    supported: 'مستوفى',
    partly: 'مستوفى جزئيًا',
    not_applicable: 'لا ينطبق',
    not_evaluated: 'لم يُقيَّم',
  },
  checked: {
    axe: 'axe',
    keyboard: 'اختبار لوحة المفاتيح',
    geometry: 'قياس الأحجام',
    contrast: 'تباين محسوب',
    behaviour: 'اختبار آلي',
    by_hand: 'يدويًا',
  },
  checkedBy: 'الاختبار:',
  remarks: {
    pictures:
      'تأتي الصور من المتجر ومن المشاركين في المحادثة. توصف صور المنتجات باسم المنتج، وصور المحادثة باسم الملف؛ ولا يُكرَّر النص الموجود داخل الصور.',
    noMedia: 'لا يوجد محتوى صوتي أو مرئي.',
    noMotion: 'لا يُتحكَّم في أي شيء بتحريك الجهاز.',
    noPasswords: 'لا تطلب واجهة المتجر كلمة مرور؛ صفحة تسجيل الدخول تابعة للمتجر.',
    shortcuts:
      'في لوحة تحكم الفريق اختصارات من حرف واحد، ويوقفها مفتاح تبديل في قائمة الاختصارات. لا توجد اختصارات في المتجر والمحادثة.',
    messages:
      'تختفي الرسائل القصيرة، مثل عرض التراجع عن الإزالة، بعد 6 ثوانٍ، أو 12 ثانية بعد الإضافة إلى السلة، ما لم يكن التركيز عليها أو يتحرك مؤشر الفأرة فوقها. يمكن إضافة المنتج من جديد.',
    shopWords: 'أسماء المنتجات وأوصافها من المتجر.',
    sounds: 'لوحة تحكم الفريق وحدها تُصدر نغمات، كل منها أقل من ثلاث ثوانٍ، ويمكن إيقافها.',
    hoverButton:
      'عند استخدام الفأرة يظهر زر الإضافة فوق صورة بطاقة المنتج فقط أثناء التمرير فوقها أو التركيز عليها، ولا يمكن إخفاؤه بمفتاح Esc.',
    cutNames:
      'عند زيادة تباعد النص تُقطع أسماء المنتجات الطويلة في البطاقات بعد سطرين؛ وتظهر كاملة في صفحة المنتج.',
  },
  limitationsTitle: 'قيود معروفة',
  limitations: [
    'النصوص البديلة لصور المنتجات هي أسماء المنتجات، ولا تصف ما يظهر في الصورة.',
    'الصور وملفات PDF المرسلة في المحادثة ميسّرة بقدر ما يسّرها مرسلوها؛ والنص البديل للصورة هو اسم ملفها.',
    'أسماء المنتجات وأوصافها بلغة المتجر، حتى في الصفحات بلغة أخرى، وسهولة قراءتها كما كتبها المتجر.',
    'تعمل الاختبارات الآلية باستخدام axe في Chromium فقط.',
    'لم تُختبر قارئات الشاشة ولا التحكم الصوتي ولا مكبرات الشاشة.',
    'تُرسل رسائل المحادثة كاملة؛ لا يوجد نص فوري أثناء الكتابة.',
  ],
  dataTitle: 'هذا البيان كبيانات (JSON)',
  back: 'العودة إلى المتجر',
  languages: 'اللغة',
};

export const statementWords: Readonly<Record<Locale, StatementWords>> = { en, de, ar };
