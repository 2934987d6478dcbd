// Text → URL, without URL.canParse and URL.parse, which Safari 16 and Chrome 119 lack.

/** @returns undefined if the text is no URL */
export function urlOf(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
