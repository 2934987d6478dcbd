// Rate limits of chats per person and per address, counted in this process like all limits of the runtime.
import type { Config } from '../core/options.ts';
import { TokenBuckets } from '../work/token-buckets.ts';

export type LimitSettings = Pick<Config, 'chatRate' | 'chatStarts' | 'chatSockets'>;

/** Bytes of files that one address may upload at once, and per hour in the long run. */
const [uploadBurst, uploadsPerHour] = [100 * 2 ** 20, 50 * 2 ** 20];

/** Questions whether to show an invitation, of one address: an office of shoppers asks each a few times a day. */
const invitesPerMinute = 60;

export class ChatLimits {
  readonly #settings: LimitSettings;
  readonly #sends: TokenBuckets;
  readonly #addressSends: TokenBuckets;
  readonly #frames: TokenBuckets;
  readonly #starts: TokenBuckets;
  readonly #visitorStarts: TokenBuckets;
  readonly #uploads: TokenBuckets;
  readonly #addressUploads: TokenBuckets;
  readonly #uploadedBytes = new TokenBuckets({ perMinute: uploadsPerHour / 60, burst: uploadBurst });
  readonly #handshakes: TokenBuckets;
  readonly #invites = new TokenBuckets({ perMinute: invitesPerMinute, burst: invitesPerMinute });
  readonly #sockets = new Map<string, number>();
  /** Requests, frames and sockets refused so far. */
  refused = 0;

  constructor(settings: LimitSettings) {
    const { chatRate, chatStarts, chatSockets } = settings;
    this.#settings = settings;
    const limit = (perMinute: number, burst: number) => new TokenBuckets({ perMinute, burst });
    this.#sends = limit(chatRate, Math.max(10, chatRate / 3));
    this.#addressSends = limit(chatRate * 10, chatRate * 4);
    // Typing, read marks and repeated sends come on top of messages.
    this.#frames = limit(chatRate * 10, chatRate * 4);
    this.#starts = limit(chatStarts / 60, chatStarts);
    this.#visitorStarts = limit(chatStarts / 180, chatStarts / 3);
    this.#uploads = limit(Math.max(1, chatRate / 6), Math.max(5, chatRate / 6));
    this.#addressUploads = limit(chatRate, Math.max(20, chatRate / 2));
    this.#handshakes = limit(chatSockets * 4, chatSockets * 2);
  }

  /** Whether this person may send one more frame of any kind. Nobody who types reaches the limit. */
  frame(person: string): boolean {
    return this.#frames.take(person) === 0 || this.#refuse();
  }

  /** Seconds to wait before the next message; 0 if it may be sent now. */
  send(person: string, address: string): number {
    return this.#counted(this.#sends.take(person) || this.#addressSends.take(address));
  }

  start(address: string, visitor: string | undefined): number {
    return this.#counted((visitor && this.#visitorStarts.take(visitor)) || this.#starts.take(address));
  }

  /** @param bytes size of the file, or the maximum if the request doesn't say it */
  upload(person: string, address: string, bytes: number): number {
    const seconds =
      this.#uploads.take(person) ||
      this.#addressUploads.take(address) ||
      this.#uploadedBytes.take(address, bytes);
    return this.#counted(seconds);
  }

  /** The same for a file that came by e-mail: the chat counts as the address. */
  mailedFile(sessionId: string, bytes: number): number {
    return this.#counted(this.#uploadedBytes.take(`mail ${sessionId}`, bytes));
  }

  /** Seconds to wait before asking for an invitation again; 0 if it may be asked now. */
  invite(address: string): number {
    return this.#counted(this.#invites.take(address));
  }

  handshake(address: string): number {
    return this.#counted(this.#handshakes.take(address));
  }

  /** Reserves a socket for the address and the person if both are below their limits; `left` releases it. */
  enter(address: string, person: string): boolean {
    const { chatSockets } = this.#settings;
    const open = (key: string) => this.#sockets.get(key) ?? 0;
    const maxPerPerson = Math.max(5, chatSockets / 10);
    if (open(`a ${address}`) >= chatSockets || open(`p ${person}`) >= maxPerPerson) return this.#refuse();
    for (const key of [`a ${address}`, `p ${person}`]) this.#sockets.set(key, open(key) + 1);
    return true;
  }

  left(address: string, person: string): void {
    for (const key of [`a ${address}`, `p ${person}`]) {
      const open = (this.#sockets.get(key) ?? 1) - 1;
      if (open > 0) this.#sockets.set(key, open);
      else this.#sockets.delete(key);
    }
  }

  #counted(seconds: number): number {
    if (seconds > 0) this.refused += 1;
    return seconds;
  }

  #refuse(): false {
    this.refused += 1;
    return false;
  }
}
