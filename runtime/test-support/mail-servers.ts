// An SMTP and an IMAP server on this machine: what is sent arrives in a list, and what a test puts into the mailbox can be read.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import hoodiecrow from 'hoodiecrow-imap';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface SentMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly mail: ParsedMail;
}

export interface MailServers {
  readonly smtpUrl: string;
  readonly imapUrl: string;
  /** Accepted mails, oldest first. */
  readonly sent: readonly SentMail[];
  /** What the SMTP server says to the next mails: a code to refuse them, or undefined. */
  refuse: number | undefined;
  /** Called when a mail is complete, before it is accepted. */
  onData: () => Promise<void> | void;
  /** Puts a mail into the mailbox. */
  deliver(source: string): void;
  close(): Promise<void>;
}

export async function mailServers(): Promise<MailServers> {
  const sent: SentMail[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      void (async () => {
        const mail = await simpleParser(stream);
        await servers.onData();
        if (servers.refuse !== undefined)
          return done(Object.assign(new Error('refused by the test'), { responseCode: servers.refuse }));
        const { mailFrom, rcptTo } = session.envelope;
        sent.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          mail,
        });
        done();
      })().catch(done);
    },
  });
  smtp.on('error', () => {});
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const imap = hoodiecrow({ storage: { INBOX: { messages: [] } } });
  imap.listen(0, '127.0.0.1');
  await once(imap.server, 'listening');
  const portOf = ({ server }: { server: { address(): unknown } }) => (server.address() as AddressInfo).port;
  const servers: MailServers = {
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp)}`,
    imapUrl: `imap://testuser:testpass@127.0.0.1:${portOf(imap)}/INBOX`,
    sent,
    refuse: undefined,
    onData: () => {},
    deliver: (source) => imap.appendMessage('INBOX', [], false, source.replaceAll(/\r?\n/g, '\r\n')),
    async close() {
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
      await new Promise<void>((resolve) => imap.server.close(() => resolve()));
    },
  };
  return servers;
}

export interface MailPart {
  /** Content-Type and other headers. */
  readonly headers: readonly string[];
  readonly content: Buffer | string;
}

export interface Answer {
  readonly to: string;
  readonly body: string;
  /** Attachments and other parts beside the text. */
  readonly parts?: readonly MailPart[];
  readonly messageId?: string;
  readonly headers?: readonly string[];
}

const boundary = 'the boundary of a mail';

/** The source of a mail as a mail program sends it. */
export function answerMail({
  to,
  body,
  parts = [],
  messageId = `<${Math.random()}@mail.example>`,
  headers = [],
}: Answer): string {
  const text = ['Content-Type: text/plain; charset=utf-8', ...(parts.length > 0 ? [] : headers), '', body];
  return [
    // Anybody can write any sender.
    'From: Somebody Else <stranger@elsewhere.example>',
    `To: ${to}`,
    `Message-ID: ${messageId}`,
    'Subject: Re: Reply',
    ...(parts.length === 0
      ? text
      : [
          ...headers,
          'MIME-Version: 1.0',
          `Content-Type: multipart/mixed; boundary="${boundary}"`,
          '',
          `--${boundary}`,
          ...text,
          ...parts.flatMap(partLines),
          `--${boundary}--`,
        ]),
    '',
  ].join('\n');
}

function partLines({ headers, content }: MailPart): string[] {
  const base64 = Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\n');
  return [`--${boundary}`, ...headers, 'Content-Transfer-Encoding: base64', '', base64];
}

/** An attachment as mail programs send it. */
export function attached(
  name: string,
  content: Buffer | string,
  type = 'application/octet-stream',
): MailPart {
  return {
    headers: [`Content-Type: ${type}`, `Content-Disposition: attachment; filename="${name}"`],
    content,
  };
}
