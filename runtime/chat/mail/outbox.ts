// Mails replies that shoppers have not seen: finds chats with unread replies, stores each mail before it is sent, and sends
// what is due. Several processes may do so: a row is sent by one at a time.
import { randomUUID } from 'node:crypto';
import { createTransport, type Transporter } from 'nodemailer';
import { type Pool, transact } from '../../../sql/pool.ts';
import {
  type DueMail,
  enqueueMail,
  markFailed,
  markSent,
  takeMail,
  unseenReplies,
} from '../../../sql/store/chat/mail.ts';
import { messagesAfter } from '../../../sql/store/chat/messages.ts';
import { readSession } from '../../../sql/store/chat/sessions.ts';
import type { Log } from '../../core/log.ts';
import { Poller } from '../../work/poller.ts';
import { composeMail } from './compose-mail.ts';
import { replyAddress } from './mail-address.ts';
import type { MailSettings } from './mail-settings.ts';
import { mailWords } from './mail-words.ts';
import { loopHeader } from './read-mail.ts';
import { type LinkUse, signLink } from './signed-link.ts';

/** Milliseconds between two queries for due mails, or half of the pause before a reply is mailed if that is shorter. */
const interval = 5_000;
/** Milliseconds for each step of a conversation with the SMTP server. */
const smtpTimeout = 20_000;
/** Seconds for which no other process takes a mail that is being sent: longer than all steps together. */
const leaseSeconds = 120;
/** Seconds before each further attempt; after the last one the mail is given up. */
const retries = [60, 300, 1_800, 7_200, 21_600, 43_200];
/** Seconds for which the links of a mail work. */
const linkSeconds = 30 * 86_400;
/** Messages of a chat that are read for a mail. */
const maxMessages = 2_000;
const dayMs = 86_400_000;

export interface OutboxOptions {
  readonly pool: Pool;
  readonly settings: MailSettings;
  readonly log: Log;
  /** Whether the shopper has a page with the chat in the foreground, in any process. */
  readonly isHere: (sessionId: string) => Promise<boolean>;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #transport: Transporter;
  readonly #poller: Poller;
  sent = 0;
  failed = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    const timeouts = {
      connectionTimeout: smtpTimeout,
      greetingTimeout: smtpTimeout,
      socketTimeout: smtpTimeout,
      dnsTimeout: smtpTimeout,
    };
    this.#transport = createTransport({ url: options.settings.smtpUrl, ...timeouts });
    this.#poller = new Poller({
      name: 'mail unseen replies',
      interval: Math.min(interval, (options.settings.pauseDays * dayMs) / 2),
      task: (signal) => this.#round(signal),
      log: options.log,
    });
  }

  start(): void {
    this.#poller.startLater();
  }

  /** Runs one round now. */
  run(): Promise<void> {
    return this.#poller.run();
  }

  async close(): Promise<void> {
    await this.#poller.close();
    this.#transport.close();
  }

  async #round(signal: AbortSignal): Promise<void> {
    await this.#enqueue();
    while (!signal.aborted) {
      const mail = await takeMail(this.#options.pool, leaseSeconds);
      if (!mail) return;
      await this.#send(mail);
    }
  }

  async #enqueue(): Promise<void> {
    const { pool, settings, isHere } = this.#options;
    const host = settings.from.split('@').at(-1)!.replace('>', '');
    for (const { session_id, to_seq } of await unseenReplies(pool, settings.pauseDays)) {
      if (await isHere(session_id)) continue;
      await transact(pool, (client) => enqueueMail(client, session_id, to_seq, `<${randomUUID()}@${host}>`));
    }
  }

  async #send(mail: DueMail): Promise<void> {
    const { pool, log } = this.#options;
    try {
      const message = await this.#compose(mail);
      if (message) await this.#transport.sendMail(message);
    } catch (error) {
      const { responseCode = 0 } = error as { responseCode?: number };
      // 5xx: the server will never take it. Everything else may pass.
      const retryIn = responseCode >= 500 ? undefined : retries[mail.attempts - 1];
      this.failed += 1;
      log.warn(
        { err: error, chat: mail.session_id, attempts: mail.attempts, gave_up: retryIn === undefined },
        'cannot mail a reply',
      );
      return markFailed(pool, mail.mail_id, (error as Error).message, retryIn);
    }
    await markSent(pool, mail.mail_id);
    this.sent += 1;
  }

  /** Undefined if the shopper has read the replies meanwhile. */
  async #compose(mail: DueMail) {
    const { pool, settings } = this.#options;
    const session = await readSession(pool, mail.session_id);
    if (!session || session.shopper_read >= mail.to_seq) return undefined;
    const messages = await messagesAfter(pool, [{ sessionId: mail.session_id, after: 0 }], maxMessages);
    const expires = Math.floor(Date.now() / 1_000) + linkSeconds;
    const link = (use: LinkUse, attachmentId?: string) =>
      `${settings.linkBase}/api/chat-mail/${use}?token=${signLink({ use, sessionId: mail.session_id, expires, attachmentId }, mail.link_key)}`;
    const unsubscribeUrl = link('unsubscribe');
    const replyTo = settings.replyTo && replyAddress(settings.replyTo, mail.reply_token);
    const { subject, text, html } = composeMail({
      session,
      messages,
      // What the shopper has read in the chat since is known, though no mail had it.
      afterSeq: Math.max(mail.after_seq, session.shopper_read),
      toSeq: mail.to_seq,
      shop: settings.shop,
      words: mailWords(session.locale, settings.locale),
      openUrl: link('return'),
      unsubscribeUrl,
      fileUrl: (attachmentId) => link('file', attachmentId),
      answerable: replyTo !== undefined,
    });
    const replies = mail.thread.length > 0;
    return {
      from: settings.from,
      to: { name: '', address: mail.email },
      ...(replyTo === undefined ? {} : { replyTo, envelope: { from: replyTo, to: mail.email } }),
      subject: replies ? `Re: ${subject}` : subject,
      text,
      html,
      messageId: mail.message_id,
      ...(replies ? { inReplyTo: mail.thread.at(-1)!, references: [...mail.thread] } : {}),
      headers: {
        'Auto-Submitted': 'auto-generated',
        [loopHeader]: '1',
        'List-Unsubscribe': `<${unsubscribeUrl}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
      // Nothing in a message may read a file or a URL.
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }
}
