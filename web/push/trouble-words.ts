// What to say when notifications could not be turned on, or their topics not saved.
import { msg } from '@lit/localize';
import { ApiError } from '../api/api-error.ts';
import { SubscribeError } from './push.ts';

export function troubleWords(error: unknown): string {
  if (error instanceof SubscribeError)
    return msg(
      'Your browser couldn’t turn on notifications. See if its privacy settings allow push messages.',
    );
  if (error instanceof ApiError) return msg('Something went wrong. Try again.');
  return msg('That didn’t work. Check your connection.');
}
