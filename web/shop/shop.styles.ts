// Styles of <couture-shop>: header, main, footer.
import { css } from 'lit';
import { reset } from '../styles/shared.styles.ts';

export const shopStyles = [
  reset,
  css`
    :host {
      display: grid;
      grid-template-rows: auto auto 1fr auto;
      min-height: 100dvh;
    }
    .skip {
      position: fixed;
      z-index: 30;
      inset-block-start: 0.5rem;
      inset-inline-start: 0.5rem;
      padding: 0.75rem 1.25rem;
      background: var(--couture-ink);
      color: var(--couture-paper);
    }
    .skip:not(:focus) {
      transform: translateY(-200%);
    }
    main {
      min-height: 100dvh;
      padding-block-end: var(--couture-section);
    }
  `,
];
