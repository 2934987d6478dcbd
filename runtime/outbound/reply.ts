// What is kept of the answer to a request, and how much of it is read.

export interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Bytes of an answer that are read, of its headers and of its body; the rest is dropped. */
export const maxResponseBytes = 16_384;

/** How many deadlines a message may wait for a free connection or stream: the other side has not been asked yet. */
export const maxQueueDeadlines = 4;
