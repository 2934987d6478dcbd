// A receiver of webhooks on this machine: verifies what it gets as a receiver should, and answers as the test says.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NewMessage } from '../../sql/store/chat/messages.ts';

export interface GotWebhook {
  readonly id: string;
  readonly path: string;
  readonly event: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Record<string, unknown>;
  };
  readonly body: string;
  /** How many of its signatures are valid. */
  readonly valid: number;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly got: readonly GotWebhook[];
  /** The most requests that were open at the same time. */
  readonly most: number;
  /** Requests that wait for an answer. */
  readonly open: number;
  /** Secrets that verify. */
  readonly secrets: Buffer[];
  /** Answers a request; default: 204. */
  answer: (response: ServerResponse, got: GotWebhook) => void;
  close(): Promise<void>;
}

export async function webhookReceiver(): Promise<WebhookReceiver> {
  const got: GotWebhook[] = [];
  const server = createServer();
  const shown = {
    url: '',
    got,
    most: 0,
    open: 0,
    secrets: [] as Buffer[],
    answer: (response: ServerResponse, _got: GotWebhook) => void response.writeHead(204).end(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    shown.most = Math.max(shown.most, ++shown.open);
    response.once('close', () => shown.open--);
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const header = (name: string) => String(request.headers[`webhook-${name}`]);
    const signatures = header('signature').split(' ');
    const valid = shown.secrets.filter((secret) => {
      const own = Buffer.from(
        `v1,${createHmac('sha256', secret)
          .update(`${header('id')}.${header('timestamp')}.${body}`)
          .digest('base64')}`,
      );
      return signatures.some((each) => each.length === own.length && timingSafeEqual(Buffer.from(each), own));
    }).length;
    const one = { id: header('id'), path: request.url!, event: JSON.parse(body), body, valid };
    got.push(one);
    shown.answer(response, one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  shown.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return shown;
}

/** A message of the shopper, or of an agent. */
export function says(sessionId: string, body: string, agent?: string): NewMessage {
  return {
    sessionId,
    clientMessageId: randomUUID(),
    side: agent === undefined ? 'shopper' : 'staff',
    sender: agent ?? null,
    senderName: null,
    kind: 'text',
    body,
    productId: null,
    attachmentId: null,
  };
}
