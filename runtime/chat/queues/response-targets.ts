// When a shopper has to get the first response: the team's target, or the shop's, counted in business hours.
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { BusinessHours } from '../business-hours.ts';

export class ResponseTargets {
  readonly #hours: BusinessHours;
  readonly #target: number;

  /** @param target milliseconds, for chats of teams without a target of their own */
  constructor(hours: BusinessHours, target: number) {
    this.#hours = hours;
    this.#target = target;
  }

  /** Undefined if the shopper has a response, or the shop never opens for that long. */
  respondBy(
    chat: Pick<SessionRow, 'unanswered_since'> & { readonly team_target: number | null },
  ): Date | undefined {
    if (!chat.unanswered_since) return undefined;
    const target = chat.team_target === null ? this.#target : chat.team_target * 1_000;
    return this.#hours.openFor(chat.unanswered_since, target);
  }
}
