// What sockets work with; made once a process by chat.ts.
import type { Board } from '../board.ts';
import type { ChatLimits } from '../chat-limits.ts';
import type { Channels } from '../delivery/channels.ts';
import type { Contexts } from '../delivery/contexts.ts';
import type { Messages } from '../delivery/messages.ts';
import type { NoteReads } from '../delivery/note-reads.ts';
import type { ReadMarks } from '../delivery/read-marks.ts';
import type { SubscriptionReads } from '../delivery/subscription.ts';
import type { Presence } from '../presence.ts';

export interface SocketParts {
  readonly channels: Channels;
  readonly reads: SubscriptionReads;
  readonly messages: Messages;
  readonly marks: ReadMarks;
  readonly contexts: Contexts;
  readonly presence: Presence;
  readonly board: Board;
  readonly notes: NoteReads;
  readonly limits: ChatLimits;
}
