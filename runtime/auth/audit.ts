// The audit trail: who signed in, was refused, read a chat or revoked access. One line per event in the log, of one shape.
import os from 'node:os';
import { LRUCache } from 'lru-cache';
import type { Log } from '../core/log.ts';

export type AuditEvent =
  | 'sign_in'
  | 'sign_in_refused'
  | 'sign_out'
  | 'access_refused'
  | 'chat_read'
  | 'transcript_read'
  | 'chat_exported'
  | 'customer_exported'
  | 'customer_erased'
  | 'subject_revoked'
  | 'subject_restored';

/** Facts of an event. Never a token, a name, an e-mail address or what was said. */
export interface AuditFacts {
  /** Subject of the token that the request sent, or the user of the operating system who ran the command. */
  readonly sub?: string | undefined;
  /** Address of the client; behind a proxy only with COUTURE_TRUST_PROXY. */
  readonly address?: string;
  readonly request_id?: string;
  /** `GET /api/chat-sessions/:id/transcript` */
  readonly route?: string | undefined;
  /** Code of the problem that the client got. */
  readonly code?: string | undefined;
  /** Id of the chat, the subject that was revoked, or the keyed hash of the person whose data was exported or erased. */
  readonly object?: string | undefined;
}

export type Audit = (event: AuditEvent, facts: AuditFacts) => void;

/** Milliseconds in which a refusal of one kind is written once for each address, since anybody can cause them. */
const quiet = 60_000;
/** Refusals that are remembered; beyond, an attacker with many addresses could fill the disk. */
const maxRefusals = 1_000;

/** Writes at level info, also when the log has a higher level; nothing when it is silent. */
export function auditTrail(log: Log): Audit {
  const lines = log.level === 'silent' ? log : log.child({}, { level: 'info' });
  const refusals = new LRUCache<string, true>({ max: maxRefusals, ttl: quiet });
  let dropped = 0;
  return (event, facts) => {
    if (!event.endsWith('_refused')) return lines.info({ audit: event, ...facts }, 'audit');
    const key = [event, facts.address, facts.code, facts.sub].join(' ');
    if (refusals.size >= maxRefusals) refusals.purgeStale();
    if (refusals.has(key) || refusals.size >= maxRefusals) {
      dropped += 1;
      return;
    }
    refusals.set(key, true);
    lines.info({ audit: event, ...facts, ...(dropped ? { others_since: dropped } : {}) }, 'audit');
    dropped = 0;
  };
}

/** Whether a response refuses somebody. A request without any token is a visitor who is not signed in. */
export function isRefusal(status: number, code: unknown): boolean {
  return status === 403 || (status === 401 && code !== 'not_signed_in');
}

/** Milliseconds in which an agent who reads a chat again, or polls it, is not written again. */
const rereadInterval = 3_600_000;

export interface ChatReader {
  readonly sub: string;
  readonly address: string;
}

/** Writes which agent reads which chat, over sockets and by plain requests. */
export function chatReadTrail(audit: Audit): (reader: ChatReader, chatId: string) => void {
  const written = new LRUCache<string, true>({ max: 10_000, ttl: rereadInterval });
  return ({ sub, address }, chatId) => {
    const key = `${chatId} ${sub}`;
    if (written.has(key)) return;
    written.set(key, true);
    audit('chat_read', { sub, address, object: chatId });
  };
}

/** Who runs a command: the name of the user of the operating system, or the number if it has none, as in containers. */
export function commandUser(): string {
  try {
    return os.userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
