// Opens a page: from the network if it answers in time, else the cached shell, which renders the page from cached data.
import type { RouteHandlerCallback, RouteHandlerCallbackOptions } from 'workbox-core/types.js';

/** Time limit of the network in milliseconds. In a tunnel it neither answers nor fails. */
const patience = 3_000;

export async function openPage(
  options: RouteHandlerCallbackOptions,
  shell: RouteHandlerCallback,
): Promise<Response> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), patience));
  const asked = fetch(options.request).catch(() => undefined);
  const answered = await Promise.race([asked, late]);
  // A server that is down, or its proxy, answers with an error page: the shell is more useful.
  return answered && answered.status < 500 ? answered : shell(options);
}
