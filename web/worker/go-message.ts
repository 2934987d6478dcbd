// The message from the worker to an open page of the shop.

/** Navigate without reloading the document. */
export const goMessage = 'COUTURE_GO';
