// One attempt to deliver an event: signs it, posts it, and tells what came of it.
import { CoutureError } from '../core/errors.ts';
import { lateMessage } from '../outbound/deadline.ts';
import type { AddressRules } from '../outbound/public-address.ts';
import { Transport } from '../outbound/transport.ts';
import { receiverAddress, requireReceiver } from './receiver-guard.ts';
import { signedHeaders } from './sign-webhook.ts';

export interface Sending {
  readonly url: string;
  readonly allowPrivate: boolean;
  /** The newest first. */
  readonly secrets: readonly Buffer[];
  readonly id: string;
  readonly type: string;
  readonly happenedAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `gone`: the receiver wants no more (410). */
export interface SendOutcome {
  readonly accepted: boolean;
  readonly gone: boolean;
  /** Null if there was no answer. */
  readonly status: number | null;
  /** Null if it was accepted. */
  readonly error: string | null;
  readonly retryAfter: string | undefined;
  readonly milliseconds: number;
}

export interface WebhookSenderOptions {
  /** Connections to one origin. */
  readonly sockets: number;
  /** Milliseconds for the DNS lookup, and then for the whole request. */
  readonly deadline?: number;
  /** Trusted certificates in PEM, in place of the built-in ones. */
  readonly ca?: string | undefined;
  readonly lookup?: AddressRules['lookup'];
}

/** Milliseconds; Standard Webhooks suggests 15 to 30 s in all. */
const defaultDeadline = 10_000;

export class WebhookSender {
  readonly #transport;

  constructor({ sockets, deadline = defaultDeadline, ca, lookup }: WebhookSenderOptions) {
    this.#transport = new Transport(
      { addressOf: (destination) => receiverAddress(destination, lookup), ca },
      { sockets, within: deadline },
    );
  }

  /** Never throws: failures are outcomes. Redirects are failures. */
  async send({ url, allowPrivate, secrets, id, type, happenedAt, data }: Sending): Promise<SendOutcome> {
    const began = performance.now();
    const failed = { accepted: false, gone: false, status: null, retryAfter: undefined };
    const took = () => Math.round(performance.now() - began);
    try {
      const destination = requireReceiver(url, allowPrivate);
      const body = JSON.stringify({ type, timestamp: happenedAt.toISOString(), data });
      const headers = {
        'Content-Type': 'application/json',
        'User-Agent': 'couture-webhooks/1',
        ...signedHeaders(id, Math.floor(Date.now() / 1_000), body, secrets),
      };
      const { status, retryAfter } = await this.#transport.post(destination, headers, Buffer.from(body));
      const accepted = status >= 200 && status < 300;
      const error = accepted
        ? null
        : status >= 300 && status < 400
          ? 'redirects are not followed'
          : 'refused';
      return { accepted, gone: status === 410, status, error, retryAfter, milliseconds: took() };
    } catch (error) {
      return { ...failed, error: wordsOf(error), milliseconds: took() };
    }
  }

  /** Ends requests in flight. */
  close(): void {
    this.#transport.close();
  }
}

/** Without the URL, whose path may be a secret. */
function wordsOf(error: unknown): string {
  const { message, code } = error as Error & { code?: string };
  if (error instanceof CoutureError || message === lateMessage) return message;
  return code ?? 'the connection failed';
}
