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
    let reply: Reply | undefined;
    // Once the status is known, the message was processed, whatever becomes of the body: it must not be sent again.
    const end = (error: Error) => {
      cancel();
      if (reply) resolve(reply);
      else reject(error);
    };
    const giveUp = () => {
      end(late());
      sent.destroy();
    };
    let cancel = afterDeadline(deadline * maxQueueDeadlines, giveUp);
    sent.once('socket', () => {
      cancel();
      cancel = afterDeadline(deadline, giveUp);
    });
    sent.on('error', end);
    // After a switch of protocols that nobody asked for (101), Node closes the connection without an error.
    sent.on('close', () => end(new Error('the connection was closed without an answer')));
    sent.on('response', (response) => {
      reply = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
      let read = 0;
      response.on('data', (chunk: Buffer) => {
        read += chunk.length;
        // The rest of the body is not needed.
        if (read > maxResponseBytes) sent.destroy();
      });
      response.on('end', () => resolve(reply!)).on('error', end);
    });
    sent.end(body);
  });
}
