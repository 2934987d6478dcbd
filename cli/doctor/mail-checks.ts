// Checks of e-mail in chats: the settings, a login at the SMTP server, and the mailbox for answers.
import { createTransport } from 'nodemailer';
import { type MailSettings, mailSettings } from '../../runtime/chat/mail/mail-settings.ts';
import { connectionOf } from '../../runtime/chat/mail/mailbox.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Config } from '../../runtime/core/options.ts';
import { loadOptional } from '../page/load-optional.ts';
import { type Check, fail, ok } from './checks.ts';

/** Milliseconds for the connection and for each answer. */
const timeout = 10_000;

/** No checks if no mail server is set. Nothing is sent, and the mailbox is not changed. */
export async function checkMail(config: Config): Promise<Check[]> {
  let settings: MailSettings | undefined;
  try {
    settings = mailSettings(config);
  } catch (error) {
    if (!(error instanceof CoutureError)) throw error;
    return [fail('mail', error.message, error.hint)];
  }
  if (!settings) return [];
  const checks = [await checkSmtp(settings.smtpUrl)];
  if (settings.imapUrl !== undefined) checks.push(await checkMailbox(settings.imapUrl));
  return checks;
}

async function checkSmtp(smtpUrl: string): Promise<Check> {
  const { host } = new URL(smtpUrl);
  const timeouts = { connectionTimeout: timeout, greetingTimeout: timeout, socketTimeout: timeout };
  const transport = createTransport({ url: smtpUrl, ...timeouts });
  try {
    await transport.verify();
    return ok('mail out', `${host} accepts the login`);
  } catch (error) {
    return fail(
      'mail out',
      `${host}: ${(error as Error).message}`,
      'Correct COUTURE_SMTP_URL: smtps://USER:PASSWORD@HOST:465, or smtp:// with port 587.',
    );
  } finally {
    transport.close();
  }
}

async function checkMailbox(imapUrl: string): Promise<Check> {
  const url = new URL(imapUrl);
  const name = decodeURIComponent(url.pathname.slice(1)) || 'INBOX';
  try {
    const purpose = 'Answers by e-mail need';
    const { ImapFlow } = await loadOptional('imapflow', purpose, () => import('imapflow'));
    await loadOptional('mailparser', purpose, () => import('mailparser'));
    await loadOptional('email-reply-parser', purpose, () => import('email-reply-parser'));
    const imap = connectionOf(ImapFlow, url);
    imap.on('error', () => {});
    try {
      await imap.connect();
      const lock = await imap.getMailboxLock(name, { readOnly: true });
      lock.release();
    } finally {
      await imap.logout().catch(() => imap.close());
    }
    return ok('mail in', `${url.host} has the mailbox ${name}`);
  } catch (error) {
    if (error instanceof CoutureError) return fail('mail in', error.message, error.hint);
    const { responseText, message } = error as Error & { responseText?: string };
    return fail(
      'mail in',
      `${url.host}: ${responseText ?? message}`,
      'Correct COUTURE_IMAP_URL: imaps://USER:PASSWORD@HOST:993/INBOX.',
    );
  }
}
