// A caller's signal and a time limit → one signal. By hand, since AbortSignal.any is missing before Safari 17.4
// (an iPhone 8 or X ends at iOS 16).

export interface TimeLimit {
  /** Aborts with the caller's reason, or with a TimeoutError. */
  readonly signal: AbortSignal;
  /** Stops the timer and forgets the caller's signal. */
  readonly end: () => void;
}

/** @param ms milliseconds */
export function timeLimit(ms: number, caller?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const expire = () => controller.abort(new DOMException(`No answer within ${ms} ms`, 'TimeoutError'));
  const timer = setTimeout(expire, ms);
  const abort = () => controller.abort(caller?.reason);
  if (caller?.aborted) abort();
  else caller?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', abort);
    },
  };
}
