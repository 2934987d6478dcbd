// Chats that go on by e-mail, in a shop whose mail servers are on this machine.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { ChatServer, type Person } from './chat-server.ts';
import { type MailServers, mailServers, type SentMail } from './mail-servers.ts';

export interface MailedShop {
  mail: MailServers;
  shop: ChatServer;
}

/** A suite whose tests share one such shop. */
export function mailedSuite(name: string) {
  const test = suite<MailedShop>(name);
  test.before(async (context) => {
    context.mail = await mailServers();
    context.shop = await mailingShop(context.mail);
  });
  test.after(async (context) => {
    await context.shop?.close();
    await context.mail?.close();
  });
  return test;
}

async function mailingShop({ smtpUrl, imapUrl }: MailServers): Promise<ChatServer> {
  const port = await freePort();
  return ChatServer.start({
    smtpUrl,
    imapUrl,
    mailFrom: 'The Shop <chat@shop.example>',
    mailReplyTo: 'chat+{token}@shop.example',
    mailPause: '2s',
    shopName: 'The Shop',
    port,
    publicUrl: `http://127.0.0.1:${port}`,
  });
}

/** Links in mails have the public URL, which must be that of the server. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function begin(
  shop: ChatServer,
  email: string,
  more: { locale?: string } = {},
): Promise<{ guest: Person; agent: Person; id: string }> {
  const guest = shop.guest();
  const { id } = await guest.begin('Is it there?', { email, ...more });
  const agent = await shop.agent();
  const { status } = await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  assert.is(status, 200);
  return { guest, agent, id };
}

/** Path of the link with which the mail can be unsubscribed from. */
export function unsubscribePath(shop: ChatServer, { mail }: SentMail): string {
  const { line } = mail.headerLines.find(({ key }) => key === 'list-unsubscribe')!;
  return /<([^>]+)>/.exec(line)![1]!.replace(shop.url, '');
}

/** Another chat whose mail arrives: what was due before it is sent by then. */
export async function begun(shop: ChatServer, mail: MailServers, email: string): Promise<void> {
  const { agent, id } = await begin(shop, email);
  await say(agent, id, 'Hello.');
  await mailsTo(mail, email, 1);
}

export async function say(agent: Person, id: string, body: string): Promise<void> {
  const { status } = await agent.ask('POST /api/chat-messages', {
    session_id: id,
    message: { client_message_id: randomUUID(), body },
  });
  assert.is(status, 201);
}

export async function mailsTo(mail: MailServers, address: string, least: number) {
  const found = () => mail.sent.filter(({ to }) => to.includes(address));
  await until(() => found().length >= least, `${least} mails to ${address}`);
  return found();
}

/** Texts of the chat, in order, once `ready` holds. */
export async function bodies(
  agent: Person,
  id: string,
  ready: (texts: string[]) => boolean = () => true,
): Promise<string[]> {
  let texts: string[] = [];
  await until(async () => {
    const { body } = await agent.ask(`GET /api/chat-messages?session_id=${id}`);
    texts = body.messages
      .filter((message: { kind: string }) => message.kind === 'text')
      .map((message: { body: string }) => message.body);
    return ready(texts);
  }, 'the messages are there');
  return texts;
}
