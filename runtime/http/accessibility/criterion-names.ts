// The names of the criteria of WCAG 2.2, level A and AA, as W3C and its translations have them.
import type { Locale } from '../../contract/shop.ts';

// biome-ignore format: one row per line
const names: Readonly<Record<string, readonly [en: string, de: string, ar: string]>> = {
  '1.1.1': ['Non-text Content', 'Nicht-Text-Inhalt', 'المحتوى غير النصي'],
  '1.2.1': ['Audio-only and Video-only (Prerecorded)', 'Reines Audio und reines Video (aufgezeichnet)', 'صوت فقط وفيديو فقط (مسجّل مسبقًا)'],
  '1.2.2': ['Captions (Prerecorded)', 'Untertitel (aufgezeichnet)', 'التسميات التوضيحية (مسجّلة مسبقًا)'],
  '1.2.3': ['Audio Description or Media Alternative (Prerecorded)', 'Audiodeskription oder Medienalternative (aufgezeichnet)', 'الوصف الصوتي أو بديل الوسائط (مسجّل مسبقًا)'],
  '1.2.4': ['Captions (Live)', 'Untertitel (live)', 'التسميات التوضيحية (بث مباشر)'],
  '1.2.5': ['Audio Description (Prerecorded)', 'Audiodeskription (aufgezeichnet)', 'الوصف الصوتي (مسجّل مسبقًا)'],
  '1.3.1': ['Info and Relationships', 'Info und Beziehungen', 'المعلومات والعلاقات'],
  '1.3.2': ['Meaningful Sequence', 'Bedeutungstragende Reihenfolge', 'التسلسل ذو المعنى'],
  '1.3.3': ['Sensory Characteristics', 'Sensorische Eigenschaften', 'الخصائص الحسية'],
  '1.3.4': ['Orientation', 'Ausrichtung', 'اتجاه العرض'],
  '1.3.5': ['Identify Input Purpose', 'Eingabezweck bestimmen', 'تحديد الغرض من الإدخال'],
  '1.4.1': ['Use of Color', 'Benutzung von Farbe', 'استخدام اللون'],
  '1.4.2': ['Audio Control', 'Audio-Steuerelement', 'التحكم في الصوت'],
  '1.4.3': ['Contrast (Minimum)', 'Kontrast (Minimum)', 'التباين (الحد الأدنى)'],
  '1.4.4': ['Resize Text', 'Textgröße ändern', 'تغيير حجم النص'],
  '1.4.5': ['Images of Text', 'Bilder von Text', 'صور النصوص'],
  '1.4.10': ['Reflow', 'Automatischer Umbruch', 'إعادة التدفق'],
  '1.4.11': ['Non-text Contrast', 'Nicht-Text-Kontrast', 'تباين العناصر غير النصية'],
  '1.4.12': ['Text Spacing', 'Textabstand', 'تباعد النص'],
  '1.4.13': ['Content on Hover or Focus', 'Eingeblendeter Inhalt bei Darüberschweben oder Fokus', 'المحتوى عند التمرير أو التركيز'],
  '2.1.1': ['Keyboard', 'Tastatur', 'لوحة المفاتيح'],
  '2.1.2': ['No Keyboard Trap', 'Keine Tastaturfalle', 'عدم احتجاز لوحة المفاتيح'],
  '2.1.4': ['Character Key Shortcuts', 'Tastaturkürzel mit einzelnen Zeichen', 'اختصارات مفاتيح الأحرف'],
  '2.2.1': ['Timing Adjustable', 'Zeitvorgaben anpassbar', 'إمكانية ضبط التوقيت'],
  '2.2.2': ['Pause, Stop, Hide', 'Pausieren, beenden, ausblenden', 'الإيقاف المؤقت والإيقاف والإخفاء'],
  '2.3.1': ['Three Flashes or Below Threshold', 'Grenzwert von dreimaligem Blitzen oder weniger', 'ثلاث ومضات أو دون الحد'],
  '2.4.1': ['Bypass Blocks', 'Blöcke umgehen', 'تجاوز الكتل'],
  '2.4.2': ['Page Titled', 'Seite mit Titel versehen', 'عنوان الصفحة'],
  '2.4.3': ['Focus Order', 'Fokus-Reihenfolge', 'ترتيب التركيز'],
  '2.4.4': ['Link Purpose (In Context)', 'Linkzweck (im Kontext)', 'الغرض من الرابط (في السياق)'],
  '2.4.5': ['Multiple Ways', 'Verschiedene Möglichkeiten', 'طرق متعددة'],
  '2.4.6': ['Headings and Labels', 'Überschriften und Beschriftungen', 'العناوين والتسميات'],
  '2.4.7': ['Focus Visible', 'Fokus sichtbar', 'التركيز المرئي'],
  '2.4.11': ['Focus Not Obscured (Minimum)', 'Fokus nicht verdeckt (Minimum)', 'التركيز غير محجوب (الحد الأدنى)'],
  '2.5.1': ['Pointer Gestures', 'Zeigergesten', 'إيماءات المؤشر'],
  '2.5.2': ['Pointer Cancellation', 'Abbruch der Zeigeraktion', 'إلغاء إجراء المؤشر'],
  '2.5.3': ['Label in Name', 'Beschriftung im Namen', 'التسمية ضمن الاسم'],
  '2.5.4': ['Motion Actuation', 'Betätigung durch Bewegung', 'التشغيل بالحركة'],
  '2.5.7': ['Dragging Movements', 'Ziehbewegungen', 'حركات السحب'],
  '2.5.8': ['Target Size (Minimum)', 'Zielgröße (Minimum)', 'حجم الهدف (الحد الأدنى)'],
  '3.1.1': ['Language of Page', 'Sprache der Seite', 'لغة الصفحة'],
  '3.1.2': ['Language of Parts', 'Sprache von Teilen', 'لغة الأجزاء'],
  '3.2.1': ['On Focus', 'Bei Fokus', 'عند التركيز'],
  '3.2.2': ['On Input', 'Bei Eingabe', 'عند الإدخال'],
  '3.2.3': ['Consistent Navigation', 'Konsistente Navigation', 'التنقل المتسق'],
  '3.2.4': ['Consistent Identification', 'Konsistente Erkennung', 'التعريف المتسق'],
  '3.2.6': ['Consistent Help', 'Konsistente Hilfe', 'المساعدة المتسقة'],
  '3.3.1': ['Error Identification', 'Fehlererkennung', 'تحديد الأخطاء'],
  '3.3.2': ['Labels or Instructions', 'Beschriftungen oder Anweisungen', 'التسميات أو التعليمات'],
  '3.3.3': ['Error Suggestion', 'Fehlerempfehlung', 'اقتراح تصحيح الخطأ'],
  '3.3.4': ['Error Prevention (Legal, Financial, Data)', 'Fehlervermeidung (rechtliche, finanzielle, Daten)', 'منع الأخطاء (القانونية والمالية والبيانات)'],
  '3.3.7': ['Redundant Entry', 'Redundante Eingabe', 'الإدخال المكرر'],
  '3.3.8': ['Accessible Authentication (Minimum)', 'Barrierefreie Authentifizierung (Minimum)', 'المصادقة الميسّرة (الحد الأدنى)'],
  '4.1.2': ['Name, Role, Value', 'Name, Rolle, Wert', 'الاسم والدور والقيمة'],
  '4.1.3': ['Status Messages', 'Statusmeldungen', 'رسائل الحالة'],
};

const column = { en: 0, de: 1, ar: 2 } as const satisfies Record<Locale, number>;

/** @throws Error for a number that WCAG 2.2 does not have at these levels */
export function criterionName(number: string, lang: Locale): string {
  const found = names[number];
  if (!found) throw new Error(`No criterion of WCAG 2.2, level A or AA, has the number ${number}`);
  return found[column[lang]];
}
