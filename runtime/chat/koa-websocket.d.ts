// What is used of koa-websocket; tsconfig.json points here. The published types make every Koa context of the project
// have a socket, which none of ours has.
import type Koa from 'koa';
import type { Context } from 'koa';
import type { ServerOptions, WebSocket, WebSocketServer } from 'ws';

interface Sockets {
  /** From `app.listen` on. */
  readonly server: WebSocketServer;
  use(middleware: (ctx: Context & { websocket: WebSocket }) => void): void;
}

interface SocketOptions extends ServerOptions {
  readonly maxFragments?: number;
  readonly maxBufferedChunks?: number;
}

/** Replaces `app.listen`, which then takes sockets as well. */
declare function websockify(app: Koa, options: SocketOptions): Koa & { readonly ws: Sockets };

export { websockify as default };
