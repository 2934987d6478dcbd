// What the worker says to a page of the shop that is open.

/** Go somewhere, without loading anew. */
export const goMessage = 'COUTURE_GO';
