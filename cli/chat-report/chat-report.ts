// Chats of a period → volume, times, ratings, and the orders after them.

import { type InvitationEffects, invitationEffects } from '../../runtime/chat/invitation-effects.ts';
import type { EffectsInput } from '../../runtime/uplift/effects-input.ts';
import { type ChatFigures, chatFigures, chatsByHour, chatsByLabel } from '../../sql/store/chat/report.ts';
import { type SalesAfterChats, salesAfterChats } from './sales-after-chats.ts';

/** The output of `chat report --json`. */
export interface ChatReport {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly window_days: number;
  readonly detect: number;
  readonly time_zone: string;
  readonly all: ChatFigures;
  readonly teams: readonly ChatFigures[];
  readonly agents: readonly ChatFigures[];
  /** Chats with each label, the most first; a chat can have several. */
  readonly labels: ReadonlyArray<{ readonly name: string; readonly chats: number }>;
  /** Number of chats that began in each hour of the day, 24 in all. */
  readonly hours: readonly number[];
  /** Null if no customer chatted long enough ago. */
  readonly sales: SalesAfterChats | null;
  /** What each rule for invitations achieved; empty if nobody was invited. */
  readonly invitations: readonly InvitationEffects[];
}

export interface ChatReportInput extends EffectsInput {
  /** Of the hours. */
  readonly timeZone: string;
}

export async function chatReport(input: ChatReportInput): Promise<ChatReport> {
  const { client, from, to, timeZone } = input;
  const figures = await chatFigures(client, from, to);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    days: Math.round((to.getTime() - from.getTime()) / 86_400_000),
    window_days: input.windowDays,
    detect: input.detect,
    time_zone: timeZone,
    all: figures.find(({ of }) => of === 'all')!,
    teams: figures.filter(({ of }) => of === 'team'),
    agents: figures.filter(({ of }) => of === 'agent'),
    labels: await chatsByLabel(client, from, to),
    hours: await chatsByHour(client, from, to, timeZone),
    sales: (await salesAfterChats(input)) ?? null,
    invitations: await invitationEffects(input),
  };
}
