// The oldest browsers that the front end supports; README.md lists them, and browsers.test.ts holds the bundles to them.

/** Targets of Vite: syntax and CSS newer than these are compiled to what they have. */
export const browsers = ['chrome108', 'edge108', 'firefox115', 'safari16', 'ios16'];
