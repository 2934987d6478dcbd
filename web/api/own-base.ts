// The path below which the runtime serves this page, as its head states: '' at the root of a host, or /recs.

export const ownBase: string =
  globalThis.document?.querySelector<HTMLMetaElement>('meta[name="couture-base"]')?.content ?? '';
