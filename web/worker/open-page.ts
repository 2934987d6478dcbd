// Opens a page: from the network if it answers in time, else the cached shell, which renders the page from cached data.
import type { RouteHandlerCallback, RouteHandlerCallbackOptions } from 'workbox-core/types.js';

/** Time limit of the network in milliseconds. In a tunnel it neither answers nor fails. */
const patience = 3_000;
/** The same for pages that only the server has: the shell cannot replace them, only say so. */
const patienceElsewhere = 10_000;

export async function openPage(
  options: RouteHandlerCallbackOptions,
  shell: RouteHandlerCallback,
): Promise<Response> {
  const answered = await answerWithin(patience, options.request);
  // A server that is down, or its proxy, answers with an error page: the shell is more useful.
  return answered && answered.status < 500 ? answered : shell(options);
}

/** Opens a page that only the server has, such as the sign-in: without a network, the shell says so. */
export async function openServerPage(
  options: RouteHandlerCallbackOptions,
  shell: RouteHandlerCallback,
): Promise<Response> {
  return (await answerWithin(patienceElsewhere, options.request)) ?? shell(options);
}

function answerWithin(ms: number, request: Request): Promise<Response | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));
  return Promise.race([fetch(request).catch(() => undefined), late]);
}
