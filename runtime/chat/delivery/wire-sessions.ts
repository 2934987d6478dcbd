// Rows of sessions, notes and replies → their form in the contract, for shoppers and for agents.
import type { LabelRow } from '../../../sql/store/chat/labels.ts';
import type { ListedSession } from '../../../sql/store/chat/lists.ts';
import type { NoteRow } from '../../../sql/store/chat/notes.ts';
import type { ReplyRow } from '../../../sql/store/chat/replies.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { ListedWireSession, WireNote, WireReply } from '../../contract/chat-console.ts';
import type { WireLabel } from '../../contract/chat-label.ts';
import type { WireSession } from '../../contract/chat-session.ts';
import type { ResponseTargets } from '../queues/response-targets.ts';

/** The part that both sides may see. */
export function wireSession(row: SessionRow): WireSession {
  return {
    id: row.session_id,
    state: row.state,
    name: row.name,
    email: row.email,
    subject: row.subject,
    left_offline: row.left_offline,
    team: row.team_id,
    agent_name: row.assigned_name,
    last_seq: row.last_seq,
    shopper_read: row.shopper_read,
    staff_read: row.staff_read,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    resolved_at: row.resolved_at?.toISOString() ?? null,
  };
}

/** What lists show besides a chat's row. */
export interface ListFacts {
  /** Whether the shop sends mails. */
  readonly mails: boolean;
  readonly targets: ResponseTargets;
}

export function wireListed(row: ListedSession, { mails, targets }: ListFacts): ListedWireSession {
  return {
    ...wireSession(row),
    verified: isVerified(row),
    mail: !mails || !row.email ? 'off' : row.mail_ended ? 'ended' : 'on',
    assigned_to: row.assigned_to,
    waiting_since: row.waiting_since.toISOString(),
    respond_by: targets.respondBy(row)?.toISOString() ?? null,
    missed: row.unanswered_since !== null && row.missed_at !== null,
    unread_count: row.unread,
    notes_count: row.notes,
    snoozed_until: row.snoozed_until?.toISOString() ?? null,
    scheduled_count: row.scheduled,
    held_count: row.held,
    labels: row.labels.map(wireLabel),
    last_message:
      row.last_body === null
        ? null
        : {
            body: row.last_body,
            side: row.last_side as 'shopper' | 'staff' | 'system',
            kind: row.last_kind as 'text' | 'product' | 'attachment' | 'event',
          },
  };
}

/** Whether name and e-mail come from the shop's login; what guests enter is unverified. */
export function isVerified(row: Pick<SessionRow, 'visitor_key'>): boolean {
  return !row.visitor_key.startsWith('guest:');
}

export function wireNote(row: NoteRow): WireNote {
  return {
    id: row.note_id,
    session_id: row.session_id,
    author_name: row.author_name,
    body: row.body,
    created_at: row.created_at.toISOString(),
  };
}

export function wireLabel({ label_id, name }: LabelRow): WireLabel {
  return { id: label_id, name };
}

export function wireReply(row: ReplyRow): WireReply {
  return {
    id: row.reply_id,
    shortcut: row.shortcut,
    body: row.body,
    updated_at: row.updated_at.toISOString(),
  };
}
