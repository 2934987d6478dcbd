// Icons: thin strokes in the colour of the surrounding text.
import { type SVGTemplateResult, svg } from 'lit';

const paths = {
  search: svg`<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>`,
  bag: svg`<path d="M5 8h14l1 13H4z"/><path d="M9 10V6a3 3 0 0 1 6 0v4"/>`,
  heart: svg`<path d="M12 20.5 4.6 13a4.7 4.7 0 0 1 6.6-6.6l.8.8.8-.8A4.7 4.7 0 0 1 19.4 13z"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4 21c.6-4.4 3.8-6.5 8-6.5s7.4 2.1 8 6.5"/>`,
  menu: svg`<path d="M3 7h18M3 12h18M3 17h18"/>`,
  close: svg`<path d="m5 5 14 14M19 5 5 19"/>`,
  arrow: svg`<path d="M4 12h16m-6-6 6 6-6 6"/>`,
  filter: svg`<path d="M3 7h18M6.5 12h11M10 17h4"/>`,
  minus: svg`<path d="M5 12h14"/>`,
  plus: svg`<path d="M5 12h14M12 5v14"/>`,
  share: svg`<path d="M12 15V3m-4 4 4-4 4 4"/><path d="M7 10H5v11h14V10h-2"/>`,
  chat: svg`<path d="M4 5h16v11.5h-8.5L7 20.5v-4H4z"/>`,
  clip: svg`<path d="m20 11.5-8 8a5 5 0 0 1-7.1-7.1l8.3-8.3a3.4 3.4 0 0 1 4.8 4.8l-8.2 8.2a1.7 1.7 0 0 1-2.4-2.4l7.5-7.5"/>`,
  send: svg`<path d="M4 12 20 4.5 15 20l-3.5-6.5z"/><path d="M20 4.5 11.5 13.5"/>`,
  down: svg`<path d="m5 9 7 7 7-7"/>`,
  sound: svg`<path d="M4 10v4h3.5l4.5 4V6L7.5 10z"/><path d="M15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>`,
  silent: svg`<path d="M4 10v4h3.5l4.5 4V6L7.5 10z"/><path d="m16 9.5 5 5m0-5-5 5"/>`,
  bell: svg`<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z"/><path d="M10 20.5a2 2 0 0 0 4 0"/>`,
  replies: svg`<path d="M4 5h16v11.5h-8.5L7 20.5v-4H4zM8 9h8m-8 3.5h5"/>`,
  invite: svg`<path d="M4 5h16v11.5h-8.5L7 20.5v-4H4zM12 7.8v6m-3-3h6"/>`,
  leave: svg`<path d="M13 4H5v16h8M10 12h11m-4-4 4 4-4 4"/>`,
  offline: svg`<path d="M3 3l18 18M5 12.5a10 10 0 0 1 4-2.4m4.5-.4A10 10 0 0 1 19 12.5M8.5 16a5 5 0 0 1 5.5-1M2 9a15 15 0 0 1 4-2.6M10 5.1A15 15 0 0 1 22 9"/><circle cx="12" cy="19.5" r=".6"/>`,
} as const;

export type IconName = keyof typeof paths;

/** An icon for use beside text or in a labelled button: it is hidden from screen readers. */
export function icon(name: IconName, size = 22): SVGTemplateResult {
  return svg`<svg class="icon icon-${name}" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths[name]}</svg>`;
}
