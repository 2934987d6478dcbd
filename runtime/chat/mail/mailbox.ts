// Reads answers from a mailbox over IMAP. A mail becomes a message once: its Message-ID gives the message its id, and the
// last UID that was handled is stored after the message. The mailbox is read only: another program may use it, too.
import type { ImapFlow } from 'imapflow';
import { type Client, openClient } from '../../../sql/pool.ts';
import { chatOfToken, keepUid, lastUid, markBounced, recentMessages } from '../../../sql/store/chat/mail.ts';
import { Poller } from '../../work/poller.ts';
import { type ReadMail, readMail } from './read-mail.ts';
import { type AnswerParts, storeAnswer } from './store-answer.ts';

/** Milliseconds between two reads of the mailbox, or the pause before a reply is mailed if that is shorter. */
const interval = 15_000;
/** Milliseconds for the connection, and for each answer of the server. */
const imapTimeout = 20_000;
/** Bytes of a mail, more than most providers send; larger ones are ignored, unread. */
const maxBytes = 36 * 2 ** 20;
/** Characters of its text: nobody writes more. */
const maxText = 2 * 2 ** 20;
/** Messages that a shopper may write by mail and in the chat within an hour: more is a loop. */
const maxPerHour = 60;
/** Session-level advisory lock, so that one process at a time reads the mailbox; spells "mail". */
const mailboxLock = 0x6d61696c;

export interface MailboxOptions extends AnswerParts {
  readonly imapUrl: string;
  readonly databaseUrl: string;
  /** The address for answers, with `{token}`. */
  readonly replyTo: string;
  /** Days between a reply and its mail. */
  readonly pauseDays: number;
}

/** The packages that only a mailbox needs. */
async function packages() {
  const [{ ImapFlow }, { simpleParser }, { default: EmailReplyParser }] = await Promise.all([
    import('imapflow'),
    import('mailparser'),
    import('email-reply-parser'),
  ]);
  const parser = new EmailReplyParser();
  return { ImapFlow, simpleParser, cutQuotes: (text: string) => parser.parseReply(text) };
}

type Packages = Awaited<ReturnType<typeof packages>>;

export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #poller: Poller;
  received = 0;
  ignored = 0;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#poller = new Poller({
      name: 'read answers by e-mail',
      interval: Math.min(interval, options.pauseDays * 86_400_000),
      task: (signal) => this.#round(signal),
      log: options.log,
    });
  }

  start(): void {
    void this.#poller.start();
  }

  /** Reads the mailbox now. */
  run(): Promise<void> {
    return this.#poller.run();
  }

  close(): Promise<void> {
    return this.#poller.close();
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { databaseUrl } = this.#options;
    const holder = await openClient(databaseUrl, {
      applicationName: 'couture mailbox',
      connectTimeout: 2_000,
    });
    try {
      const { rows } = await holder.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
        mailboxLock,
      ]);
      if (rows[0]!.held) await this.#read(holder, signal);
    } finally {
      await holder.end();
    }
  }

  async #read(holder: Client, signal: AbortSignal): Promise<void> {
    const use = await packages();
    const url = new URL(this.#options.imapUrl);
    const name = decodeURIComponent(url.pathname.slice(1)) || 'INBOX';
    const mailbox = `${decodeURIComponent(url.username)}@${url.host}/${name}`;
    const imap = connectionOf(use.ImapFlow, url);
    // A connection that is lost between two commands fails the next command.
    imap.on('error', () => {});
    try {
      await imap.connect();
      const lock = await imap.getMailboxLock(name, { readOnly: true });
      try {
        const { uidValidity: validity, uidNext } = imap.mailbox as { uidValidity: bigint; uidNext: number };
        const last = await lastUid(holder, mailbox, validity);
        // Mails from before the mailbox was set up answer nothing.
        if (last === undefined) return void (await keepUid(holder, mailbox, validity, uidNext - 1));
        const found: Array<{ uid: number; size: number }> = [];
        // "N:*" also has the newest message when its UID is lower than N.
        for await (const { uid, size = 0 } of imap.fetch(
          `${last + 1}:*`,
          { uid: true, size: true },
          { uid: true },
        ))
          if (uid > last) found.push({ uid, size });
        for (const { uid, size } of found.sort((a, b) => a.uid - b.uid)) {
          if (signal.aborted) return;
          if (await this.#take(use, imap, uid, size)) await keepUid(holder, mailbox, validity, uid);
        }
      } finally {
        lock.release();
      }
    } finally {
      await imap.logout().catch(() => imap.close());
    }
  }

  /** @returns false if the mail must be read again, since its message may not be stored */
  async #take(use: Packages, imap: ImapFlow, uid: number, size: number): Promise<boolean> {
    if (size > maxBytes) return this.#ignore(uid, 'too large');
    const fetched = await imap.fetchOne(String(uid), { source: true }, { uid: true });
    const source = fetched ? fetched.source : undefined;
    if (!source) return this.#ignore(uid, 'deleted');
    const parsed = await use
      .simpleParser(source, {
        skipImageLinks: true,
        skipTextToHtml: true,
        keepCidLinks: true,
        maxHtmlLengthToParse: maxText,
      })
      .catch(() => undefined);
    if (!parsed) return this.#ignore(uid, 'not a mail');
    if ((parsed.text?.length ?? 0) > maxText) return this.#ignore(uid, 'too large');
    return this.#handle(uid, readMail(parsed, this.#options.replyTo, use.cutQuotes));
  }

  async #handle(uid: number, read: ReadMail): Promise<boolean> {
    const { pool, log } = this.#options;
    if (read.kind === 'ignored') return this.#ignore(uid, read.why);
    if (read.kind === 'bounce') {
      log.warn({ uid }, 'a mail to a shopper came back');
      await markBounced(pool, read.token);
      return true;
    }
    const chat = await chatOfToken(pool, read.token);
    if (!chat) return this.#ignore(uid, 'unknown reply address');
    if ((await recentMessages(pool, chat.session_id)) >= maxPerHour)
      return this.#ignore(uid, 'too many messages');
    const outcome = await storeAnswer(this.#options, chat, read);
    if (outcome === 'stored') this.received += 1;
    else if (outcome !== 'repeated') return this.#ignore(uid, `the chat is ${outcome}`);
    return true;
  }

  #ignore(uid: number, why: string): true {
    this.ignored += 1;
    this.#options.log.info({ uid, why }, 'ignored a mail');
    return true;
  }
}

/** Logs in over TLS (imaps), or with STARTTLS where the server offers it. */
export function connectionOf(Imap: typeof ImapFlow, url: URL): ImapFlow {
  const secure = url.protocol === 'imaps:';
  return new Imap({
    host: url.hostname,
    port: Number(url.port) || (secure ? 993 : 143),
    secure,
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    logger: false,
    connectionTimeout: imapTimeout,
    greetingTimeout: imapTimeout,
    socketTimeout: imapTimeout,
  });
}
