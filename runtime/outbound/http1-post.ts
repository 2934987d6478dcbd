// One POST over HTTP/1.1, on a connection of an agent: request → reply.
import { type Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { afterDeadline, late } from './deadline.ts';
import { maxQueueDeadlines, maxResponseBytes, type Reply } from './reply.ts';

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Milliseconds from the connection to the end of the answer. */
  readonly deadline: number;
}

/** @throws a network error; the error of `late` after the deadline */
export function postOverHttp1(agent: Agent, { url, headers, body, deadline }: Post): Promise<Reply> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise<Reply>((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'Content-Length': body.length },
      maxHeaderSize: maxResponseBytes,
    });
    const giveUp = () => sent.destroy(late());
    let cancel = afterDeadline(deadline * maxQueueDeadlines, giveUp);
    sent.once('socket', () => {
      cancel();
      cancel = afterDeadline(deadline, giveUp);
    });
    const done = (act: () => void) => {
      cancel();
      act();
    };
    sent.on('error', (error) => done(() => reject(error)));
    sent.on('response', (response) => {
      const retryAfter = response.headers['retry-after'];
      const reply = { status: response.statusCode ?? 0, retryAfter };
      let read = 0;
      response.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read <= maxResponseBytes) return;
        // The status is known; the rest of the body is not needed.
        done(() => resolve(reply));
        sent.destroy();
      });
      response.on('end', () => done(() => resolve(reply)));
      response.on('error', () => done(() => resolve(reply)));
    });
    sent.end(body);
  });
}
