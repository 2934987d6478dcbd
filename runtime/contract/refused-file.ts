// The event of a chat that names files which arrived by e-mail and were refused; without dependencies, so that the web bundles
// can include it.

export const fileRefusals = [
  'too_large',
  'unsupported',
  'empty',
  'too_many',
  'encrypted',
  'outlook',
  'no_space',
] as const;
export type FileRefusal = (typeof fileRefusals)[number];

/** @param names file names, as they are shown: "a.txt, b.zip" */
export function refusedFilesEvent(why: FileRefusal, names: string): string {
  return `file_refused ${why} ${names}`;
}

/** What the body of an event says about refused files; undefined for other events. */
export function readRefusedFiles(
  body: string,
): { readonly why: FileRefusal; readonly names: string } | undefined {
  const [, why = '', names = ''] = /^file_refused (\w+) (.*)$/s.exec(body) ?? [];
  return isRefusal(why) ? { why, names } : undefined;
}

function isRefusal(why: string): why is FileRefusal {
  return (fileRefusals as readonly string[]).includes(why);
}
