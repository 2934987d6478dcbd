// A socket of one chat, opened by its shopper or by an agent who views only this chat.
import type { RawData, WebSocket } from 'ws';
import { type FromChat, fromChat } from '../../contract/chat-protocol.ts';
import { answerTo, refusalOf, type Sender } from '../delivery/messages.ts';
import { Subscription } from '../delivery/subscription.ts';
import { type Connection, readFrame } from './connection.ts';
import type { SocketParts } from './socket-parts.ts';
import { Throttle } from './throttle.ts';

export interface ChatAdmission {
  readonly kind: 'chat';
  readonly sessionId: string;
  readonly sender: Sender;
}

/** Milliseconds within which the first frame must arrive. */
const firstFrameTimeout = 10_000;

/** Attaches to a socket that was just opened. Awaits nothing before its listeners are attached, so no frame is missed. */
export function chatSocket(
  socket: WebSocket,
  connection: Connection,
  admission: ChatAdmission,
  parts: SocketParts,
): void {
  const { sessionId, sender } = admission;
  const shopper = sender.side === 'shopper';
  const typing = new Throttle();
  let subscription: Subscription | undefined;
  let closed = false;
  /** Whether the shopper's page is in the foreground: replies to a tab in the background are mailed and pushed. */
  let visible = true;
  let isHere = false;
  let waiting: NodeJS.Timeout | undefined = setTimeout(() => connection.end('silent'), firstFrameTimeout);
  socket.on('message', (data: RawData, isBinary: boolean) => {
    connection.alive = true;
    if (connection.ended) return;
    if (!parts.limits.frame(sender.person)) return connection.end('flood');
    const read = readFrame(fromChat, data, isBinary);
    if ('refusedId' in read) connection.send(refusalOf(read.refusedId, read.detail));
    else if (!('frame' in read)) connection.ignore(read.detail);
    else if ((read.frame.type === 'context' || read.frame.type === 'visible') && !shopper)
      connection.ignore(`${read.frame.type}: only shoppers may send this`);
    else take(read.frame);
  });
  socket.on('close', () => {
    clearTimeout(waiting);
    subscription?.stop();
    closed = true;
    showPresence();
  });

  function take(frame: FromChat): void {
    switch (frame.type) {
      case 'resume':
        resume(frame.after);
        return;
      case 'send':
        void parts.messages
          .send(sessionId, sender, frame.message)
          .then((sent) => connection.send(answerTo(frame.message.client_message_id, sent)));
        return;
      case 'read':
        parts.marks.raise(sessionId, sender.side, frame.seq);
        return;
      case 'typing':
        if (typing.allows(frame.on)) parts.presence.typing(sessionId, sender, frame.on, subscription);
        return;
      case 'context':
        parts.contexts.report(sessionId, frame);
        return;
      case 'visible':
        visible = frame.on;
        showPresence();
        return;
      case 'ping':
        connection.send({ type: 'pong' });
        return;
    }
  }

  function showPresence(): void {
    const now = shopper && subscription !== undefined && visible && !closed;
    if (now === isHere) return;
    isHere = now;
    if (now) parts.presence.shopperJoined(sessionId);
    else parts.presence.shopperLeft(sessionId);
  }

  function resume(after: number): void {
    // Once per socket: a second subscription would replay the history again.
    if (subscription) {
      connection.ignore('resume: already resumed');
      return;
    }
    clearTimeout(waiting);
    waiting = undefined;
    subscription = new Subscription(connection, sessionId, parts.channels, parts.reads, {
      onGone: () => connection.end('gone'),
    });
    if (shopper) showPresence();
    else parts.onRead({ sub: sender.sub!, address: sender.address }, sessionId);
    subscription.start(after).catch(() => connection.end('failed'));
  }
}
