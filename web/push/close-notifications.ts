// Closes notifications of this device that are over. A push message cannot do so: browsers require that each shows something.

/** Closes those with a tag that is over, of all workers of this origin: the shop's and the console's. Never rejects. */
export async function closeNotifications(isOver: (tag: string) => boolean): Promise<void> {
  try {
    const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    const shown = await Promise.all(registrations.map((each) => each.getNotifications()));
    for (const notification of shown.flat()) if (isOver(notification.tag)) notification.close();
  } catch {
    // Without workers or notifications there is nothing to close.
  }
}
