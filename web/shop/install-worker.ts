// Filled in with the service worker.
export {};
