// Where this script was loaded from. `import.meta` would say so, but is a syntax error in a classic script, which is how
// WordPress and many themes include a file.

const file = /https?:\/\/[^\s()@]+?\/embed\/couture-widgets\.js/;

/** URL of the script; undefined in a bundle of the shop's own, where the runtime's address is unknown. */
export const ownAddress = file.exec(classic() ?? '')?.[0] ?? file.exec(new Error().stack ?? '')?.[0];

function classic(): string | undefined {
  return (document.currentScript as HTMLScriptElement | null)?.src;
}
