// What is recorded of a message once its push service has answered: outcome → row.
import type { Addressee } from '../../sql/store/push/addressees.ts';
import type { Settled } from '../../sql/store/push/deliveries.ts';
import type { Outcome } from './delivery.ts';

/** Attempts for one message that a push service defers. */
const maxAttempts = 20;

/** @param retryUntil epoch milliseconds after which a deferred message fails */
export function settledOf(addressee: Addressee, outcome: Outcome, retryUntil: number): Settled {
  // A message held back by a pause was not attempted.
  const attempts = addressee.attempts + (outcome.attempts > 0 ? 1 : 0);
  switch (outcome.state) {
    case 'accepted':
    case 'gone':
      return { addressee, state: outcome.state, status: outcome.status, attempts };
    case 'failed':
      return { addressee, state: 'failed', reason: outcome.reason, status: outcome.status, attempts };
    case 'later':
      return attempts < maxAttempts && outcome.at < retryUntil
        ? {
            addressee,
            state: 'waiting',
            reason: 'paused',
            status: outcome.status,
            attempts,
            nextAt: new Date(outcome.at),
          }
        : { addressee, state: 'failed', reason: 'paused', status: outcome.status, attempts };
  }
}
