// Constants of the chat that the browser needs at run time; without dependencies, so that the web bundles can include them.

/** Maximum size of an attachment, in bytes. */
export const attachmentBytes = 5 * 1_024 * 1_024;
export const attachmentTypes = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
] as const;

/** Value of the Chat-Secret header with which a browser that keeps no cookies asks for the guest's secret. */
export const noCookies = 'none';

/** The best rating of a chat; the worst is 1. */
export const maxScore = 5;
/** Maximum length of the comment on a rating, in characters. */
export const maxCommentLength = 1_000;

/** Maximum length of a label and of a filter's name, in characters. */
export const maxLabelLength = 40;
