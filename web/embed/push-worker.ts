// The push worker of a shop that embeds couture. The shop serves a worker of two lines from its own origin:
// importScripts('https://couture.example/embed/couture-push-worker.js'); couturePush('https://couture.example');
import { urlOf } from '../api/url-of.ts';
import { takeAgentPushes } from '../worker/agent-push-events.ts';
import { takePushes } from '../worker/push-events.ts';
import type { WorkerScope } from '../worker/worker-scope.ts';

declare const self: WorkerScope & { couturePush?: (runtime: string) => void; coutureConsole?: () => void };

// console-worker.js, the worker of the agents' console, loads this script, too.
self.coutureConsole = () => takeAgentPushes(self);

self.couturePush = (runtime) => takePushes(self, runtimeOf(runtime, self.location.href));

/** @throws TypeError for anything but the URL of a runtime, or a path of the worker's own host */
function runtimeOf(given: unknown, from: string): string {
  const url = typeof given === 'string' ? urlOf(given, from) : undefined;
  if (url && given !== '' && /^https?:$/.test(url.protocol))
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  throw new TypeError('couturePush: expected the URL of the runtime, such as https://couture.example');
}
