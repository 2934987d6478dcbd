// The rules for URLs that the server requests although somebody else chose them: spelled as it will be read, without anything
// that hides the host. In: text. Out: URL.

/** Maximum length in characters; endpoints of the known push services stay below 1,000. */
const maxOutboundLength = 2_048;

export interface UrlRules {
  readonly http?: boolean;
  /** Makes the error from the reason; the URL itself may be a secret. */
  readonly refused: (why: string) => Error;
}

/** @throws the error of `refused` */
export function outboundUrl(text: string, { http = false, refused }: UrlRules): URL {
  if (text.length > maxOutboundLength) throw refused(`it is longer than ${maxOutboundLength} characters`);
  // URL drops tabs, line breaks and spaces, and reads backslashes as slashes: refuse a text that relies on that.
  const form = http ? /^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/ : /^https:\/\/[\x21-\x5b\x5d-\x7e]+$/;
  if (!form.test(text) || !URL.canParse(text)) throw refused('it is not an https URL');
  const url = new URL(text);
  // The host must be spelled as URL would print it: numeric forms of addresses, other scripts and percent-encoding all
  // change when parsed.
  const [, written = ''] = /^https?:\/\/([^/?#]*)/.exec(text)!;
  if (written.includes('@')) throw refused('it contains a user name');
  if (url.hash) throw refused('it has a fragment');
  if (written !== url.host) throw refused('its host is not in its normal form');
  return url;
}
