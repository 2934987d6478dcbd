/** What the worker asks a page that is open with: to go somewhere, without loading anew. */
export const goMessage = 'COUTURE_GO';
