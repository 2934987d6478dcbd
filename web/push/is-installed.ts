// Whether the page runs as an installed app: in a window of its own.

export function isInstalled(): boolean {
  return (
    ['standalone', 'minimal-ui', 'window-controls-overlay', 'fullscreen'].some(
      (mode) => matchMedia(`(display-mode: ${mode})`).matches,
    ) || (navigator as Navigator & { standalone?: boolean }).standalone === true
  );
}
