// The attachments of a received mail → the files that its sender meant to send, and what mail programs add that nobody can open.
// Logos of signatures, tracking pixels, business cards and digital signatures are neither: they are left out without a word.
import type { Attachment, ParsedMail } from 'mailparser';
import type { FileRefusal } from '../../contract/refused-file.ts';
import { pictureSize } from '../files/picture-size.ts';
import { markers } from './mail-words.ts';

export interface MailFile {
  readonly name: string;
  readonly content: Buffer;
}

export interface MailFiles {
  readonly files: readonly MailFile[];
  /** Files that are known to be of no use by how the mail declares them. */
  readonly refused: ReadonlyArray<{ readonly name: string; readonly why: FileRefusal }>;
}

/** Characters of the HTML in which pictures are looked for. */
const maxHtml = 500_000;
/** Pixels: a picture within the text of which both sides are at least this long is no logo. */
const minContent = 250;

/** Types that mail programs add by themselves. */
const silent =
  /^(?:text\/(?:x-)?v-?card|text\/directory|application\/(?:x-)?pkcs7-signature|application\/pgp-(?:signature|keys|encrypted)|message\/(?:disposition-notification|delivery-status)|text\/rfc822-headers)$/;

export function mailFiles(mail: Pick<ParsedMail, 'attachments' | 'html'>): MailFiles {
  const html = (mail.html || '').slice(0, maxHtml);
  const own = ownPart(html);
  const files: MailFile[] = [];
  const refused: Array<{ name: string; why: FileRefusal }> = [];
  for (const attachment of mail.attachments) {
    const why = refusalOf(attachment);
    if (why === 'silent' || isDecoration(attachment, html, own)) continue;
    const name = nameOf(attachment);
    if (why) refused.push({ name, why });
    else files.push({ name, content: attachment.content });
  }
  return { files, refused };
}

function refusalOf({ contentType, filename = '', headers }: Attachment): FileRefusal | 'silent' | undefined {
  const type = contentType.toLowerCase();
  const ending = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  if (silent.test(type) || ['vcf', 'p7s'].includes(ending)) return 'silent';
  if (/^application\/(?:x-)?pkcs7-mime$/.test(type) || ending === 'p7m' || filename === 'encrypted.asc')
    return 'encrypted';
  if (/^application\/(?:vnd\.)?ms-tnef$/.test(type) || filename.toLowerCase() === 'winmail.dat')
    return 'outlook';
  // Whether the sender accepts an invitation is in the text, too.
  if (type === 'text/calendar')
    return /method="?reply/i.test(contentTypeOf(headers)) ? 'silent' : 'unsupported';
  // Other versions of the text, such as that for a watch.
  return type.startsWith('text/') && filename === '' ? 'silent' : undefined;
}

function contentTypeOf(headers: Attachment['headers'] | undefined): string {
  const value = headers?.get('content-type') as { params?: Record<string, string> } | undefined;
  return Object.entries(value?.params ?? {})
    .map(([name, text]) => `${name}=${text}`)
    .join(';');
}

/** Whether the picture belongs to the layout, a signature or a quote, or counts who opens the mail. */
function isDecoration({ cid, content }: Attachment, html: string, own: string): boolean {
  const pixels = pictureSize(content);
  if (pixels && pixels.width <= 3 && pixels.height <= 3) return true;
  if (!cid || !html.includes(`cid:${cid}`)) return false;
  const tag = tagOf(own, cid);
  if (tag === undefined || !pixels) return true;
  const width = lengthOf(tag, 'width') ?? pixels.width;
  const height = lengthOf(tag, 'height') ?? (width * pixels.height) / pixels.width;
  return Math.min(width, height) < minContent;
}

/** The tag that shows the picture. */
function tagOf(html: string, cid: string): string | undefined {
  const at = html.indexOf(`cid:${cid}`);
  const start = html.lastIndexOf('<', at);
  return at < 0 || start < 0 ? undefined : html.slice(start, start + 1_000).split('>')[0];
}

/** CSS pixels of an attribute or style; undefined for shares and where it is missing. */
function lengthOf(tag: string, side: 'width' | 'height'): number | undefined {
  const found = new RegExp(
    `[\\s;"']${side}\\s*[=:]\\s*["']?([\\d.]{1,8})(px|pt|in)?\\s*["';\\s]?(%)?`,
    'i',
  ).exec(`${tag} `);
  if (!found || found[3]) return undefined;
  return Number(found[1]) * ({ in: 96, pt: 96 / 72 }[found[2]?.toLowerCase() ?? ''] ?? 1);
}

/** Where mail programs mark that a signature or the quoted mail begins. */
const ends =
  /<blockquote|class="?(?:gmail_(?:quote|signature)|moz-(?:cite-prefix|signature)|yahoo_quoted|protonmail_(?:quote|signature)|tutanota_quote)|id="?(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|Signature|AppleMailSignature|ms-outlook-mobile-signature|reply-intro)|border-top:\s?solid #(?:E1E1E1|B5C4DF)/i;

/** The HTML before signature and quote. */
function ownPart(html: string): string {
  const places = [html.search(ends), ...markers.map((marker) => html.indexOf(marker))].filter(
    (at) => at >= 0,
  );
  return html.slice(0, Math.min(html.length, ...places));
}

function nameOf({ filename, contentType }: Attachment): string {
  if (filename) return filename;
  return contentType.toLowerCase() === 'text/calendar' ? 'invite.ics' : 'file';
}
