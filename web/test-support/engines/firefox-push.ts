// Push in a real Firefox: the push service that it is told to use, on this machine, and the notifications that it hands to
// the system, which a headless browser would drop.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { certificate, key } from '../../../fixtures/local-certificate.ts';
import type { EngineWindow } from './engine-window.ts';
import type { Preferences } from './engines.ts';

export interface FirefoxPush {
  /** Of the push service, as COUTURE_PUSH_HOSTS names it. */
  readonly host: string;
  /** For Firefox. */
  readonly preferences: Preferences;
  /** What the browsers of all windows have subscribed to, by the last part of its endpoint. */
  readonly channels: ReadonlySet<string>;
  close(): Promise<void>;
}

interface Message {
  readonly messageType?: 'hello' | 'register' | 'unregister' | 'ack';
  readonly channelID: string;
}

/**
 * Takes messages over HTTPS, as any push service does, and passes them on to Firefox by the protocol of Mozilla's
 * (https://mozilla-push-service.readthedocs.io/en/latest/design/). Firefox verifies and decrypts them itself.
 */
export async function firefoxPush(): Promise<FirefoxPush> {
  const channels = new Map<string, WebSocket>();
  const service = createServer({ key, cert: certificate }, async (request, response) => {
    const channelID = request.url!.slice('/push/'.length);
    const data = (await buffer(request)).toString('base64url');
    const headers = { encoding: 'aes128gcm' };
    const message = { messageType: 'notification', channelID, version: randomUUID(), data, headers };
    const socket = channels.get(channelID);
    socket?.send(JSON.stringify(message));
    response.writeHead(socket ? 201 : 410).end();
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const host = `localhost:${(service.address() as AddressInfo).port}`;
  const browsers = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  browsers.on('connection', (socket) =>
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as Message;
      const { messageType, channelID } = message;
      const answer = (fields: object) => socket.send(JSON.stringify({ messageType, status: 200, ...fields }));
      if (messageType === 'hello')
        answer({ uaid: randomUUID().replaceAll('-', ''), use_webpush: true, broadcasts: {} });
      if (messageType === 'register') {
        channels.set(channelID, socket);
        answer({ channelID, pushEndpoint: `https://${host}/push/${channelID}` });
      }
      if (messageType === 'unregister') {
        channels.delete(channelID);
        answer({ channelID });
      }
    }),
  );
  await once(browsers, 'listening');
  return {
    host,
    preferences: {
      'dom.push.serverURL': `ws://127.0.0.1:${(browsers.address() as AddressInfo).port}/`,
      'dom.push.testing.allowInsecureServerURL': true,
      // Off under WebDriver.
      'dom.push.connection.enabled': true,
      // The dialog that asks is the browser's; tests say yes.
      'permissions.default.desktop-notification': 1,
    },
    get channels() {
      return new Set(channels.keys());
    },
    close: async () => {
      for (const socket of browsers.clients) socket.terminate();
      browsers.close();
      service.closeAllConnections();
      service.close();
      await once(service, 'close');
    },
  };
}

/** What Firefox has handed to the system, in order. */
export interface Alert {
  readonly title: string;
  readonly text: string;
  readonly buttons: readonly string[];
  readonly closed: boolean;
}

/** Firefox's own interfaces, as far as the scripts below use them. */
interface BrowserScope {
  readonly Components: {
    ID(id: string): unknown;
    manager: { QueryInterface(of: unknown): { registerFactory(...of: unknown[]): void } };
  };
  readonly ChromeUtils: { generateQI(of: readonly string[]): (id: unknown) => unknown };
  readonly Ci: { nsIComponentRegistrar: unknown };
  readonly window: { alerts: Array<{ alert: SystemAlert; listener: AlertListener; closed: boolean }> };
}
interface SystemAlert {
  readonly title: string;
  readonly text: string;
  readonly name: string;
  readonly cookie: string;
  readonly actions?: ReadonlyArray<{ readonly title: string }>;
}
interface AlertListener {
  observe(subject: unknown, topic: string, cookie: string): void;
}

/** Takes the place of the system's notifications in this browser, which must have been opened with `preferences`. */
export async function catchAlerts(window: EngineWindow): Promise<void> {
  await window.runAsBrowser(() => {
    const scope = globalThis as unknown as BrowserScope;
    const alerts: BrowserScope['window']['alerts'] = [];
    scope.window.alerts = alerts;
    const service = {
      QueryInterface: scope.ChromeUtils.generateQI(['nsIAlertsService']),
      showAlert(alert: SystemAlert, listener: AlertListener) {
        alerts.push({ alert, listener, closed: false });
        listener.observe(null, 'alertshow', alert.cookie);
      },
      closeAlert(name: string) {
        for (const each of alerts) if (each.alert.name === name) each.closed = true;
      },
      getHistory: () => [],
      teardown() {},
      pbmTeardown() {},
    };
    scope.Components.manager
      .QueryInterface(scope.Ci.nsIComponentRegistrar)
      .registerFactory(
        scope.Components.ID('{48068bc2-40ab-4904-8afd-4cdfb3a385f3}'),
        'notifications for tests',
        '@mozilla.org/alerts-service;1',
        { createInstance: (id: unknown) => service.QueryInterface(id) },
      );
  });
}

export function alerts(window: EngineWindow): Promise<Alert[]> {
  return window.runAsBrowser(() =>
    (globalThis as unknown as BrowserScope).window.alerts.map(({ alert, closed }) => ({
      title: alert.title,
      text: alert.text,
      buttons: (alert.actions ?? []).map(({ title }) => title),
      closed,
    })),
  );
}

/** Presses the last notification, or its first button, as the system reports it to Firefox. */
export async function pressAlert(window: EngineWindow, what: 'notification' | 'button'): Promise<void> {
  const press = {
    notification: () => {
      const { alert, listener } = (globalThis as unknown as BrowserScope).window.alerts.at(-1)!;
      listener.observe(null, 'alertclickcallback', alert.cookie);
    },
    button: () => {
      const { alert, listener } = (globalThis as unknown as BrowserScope).window.alerts.at(-1)!;
      listener.observe(alert.actions![0], 'alertclickcallback', alert.cookie);
    },
  };
  await window.runAsBrowser(press[what]);
}
