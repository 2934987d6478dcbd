// The part of hoodiecrow-imap that tests use; it comes without types.
declare module 'hoodiecrow-imap' {
  import type { Server } from 'node:net';

  interface Hoodiecrow {
    readonly server: Server;
    listen(port: number, host: string): void;
    appendMessage(mailbox: string, flags: readonly string[], internalDate: false, source: string): void;
  }
  export default function hoodiecrow(options: {
    storage: Record<string, { messages: unknown[] }>;
  }): Hoodiecrow;
}
