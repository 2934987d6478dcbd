// What sockets depend on; chat.ts creates it once per process.

import type { ChatReader } from '../../auth/audit.ts';
import type { ChatLimits } from '../chat-limits.ts';
import type { Channels } from '../delivery/channels.ts';
import type { Messages } from '../delivery/messages.ts';
import type { NoteReads } from '../delivery/note-reads.ts';
import type { ReadMarks } from '../delivery/read-marks.ts';
import type { ShopperContexts } from '../delivery/shopper-contexts.ts';
import type { SubscriptionReads } from '../delivery/subscription.ts';
import type { Presence } from '../presence.ts';
import type { QueueView } from '../queue-view.ts';
import type { ConsoleLeases } from '../queues/console-leases.ts';

export interface SocketParts {
  readonly channels: Channels;
  readonly reads: SubscriptionReads;
  readonly messages: Messages;
  readonly marks: ReadMarks;
  readonly contexts: ShopperContexts;
  readonly presence: Presence;
  readonly queueView: QueueView;
  readonly leases: ConsoleLeases;
  readonly notes: NoteReads;
  readonly limits: ChatLimits;
  /** Called when an agent starts reading a chat. */
  readonly onRead: (reader: ChatReader, sessionId: string) => void;
}
