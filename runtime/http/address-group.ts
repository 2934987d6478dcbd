// The address of a client as a proxy writes it → the group of addresses that one subscriber has, for rate limits.

/** Prefixes of IPv6 addresses that contain an IPv4 address: mapped ones, and those of NAT64 (RFC 6052). */
const embedding = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];

/**
 * An IPv4 address, or the /64 of an IPv6 address, since a subscriber can choose any address within one. Proxies write
 * addresses with ports and brackets, in either case and with any zeros: the limits of a subscriber must not depend on that.
 */
export function addressGroup(given: string): string {
  // By far the most common form, on the path of every request.
  if (/^[\d.]*$/.test(given)) return given;
  const address = withoutPort(given);
  const groups = groupsOf(address);
  if (!groups) return address;
  if (embedding.includes(groups.slice(0, 6).join(':'))) {
    const bytes = groups.slice(6).flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
    return bytes.join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** `203.0.113.9:51234`, `[2001:db8::1]:443` and `"[2001:db8::1%eth0]"` → the address. */
function withoutPort(given: string): string {
  const plain = given.replaceAll('"', '');
  const [, ipv6, ipv4] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d*)?$/.exec(plain) ?? [];
  return (ipv6 ?? ipv4 ?? plain).replace(/%.*$/, '');
}

/** The eight groups of an IPv6 address, in lower case and without leading zeros; undefined for any other text. */
function groupsOf(address: string): string[] | undefined {
  const [head, tail, more] = address.split('::').map(partsOf);
  if (!head || more) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = tail ? [...head, ...Array(missing).fill('0'), ...tail] : head;
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}

/** An IPv4 address at the end counts for two groups. */
function partsOf(text: string): string[] {
  return text
    .split(':')
    .filter(Boolean)
    .flatMap((part) => {
      const bytes = part.split('.').map(Number);
      if (bytes.length !== 4 || !bytes.every((byte) => byte >= 0 && byte <= 255)) return [part];
      return [0, 2].map((at) => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16));
    });
}
