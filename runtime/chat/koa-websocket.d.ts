// Types for the part of koa-websocket that is used here; tsconfig.json points to this file. The published types add a
// socket to every Koa context of the project, which none of ours has.
import type Koa from 'koa';
import type { Context } from 'koa';
import type { ServerOptions, WebSocket, WebSocketServer } from 'ws';

interface Sockets {
  /** Set once `app.listen` was called. */
  readonly server: WebSocketServer;
  use(middleware: (ctx: Context & { websocket: WebSocket }) => void): void;
}

interface SocketOptions extends ServerOptions {
  readonly maxFragments?: number;
  readonly maxBufferedChunks?: number;
}

/** Replaces `app.listen` with one that accepts sockets too. */
declare function websockify(app: Koa, options: SocketOptions): Koa & { readonly ws: Sockets };

export { websockify as default };
