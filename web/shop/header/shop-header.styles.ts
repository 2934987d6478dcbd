// Styles of <couture-shop-header>.
import { css } from 'lit';
import { reset } from '../../styles/shared.styles.ts';

export const headerStyles = [
  reset,
  css`
    :host {
      position: sticky;
      z-index: 10;
      inset-block-start: 0;
      background: var(--couture-paper);
      border-block-end: 1px solid var(--couture-line);
      padding-block-start: env(safe-area-inset-top);
      view-transition-name: couture-header;
    }
    header {
      display: grid;
      /* A long name leaves the buttons their room. */
      grid-template-columns: minmax(max-content, 1fr) minmax(0, auto) minmax(max-content, 1fr);
      align-items: center;
      height: var(--couture-header);
      max-width: var(--couture-width);
      margin-inline: auto;
      padding-inline: calc(var(--couture-gutter) - 0.6rem);
    }
    .name {
      display: flex;
      align-items: center;
      min-height: var(--couture-touch);
      font: 400 1.625rem / 1 var(--couture-display);
      letter-spacing: -0.01em;
      text-align: center;
      text-decoration: none;
      overflow-wrap: anywhere;
      hyphens: auto;
    }
    /* With a height of its own: an SVG that has only a viewBox would be 0 px wide. */
    .logo {
      max-width: min(14rem, 40vw);
      height: 2.5rem;
      object-fit: contain;
    }
    /* Logos are drawn for light paper; one that adapts stays as it is there. */
    @media (prefers-color-scheme: dark) {
      .logo {
        padding: 0.25rem 0.5rem;
        border-radius: var(--couture-radius);
        background: #faf8f4;
        color-scheme: light;
      }
    }
    .tools {
      display: flex;
      justify-content: flex-end;
    }
    .tool {
      position: relative;
      display: grid;
      place-items: center;
      width: var(--couture-touch);
      height: var(--couture-touch);
      padding: 0;
      border: 0;
      background: none;
      cursor: pointer;
    }
    .tool:hover {
      color: var(--couture-accent);
    }
    .menu {
      justify-self: start;
    }
    .count {
      position: absolute;
      inset-block-start: 0.3rem;
      inset-inline-end: 0.15rem;
      min-width: 1.125rem;
      padding: 0.1rem 0.25rem;
      background: var(--couture-accent);
      color: var(--couture-accent-ink);
      border-radius: 1rem;
      font: 600 0.6875rem / 0.95rem var(--couture-sans);
      text-align: center;
    }
    .row {
      display: none;
    }
    nav a {
      text-decoration: none;
    }
    nav a:hover,
    nav a[aria-current] {
      color: var(--couture-accent);
      text-decoration: underline;
      text-decoration-thickness: 1px;
    }
    .offline {
      display: flex;
      align-items: center;
      justify-content: center;
      gap: 0.6rem;
      padding: 0.5rem var(--couture-gutter);
      background: var(--couture-warn-paper);
      color: var(--couture-warn-ink);
      font: var(--couture-small);
    }
    .offline .icon {
      flex: none;
    }
    dialog {
      width: min(24rem, 88vw);
      max-width: none;
      height: 100dvh;
      max-height: none;
      margin: 0;
      margin-inline-end: auto;
      padding: 0;
      border: 0;
      background: var(--couture-paper);
      color: inherit;
    }
    dialog[open] {
      animation: slide var(--couture-slow) var(--couture-ease);
    }
    dialog::backdrop {
      background: rgb(20 16 12 / 0.45);
    }
    .drawer {
      display: grid;
      align-content: start;
      gap: 1.5rem;
      min-height: 100%;
      padding: max(0.75rem, env(safe-area-inset-top)) var(--couture-gutter) 2rem;
    }
    .drawer > .tool {
      justify-self: end;
      margin-inline-end: -0.6rem;
    }
    .drawer nav a {
      display: block;
      padding-block: 0.55rem;
      font: var(--couture-heading);
      line-height: 1.2;
    }
    .drawer .own {
      padding-block-start: 1.25rem;
      border-block-start: 1px solid var(--couture-line);
    }
    .drawer .own a {
      display: flex;
      align-items: center;
      min-height: var(--couture-touch);
      text-decoration: none;
    }
    @keyframes slide {
      from {
        translate: calc(-1.5rem * var(--couture-mirror, 1)) 0;
        opacity: 0;
      }
    }
    @media (max-width: 26rem) {
      .name {
        font-size: 1.375rem;
      }
      .name.long {
        font-size: 1rem;
      }
      .tool.account {
        display: none;
      }
    }
    @media (max-width: 47.99rem) {
      .tool.watch {
        display: none;
      }
    }
    @media (min-width: 75rem) {
      .menu {
        visibility: hidden;
      }
      .row {
        display: block;
        border-block-start: 1px solid var(--couture-line);
      }
      .row ul {
        display: flex;
        gap: 0 clamp(0.9rem, 1.3vw, 1.75rem);
        overflow-x: auto;
        scrollbar-width: none;
        white-space: nowrap;
        min-height: 2.75rem;
        padding-inline: var(--couture-gutter);
      }
      /* Centred only as long as all fit. */
      .row li:first-child {
        margin-inline-start: auto;
      }
      .row li:last-child {
        margin-inline-end: auto;
      }
      .row a {
        display: flex;
        align-items: center;
        min-height: 2.75rem;
        outline-offset: -3px;
        font: var(--couture-small);
      }
    }
  `,
];
