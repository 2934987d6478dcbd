// Lets a Koa application take sockets through koa-websocket, with what it lacks: checks before the handshake, small
// limits, no compression, and nothing that is awaited between the handshake and the first listener.
import type { IncomingMessage } from 'node:http';
import type Koa from 'koa';
import websockify from 'koa-websocket';
import type { WebSocket } from 'ws';
import { chatSubprotocol, longestFrame } from '../../contract/chat-protocol.ts';
import type { ChatLimits } from '../chat-limits.ts';
import { type Admission, type Handshakes, refusalOf } from './handshakes.ts';

/** Pieces that one frame may come in, and chunks of them that are kept while it is not whole. */
const maxFragments = 8;
const maxBufferedChunks = 64;

/** From `app.listen` on. `onOpened` must attach its listeners before it returns. */
export function acceptSockets(
  app: Koa,
  handshakes: Handshakes,
  limits: ChatLimits,
  onOpened: (socket: WebSocket, admission: Admission) => void,
): void {
  const admitted = new WeakMap<IncomingMessage, Admission>();
  const sockets = websockify(app, {
    maxPayload: longestFrame,
    maxFragments: maxFragments,
    maxBufferedChunks,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: () => chatSubprotocol,
    verifyClient: ({ req }, answer) => {
      handshakes.judge(req).then(
        (admission) => {
          admitted.set(req, admission);
          // Gone before it was let in: then no socket will ever give its place back.
          if (!req.socket.readable || !req.socket.writable) {
            limits.left(admission.holder.address, admission.holder.person);
          }
          answer(true);
        },
        (error) => {
          const { status, text } = refusalOf(error);
          answer(false, status, text);
        },
      );
    },
  });
  const listen = app.listen.bind(app);
  app.listen = ((...args: Parameters<typeof listen>) => {
    const server = listen(...args);
    // Errors of the HTTP server come here too, and would end the process; whoever listens hears them there.
    sockets.ws.server.on('error', () => {});
    return server;
  }) as typeof app.listen;
  // The handshake is done: what is awaited from here on loses frames, and what is thrown is not heard of.
  sockets.ws.use((ctx) => {
    const admission = admitted.get(ctx.req);
    if (admission) onOpened(ctx.websocket, admission);
    else ctx.websocket.terminate();
  });
}
