// What goes over the bus: `origin`, then a line each `session:seq`, with `!` behind it where more than messages has
// changed, then news as JSON. Other processes wrote it, perhaps of another version: what does not fit is left out.
import { z } from 'zod';

export interface Wake {
  readonly sessionId: string;
  readonly seq: number;
  /** State, agent, read marks or notes too, not messages alone. */
  readonly changed: boolean;
}

const agent = z.object({ sub: z.string(), name: z.string().nullable() });
const session = z.string();

const news = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('typing'),
    session,
    side: z.enum(['shopper', 'staff']),
    name: z.string().nullable(),
    on: z.boolean(),
  }),
  /** An agent looks at a chat, or no more. */
  z.object({ kind: z.literal('view'), session, agent, on: z.boolean() }),
  /** The shopper has the chat open, or no more, in that process. */
  z.object({ kind: z.literal('here'), session, origin: z.string(), on: z.boolean() }),
  /** Who looks at this chat, and is its shopper there? Each process answers for itself. */
  z.object({ kind: z.literal('who'), session }),
  /** Agents that have the console open in that process; said again and again while there are any. */
  z.object({ kind: z.literal('desk'), origin: z.string(), agents: z.array(agent) }),
  /** A process has come that knows of no agent yet: who has any says so. */
  z.object({ kind: z.literal('desks') }),
]);
/** What is true for a moment and written nowhere. */
export type News = z.output<typeof news>;

/** Payloads of at most `longest` bytes. */
export function packWakes(
  origin: string,
  wakes: Iterable<Wake>,
  newsList: readonly News[],
  longest: number,
): string[] {
  const payloads: string[] = [];
  let payload = origin;
  const add = (line: string) => {
    const bytes = Buffer.byteLength(line) + 1;
    if (Buffer.byteLength(origin) + bytes > longest) return;
    if (Buffer.byteLength(payload) + bytes > longest) {
      payloads.push(payload);
      payload = origin;
    }
    payload += `\n${line}`;
  };
  for (const { sessionId, seq, changed } of wakes) add(`${sessionId}:${seq}${changed ? '!' : ''}`);
  for (const each of newsList) add(JSON.stringify(each));
  if (payload !== origin) payloads.push(payload);
  return payloads;
}

export function unpackWakes(payload: string): { origin: string; wakes: Wake[]; news: News[] } {
  const [origin = '', ...lines] = payload.split('\n');
  const wakes: Wake[] = [];
  const heard: News[] = [];
  for (const line of lines) {
    const match = /^([0-9a-f-]{36}):(\d{1,10})(!?)$/.exec(line);
    if (match) wakes.push({ sessionId: match[1]!, seq: Number(match[2]), changed: match[3] === '!' });
    else {
      const parsed = news.safeParse(jsonOf(line));
      if (parsed.success) heard.push(parsed.data);
    }
  }
  return { origin, wakes, news: heard };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
