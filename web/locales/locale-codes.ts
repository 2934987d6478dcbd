// The languages of the front end; lit-localize.json names them too.

/** What the sources are written in. */
export const sourceLocale = 'en';

export const targetLocales = ['de', 'ar'] as const;

/** All of them, sorted. */
export const allLocales = ['ar', 'de', 'en'] as const;
