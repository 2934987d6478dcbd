// The payloads of the bus: `origin`, then one line per invalidation, `session:seq`, with `!` appended where more than
// messages has changed, then presence events as JSON. Another process wrote them, perhaps in another version: lines
// that don't parse are skipped.
import { z } from 'zod';

/** A chat has stored messages up to `seq`; what other processes know of it may be stale. */
export interface Invalidation {
  readonly sessionId: string;
  readonly seq: number;
  /** Whether state, agent, read marks or notes changed too, not only messages. */
  readonly changed: boolean;
}

const agent = z.object({ sub: z.string(), name: z.string().nullable() });
const session = z.string();

const presenceEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('typing'),
    session,
    side: z.enum(['shopper', 'staff']),
    name: z.string().nullable(),
    on: z.boolean(),
  }),
  /** An agent starts or stops viewing a chat. */
  z.object({ kind: z.literal('view'), session, agent, on: z.boolean() }),
  /** The shopper opened or closed the chat in the process `origin`. */
  z.object({ kind: z.literal('here'), session, origin: z.string(), on: z.boolean() }),
  /** Asks who views this chat and whether its shopper is online. Each process answers for itself. */
  z.object({ kind: z.literal('who'), session }),
  /** Agents with an open console in the process `origin`; published periodically while there are any. */
  z.object({ kind: z.literal('agents'), origin: z.string(), agents: z.array(agent) }),
  /** A new process asks for the agents of all others. */
  z.object({ kind: z.literal('agents_request') }),
]);
/** Transient state that is stored nowhere. */
export type PresenceEvent = z.output<typeof presenceEvent>;

/** @returns payloads of at most `maxPayload` bytes; a single entry that exceeds it is dropped */
export function packPayloads(
  origin: string,
  invalidations: Iterable<Invalidation>,
  events: readonly PresenceEvent[],
  maxPayload: number,
): string[] {
  const payloads: string[] = [];
  let payload = origin;
  const add = (line: string) => {
    const bytes = Buffer.byteLength(line) + 1;
    if (Buffer.byteLength(origin) + bytes > maxPayload) return;
    if (Buffer.byteLength(payload) + bytes > maxPayload) {
      payloads.push(payload);
      payload = origin;
    }
    payload += `\n${line}`;
  };
  for (const { sessionId, seq, changed } of invalidations) add(`${sessionId}:${seq}${changed ? '!' : ''}`);
  for (const each of events) add(JSON.stringify(each));
  if (payload !== origin) payloads.push(payload);
  return payloads;
}

export interface Payload {
  readonly origin: string;
  readonly invalidations: readonly Invalidation[];
  readonly events: readonly PresenceEvent[];
}

export function unpackPayload(payload: string): Payload {
  const [origin = '', ...lines] = payload.split('\n');
  const invalidations: Invalidation[] = [];
  const events: PresenceEvent[] = [];
  for (const line of lines) {
    const match = /^([0-9a-f-]{36}):(\d{1,10})(!?)$/.exec(line);
    if (match) invalidations.push({ sessionId: match[1]!, seq: Number(match[2]), changed: match[3] === '!' });
    else {
      const parsed = presenceEvent.safeParse(jsonOf(line));
      if (parsed.success) events.push(parsed.data);
    }
  }
  return { origin, invalidations, events };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
