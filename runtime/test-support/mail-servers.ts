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

export interface Answer {
  readonly to: string;
  readonly body: string;
  readonly messageId?: string;
  readonly headers?: readonly string[];
}

/** The source of a mail as a mail program sends it. */
export function answerMail({
  to,
  body,
  messageId = `<${Math.random()}@mail.example>`,
  headers = [],
}: Answer): string {
  return [
    // Anybody can write any sender.
    'From: Somebody Else <stranger@elsewhere.example>',
    `To: ${to}`,
    `Message-ID: ${messageId}`,
    'Subject: Re: Reply',
    'Content-Type: text/plain; charset=utf-8',
    ...headers,
    '',
    body,
    '',
  ].join('\n');
}
