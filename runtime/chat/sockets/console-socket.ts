// A socket of the agents' console: the queue view, and the chats that the agent watches.
import type { RawData, WebSocket } from 'ws';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { Agent } from '../../../sql/store/chat/states.ts';
import { type FromConsole, fromConsole } from '../../contract/chat-protocol.ts';
import { answerTo, refusalOf, type Sender } from '../delivery/messages.ts';
import { Subscription } from '../delivery/subscription.ts';
import type { Viewer } from '../presence.ts';
import type { LeasedConsole } from '../queues/console-leases.ts';
import { type Connection, readFrame } from './connection.ts';
import type { SocketParts } from './socket-parts.ts';
import { Throttle } from './throttle.ts';

export interface ConsoleAdmission {
  readonly kind: 'console';
  readonly agent: Agent;
  readonly sender: Sender;
}

/** Chats that one console can watch; beyond that, the one watched longest is dropped. */
const maxWatched = 100;

/** Attaches to a socket that was just opened. */
export function consoleSocket(
  socket: WebSocket,
  connection: Connection,
  { agent, sender }: ConsoleAdmission,
  parts: SocketParts,
): void {
  const watches = new Map<string, Watch>();
  const typing = new Throttle();
  const show = (frame: string) => connection.sendText(frame);
  const viewer: Viewer = {
    agent,
    viewing: (sessionId, agents) =>
      connection.send({ type: 'viewing', session_id: sessionId, agents: [...agents] }),
    presence: (sessionId, online) => connection.send({ type: 'presence', session_id: sessionId, online }),
  };
  socket.on('message', (data: RawData, isBinary: boolean) => {
    connection.alive = true;
    if (connection.ended) return;
    if (!parts.limits.frame(sender.person)) return connection.end('flood');
    const read = readFrame(fromConsole, data, isBinary);
    if ('frame' in read) take(read.frame);
    else if ('refusedId' in read) connection.send(refusalOf(read.refusedId, read.detail));
    else connection.ignore(read.detail);
  });
  socket.on('close', () => {
    for (const sessionId of [...watches.keys()]) unwatch(sessionId);
    parts.queueView.leave(show);
    parts.presence.agentLeft(agent);
    parts.leases.leave(leased);
  });
  parts.queueView.join(show);
  parts.presence.agentJoined(agent);
  connection.send({ type: 'welcome', sub: agent.sub, name: agent.name });
  const leased: LeasedConsole = {
    sub: agent.sub,
    visible: false,
    state: (state) => connection.send({ type: 'state', state }),
  };
  parts.leases.join(leased);

  function take(frame: FromConsole): void {
    switch (frame.type) {
      case 'watch':
        watch(frame.session_id, frame.after);
        return;
      case 'unwatch':
        unwatch(frame.session_id);
        return;
      case 'send':
        void parts.messages
          .send(frame.session_id, sender, frame.message)
          .then((sent) => connection.send(answerTo(frame.message.client_message_id, sent)));
        return;
      case 'read':
        parts.marks.raise(frame.session_id, 'staff', frame.seq);
        return;
      case 'typing':
        if (typing.allows(frame.on))
          parts.presence.typing(
            frame.session_id,
            sender,
            frame.on,
            watches.get(frame.session_id)?.subscription,
          );
        return;
      case 'visible':
        parts.leases.setVisible(leased, frame.on);
        return;
      case 'ping':
        connection.send({ type: 'pong' });
        return;
    }
  }

  function watch(sessionId: string, after: number): void {
    unwatch(sessionId);
    if (watches.size >= maxWatched) unwatch(watches.keys().next().value!);
    const opened = new Watch(connection, sessionId, parts, () => unwatch(sessionId));
    watches.set(sessionId, opened);
    parts.presence.watch(sessionId, viewer);
    parts.onRead({ sub: agent.sub, address: sender.address }, sessionId);
    opened.subscription.start(after).catch(() => connection.end('failed'));
  }

  function unwatch(sessionId: string): void {
    const watched = watches.get(sessionId);
    if (!watched) return;
    watches.delete(sessionId);
    watched.subscription.stop();
    parts.presence.unwatch(sessionId, viewer);
  }
}

/** A watched chat: its subscription, and which of its private notes were sent. */
class Watch {
  readonly subscription: Subscription;
  readonly #connection: Connection;
  readonly #parts: SocketParts;
  #lastNote = '0';
  #notes = -1;

  constructor(connection: Connection, sessionId: string, parts: SocketParts, close: () => void) {
    this.#connection = connection;
    this.#parts = parts;
    this.subscription = new Subscription(connection, sessionId, parts.channels, parts.reads, {
      onChanged: (session) => this.#readNotes(session),
      onGone: () => {
        connection.send({ type: 'gone', session_id: sessionId });
        close();
      },
    });
  }

  #readNotes({ session_id, notes }: SessionRow): void {
    if (notes === this.#notes) return;
    this.#notes = notes;
    this.#parts.notes
      .after(session_id, this.#lastNote)
      .then((found) => {
        const fresh = found.filter((note) => BigInt(note.id) > BigInt(this.#lastNote));
        this.#lastNote = fresh.at(-1)?.id ?? this.#lastNote;
        if (fresh.length > 0) this.#connection.send({ type: 'notes', session_id, notes: fresh });
      })
      // Retry at the next change.
      .catch(() => (this.#notes = -1));
  }
}
