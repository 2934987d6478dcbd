// E-mail of chats in one process: mails unseen replies, reads answers, and follows the links of mails.
import type { Context } from 'koa';
import type { Pool } from '../../../sql/pool.ts';
import { findAttachment } from '../../../sql/store/chat/attachments.ts';
import { chatOfLink, unsubscribeMail } from '../../../sql/store/chat/mail.ts';
import { admitGuest } from '../../../sql/store/chat/sessions.ts';
import { type CookieSettings, guestCookie, readHostCookie } from '../../auth/session-cookie.ts';
import type { Log } from '../../core/log.ts';
import { settledWithin } from '../../core/release.ts';
import { type FileParts, serveFile } from '../files/serve-file.ts';
import { guestKeyOf, isGuestSecret, keepGuestSecret, newGuestSecret } from '../person.ts';
import type { MailSettings } from './mail-settings.ts';
import { type MailWords, mailWords } from './mail-words.ts';
import { Mailbox, type MailboxOptions } from './mailbox.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { isSignedLink, isValidLink, type LinkUse, readLink } from './signed-link.ts';

export interface ChatMailOptions
  extends Pick<OutboxOptions, 'isHere'>,
    Pick<MailboxOptions, 'add' | 'limitUpload' | 'databaseUrl'>,
    FileParts {
  readonly settings: MailSettings;
  readonly log: Log;
  readonly cookie: CookieSettings;
}

/** Milliseconds that a conversation with a mail server may take after the runtime was told to stop. */
const closeTimeout = 1_500;

export class ChatMail {
  readonly #pool: Pool;
  readonly #cookie: CookieSettings;
  readonly #locale: string | undefined;
  readonly #files: FileParts;
  readonly outbox: Outbox;
  /** Undefined without a mailbox: then mails cannot be answered. */
  readonly mailbox: Mailbox | undefined;

  constructor(options: ChatMailOptions) {
    const { imapUrl, replyTo, pauseDays, locale } = options.settings;
    this.#pool = options.pool;
    this.#cookie = options.cookie;
    this.#locale = locale;
    this.#files = options;
    this.outbox = new Outbox(options);
    if (imapUrl !== undefined && replyTo !== undefined)
      this.mailbox = new Mailbox({ ...options, imapUrl, replyTo, pauseDays });
  }

  start(): void {
    this.outbox.start();
    this.mailbox?.start();
  }

  /** Doesn't wait for a slow mail server: what is in flight is done again after the next start, and recognized. */
  async close(): Promise<void> {
    await settledWithin(Promise.all([this.outbox.close(), this.mailbox?.close()]), closeTimeout);
  }

  /**
   * Lets the browser that follows a link into its chat: the cookie of a guest opens this chat, too.
   * @param byCookie false for a page of another origin, which gets the secret instead
   * @returns what the page needs to open the chat; undefined if the link is forged or expired, or its chat was deleted
   */
  async follow(
    ctx: Context,
    token: string,
    byCookie: boolean,
  ): Promise<{ readonly sessionId: string; readonly secret?: string } | undefined> {
    const sessionId = await this.#chatOf(token, 'return');
    if (sessionId === undefined) return undefined;
    const kept = byCookie ? readHostCookie(ctx, this.#cookie, guestCookie) : undefined;
    const secret = kept !== undefined && isGuestSecret(kept) ? kept : newGuestSecret();
    if (!(await admitGuest(this.#pool, sessionId, guestKeyOf(secret)))) return undefined;
    if (!byCookie) return { sessionId, secret };
    keepGuestSecret(ctx, this.#cookie, secret);
    return { sessionId };
  }

  /** @returns the file that the link opens; null if the client has gone, undefined if the link is forged or expired, or the file was deleted */
  async file(ctx: Context, token: string): Promise<Buffer | null | undefined> {
    const sessionId = await this.#chatOf(token, 'file');
    const attachmentId = readLink(token)?.attachmentId;
    if (sessionId === undefined || attachmentId === undefined) return undefined;
    const facts = await findAttachment(this.#pool, sessionId, attachmentId, 'shopper');
    return facts && serveFile(ctx, this.#files, facts);
  }

  /** @returns false if the link is forged or expired */
  async unsubscribe(token: string): Promise<boolean> {
    const sessionId = await this.#chatOf(token, 'unsubscribe');
    if (sessionId === undefined) return false;
    await unsubscribeMail(this.#pool, sessionId);
    return true;
  }

  /** The words of the pages that a link opens, in the language of its chat, also after it has expired; else in that of the shop. */
  async words(token: string): Promise<MailWords> {
    const claim = readLink(token);
    const chat = claim && (await chatOfLink(this.#pool, claim.sessionId));
    const locale = chat && isSignedLink(token, chat.link_key) ? chat.locale : null;
    return mailWords(locale, this.#locale);
  }

  async #chatOf(token: string, use: LinkUse): Promise<string | undefined> {
    const claim = readLink(token);
    if (claim?.use !== use) return undefined;
    const chat = await chatOfLink(this.#pool, claim.sessionId);
    return chat && isValidLink(token, chat.link_key) ? claim.sessionId : undefined;
  }
}
