// The invitation that is open in this tab, kept in sessionStorage so that it survives a page load. Without storage, it is gone
// after one.

import { sinceNoted } from '../state/device-clock.ts';
import { saved } from '../state/saved.ts';

export interface KeptInvitation {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly shownAt: number;
  /** Whether the chat was opened from it. */
  readonly accepted: boolean;
}

/** Milliseconds. An older invitation is not shown again, since the agents may have left. */
const maxAge = 30 * 60_000;

/** @param api origin of the runtime, without a slash at the end */
export function keptInvitation(api: string) {
  const kept = saved<KeptInvitation | null>(`couture-chat-invitation${api}`, null, parse, 'sessionStorage');
  let inStorage = false;
  return {
    /** The invitation of an earlier page; undefined if it was closed, or is too old. */
    read(): KeptInvitation | undefined {
      const found = kept.read();
      inStorage = found !== null;
      return found && sinceNoted(found.shownAt) < maxAge ? found : undefined;
    },
    write(invitation: KeptInvitation): void {
      inStorage = kept.write(invitation);
    },
    clear(): void {
      inStorage = false;
      kept.clear();
    },
    /** Whether another page of this tab has closed it: this one returns from the back-forward cache. */
    wasClosed(): boolean {
      return inStorage && !kept.stored();
    },
  };
}

function parse(value: unknown): KeptInvitation | undefined {
  const { id, shownAt, accepted } = (value ?? {}) as Partial<KeptInvitation>;
  return typeof id === 'string' && typeof shownAt === 'number' && typeof accepted === 'boolean'
    ? { id, shownAt, accepted }
    : undefined;
}
