// The chat socket of the benchmark's clients, and the message that its baseline writes.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { signToken } from '../../../runtime/auth/sign-token.ts';
import { chatSubprotocol } from '../../../runtime/contract/chat-protocol.ts';
import type { NewMessage } from '../../../sql/store/chat/messages.ts';
import { secret } from '../../test-support/sample-server.ts';

const body = 'Is this coat also there in green, and would it be here by Friday?';

export function newMessage(sessionId: string): NewMessage {
  return {
    sessionId,
    clientMessageId: randomUUID(),
    side: 'shopper',
    sender: null,
    senderName: null,
    kind: 'text',
    body,
    productId: null,
    attachmentId: null,
  };
}

export function sendFrame(clientMessageId: string): string {
  return `{"type":"send","message":{"client_message_id":"${clientMessageId}","body":"${body}"}}`;
}

/** Opens the socket of shopper n and waits until it is live; earlier messages are skipped. */
export async function openChat(url: string, sessionId: string, n: number): Promise<WebSocket> {
  const token = await signToken(secret, { sub: `shopper-${n}`, roles: ['customer'], lifetime: 3_600 });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat/${sessionId}`, chatSubprotocol, {
    headers: { Authorization: `Bearer ${token}` },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => socket.send('{"type":"resume","after":999999999}'));
    const live = (data: unknown) => {
      if (!String(data).startsWith('{"type":"live"')) return;
      socket.off('message', live);
      resolve();
    };
    socket.on('message', live);
  });
  return socket;
}
