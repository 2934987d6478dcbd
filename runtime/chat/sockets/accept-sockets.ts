// Makes a Koa application accept sockets through koa-websocket, and adds what it lacks: checks before the handshake,
// small limits, no compression, and nothing awaited between the handshake and the first listener.
import type { IncomingMessage } from 'node:http';
import type Koa from 'koa';
import websockify from 'koa-websocket';
import type { WebSocket } from 'ws';
import { chatSubprotocol, maxFrameBytes } from '../../contract/chat-protocol.ts';
import type { ChatLimits } from '../chat-limits.ts';
import { type Admission, type Handshakes, refusalOf } from './handshakes.ts';

/** Fragments per message, and chunks buffered until a message is complete. */
const maxFragments = 8;
const maxBufferedChunks = 64;

/** Takes effect at `app.listen`. `onOpened` must attach its listeners before it returns. */
export function acceptSockets(
  app: Koa,
  handshakes: Handshakes,
  limits: ChatLimits,
  onOpened: (socket: WebSocket, admission: Admission) => void,
  onRefused: (error: unknown) => void,
): void {
  const admitted = new WeakMap<IncomingMessage, Admission>();
  const sockets = websockify(app, {
    maxPayload: maxFrameBytes,
    maxFragments: maxFragments,
    maxBufferedChunks,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: () => chatSubprotocol,
    verifyClient: ({ req }, answer) => {
      handshakes.judge(req).then(
        (admission) => {
          admitted.set(req, admission);
          // The client has gone: no socket will open and close, so release its place now.
          if (!req.socket.readable || !req.socket.writable) {
            limits.left(admission.holder.address, admission.holder.person);
          }
          answer(true);
        },
        (error) => {
          onRefused(error);
          const { status, text } = refusalOf(error);
          answer(false, status, text);
        },
      );
    },
  });
  const listen = app.listen.bind(app);
  app.listen = ((...args: Parameters<typeof listen>) => {
    const server = listen(...args);
    // The WebSocket server re-emits errors of the HTTP server and would end the process. The caller of `listen` handles
    // them on the HTTP server.
    sockets.ws.server.on('error', () => {});
    return server;
  }) as typeof app.listen;
  // The handshake is done: awaiting anything here loses frames, and errors thrown here are swallowed.
  sockets.ws.use((ctx) => {
    const admission = admitted.get(ctx.req);
    if (admission) onOpened(ctx.websocket, admission);
    else ctx.websocket.terminate();
  });
}
