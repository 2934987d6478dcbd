// The globals of a service worker that this project uses, besides those that it shares with pages.
/// <reference lib="dom" />

export interface ExtendableEventLike extends Event {
  waitUntil(work: Promise<unknown>): void;
}

export interface WindowClientLike {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

interface NotificationEventLike extends ExtendableEventLike {
  readonly notification: Notification;
  /** The button that was pressed; '' for the notification itself. */
  readonly action?: string;
}

export interface WorkerScope {
  readonly location: Location;
  readonly __WB_MANIFEST: ReadonlyArray<{ readonly url: string; readonly revision: string | null }>;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options?: {
      type?: 'window';
      includeUncontrolled?: boolean;
    }): Promise<readonly WindowClientLike[]>;
    openWindow(url: string): Promise<unknown>;
  };
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener(type: 'message', listener: (event: ExtendableEventLike & { data: unknown }) => void): void;
  addEventListener(type: 'sync', listener: (event: ExtendableEventLike & { tag: string }) => void): void;
  addEventListener(
    type: 'push',
    listener: (
      event: ExtendableEventLike & {
        data: { text(): string } | null;
        /** What the browser is about to show, for declarative messages in browsers that know them; there is no data then. */
        notification?: Notification | null;
      },
    ) => void,
  ): void;
  addEventListener(
    type: 'notificationclick' | 'notificationclose',
    listener: (event: NotificationEventLike) => void,
  ): void;
  addEventListener(
    type: 'pushsubscriptionchange',
    listener: (
      event: ExtendableEventLike & {
        oldSubscription?: PushSubscription | null;
        newSubscription?: PushSubscription | null;
      },
    ) => void,
  ): void;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEventLike) => void): void;
}
