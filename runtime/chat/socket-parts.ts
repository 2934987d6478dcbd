// What sockets work with; made once a process by chat.ts.
import type { Board } from './board.ts';
import type { ChatLimits } from './chat-limits.ts';
import type { Contexts } from './contexts.ts';
import type { Feeds } from './feeds.ts';
import type { Messages } from './messages.ts';
import type { NoteReads } from './note-reads.ts';
import type { Presence } from './presence.ts';
import type { ReadMarks } from './read-marks.ts';
import type { StreamReads } from './stream.ts';

export interface SocketParts {
  readonly feeds: Feeds;
  readonly reads: StreamReads;
  readonly messages: Messages;
  readonly marks: ReadMarks;
  readonly contexts: Contexts;
  readonly presence: Presence;
  readonly board: Board;
  readonly notes: NoteReads;
  readonly limits: ChatLimits;
}
