// The settings of e-mail in chats, complete or not there at all.
import { CoutureError } from '../../core/errors.ts';
import type { Config } from '../../core/options.ts';

export interface MailSettings {
  readonly smtpUrl: string;
  readonly from: string;
  readonly replyTo: string | undefined;
  readonly imapUrl: string | undefined;
  readonly pauseDays: number;
  /** URL of the runtime, without a slash at the end. */
  readonly linkBase: string;
  readonly shop: string;
  readonly locale: string | undefined;
}

export type MailConfig = Pick<
  Config,
  | 'smtpUrl'
  | 'mailFrom'
  | 'mailReplyTo'
  | 'imapUrl'
  | 'mailPause'
  | 'publicUrl'
  | 'basePath'
  | 'shopName'
  | 'locale'
>;

/**
 * Undefined if no SMTP server is set: then shoppers who have left cannot be reached.
 * @throws CoutureError `bad_option` if settings are missing that the others need
 */
export function mailSettings(config: MailConfig): MailSettings | undefined {
  const { smtpUrl, mailFrom, mailReplyTo, imapUrl, publicUrl } = config;
  if (smtpUrl === undefined) {
    if (imapUrl === undefined) return undefined;
    throw missing('COUTURE_IMAP_URL', 'COUTURE_SMTP_URL', 'to send the mails that are answered');
  }
  if (mailFrom === undefined)
    throw missing('COUTURE_SMTP_URL', 'COUTURE_MAIL_FROM', 'such as Shop <chat@shop.example>');
  if (publicUrl === undefined)
    throw missing('COUTURE_SMTP_URL', 'COUTURE_PUBLIC_URL', 'for the links in mails');
  if (imapUrl !== undefined && mailReplyTo === undefined)
    throw missing('COUTURE_IMAP_URL', 'COUTURE_MAIL_REPLY_TO', 'such as chat+{token}@shop.example');
  return {
    smtpUrl,
    from: mailFrom,
    // Without a mailbox, answers would be lost.
    replyTo: imapUrl === undefined ? undefined : mailReplyTo,
    imapUrl,
    pauseDays: config.mailPause,
    linkBase: publicUrl.replace(/\/+$/, '') + (config.basePath ?? ''),
    shop: config.shopName ?? new URL(publicUrl).hostname,
    locale: config.locale,
  };
}

function missing(set: string, needed: string, why: string): CoutureError {
  return new CoutureError('bad_option', `${set} is set without ${needed}`, `Set ${needed}, ${why}.`);
}
