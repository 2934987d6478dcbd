// The service worker of the agents' console: shows push messages while the console is closed. It keeps no pages.
importScripts('embed/couture-push-worker.js');
self.coutureConsole();
