// Opens a page: from the network while it answers in time, else the shell that is on the device, which draws the page
// from what is kept.
import type { RouteHandlerCallback, RouteHandlerCallbackOptions } from 'workbox-core/types.js';

/** Milliseconds that the network has. In a tunnel it neither answers nor fails. */
const patience = 3_000;

export async function openPage(
  options: RouteHandlerCallbackOptions,
  shell: RouteHandlerCallback,
): Promise<Response> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), patience));
  const asked = fetch(options.request).catch(() => undefined);
  const answered = await Promise.race([asked, late]);
  // A server that is down says so with a page of its own, or of its proxy: the shell is of more use.
  return answered && answered.status < 500 ? answered : shell(options);
}
