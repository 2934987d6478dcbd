// The message from the worker to an open page of the shop.

/** Navigate without reloading the document. */
export const goMessage = 'COUTURE_GO';

/** Type of the message that makes the worker remove what it keeps of this person's visits. */
export const forgetMessage = 'couture-forget';
