// Passes on what changed in chats to everything that shows them: subscribers and queue views of this process directly,
// those of other processes over the bus.
import type { Bus } from '../bus/bus.ts';
import type { Invalidation } from '../bus/bus-payload.ts';
import type { QueueView } from '../queue-view.ts';
import type { Channels } from './channels.ts';
import type { Stored } from './message-writer.ts';

export class FanOut {
  readonly #channels: Channels;
  readonly #queueView: QueueView;
  readonly #bus: Bus;

  constructor(channels: Channels, queueView: QueueView, bus: Bus) {
    this.#channels = channels;
    this.#queueView = queueView;
    this.#bus = bus;
  }

  /** This process has stored messages. */
  stored(batch: readonly Stored[]): void {
    this.#channels.stored(batch);
    for (const { message, seq } of batch) {
      this.#bus.invalidate({ sessionId: message.sessionId, seq, changed: false });
      this.#queueView.changed(message.sessionId);
    }
  }

  /** This process has changed the state of a chat, or added an event message to it. */
  moved(sessionId: string, seq: number): void {
    const invalidation = { sessionId, seq, changed: true };
    this.received([invalidation]);
    this.#bus.invalidate(invalidation);
  }

  /** This process has changed something else about these chats: read marks, contexts or notes. */
  changed(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.moved(id, 0);
  }

  /** Another process has stored or changed something. */
  received(invalidations: readonly Invalidation[]): void {
    this.#channels.invalidated(invalidations);
    for (const { sessionId } of invalidations) this.#queueView.changed(sessionId);
  }

  /** Invalidations of other processes may have been lost. */
  compareAll(): void {
    this.#channels.sweep();
    this.#queueView.poll();
  }
}
