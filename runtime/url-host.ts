// A configured host → the host of a URL: IPv6 addresses in brackets, and localhost instead of all interfaces.

export function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
