// Applies the idle rules every 30 s: resolves quiet chats, closes resolved ones and removes stale ones.
import type { Pool } from '../../sql/pool.ts';
import { applyIdleRules, type IdleRules } from '../../sql/store/chat/idle.ts';
import type { Log } from '../core/log.ts';
import { Poller } from '../work/poller.ts';

const interval = 30_000;

/** @param onMoved called with each chat whose state a rule has changed */
export function idleRulesPoller(
  pool: Pool,
  rules: IdleRules,
  log: Log,
  onMoved: (sessionId: string, seq: number) => void,
): Poller {
  const task = async () => {
    const { moved, failures } = await applyIdleRules(pool, rules);
    for (const { sessionId, seq } of moved) onMoved(sessionId, seq);
    if (failures.length > 0) throw failures[0];
  };
  return new Poller({ name: 'apply the idle rules of chats', interval, task, log });
}
