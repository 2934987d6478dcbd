// Time zones in which it is about noon or midnight now, for tests of quiet hours.

/** A zone in which it is about noon now, outside of quiet hours. */
export function noonZone(): string {
  return zoneAt(12);
}

/** A zone in which it is about midnight now, within quiet hours. */
export function midnightZone(): string {
  return zoneAt(new Date().getUTCHours() < 12 ? 0 : 24);
}

function zoneAt(hour: number): string {
  const ahead = hour - new Date().getUTCHours();
  // The signs of these zones are the other way round.
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
