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
    .message {
      position: fixed;
      z-index: 20;
      inset-block-end: calc(max(1.25rem, env(safe-area-inset-bottom)) + var(--couture-chat-lift, 0px));
      inset-inline: 1rem;
      max-width: 32rem;
      margin-inline: auto;
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 1.5rem;
      padding: 0.9rem 1.25rem;
      background: var(--couture-ink);
      color: var(--couture-paper);
      border-radius: var(--couture-radius);
      animation: rise var(--couture-slow) var(--couture-ease);
    }
    .message[hidden] {
      display: none;
    }
    @keyframes rise {
      from {
        transform: translateY(1rem);
        opacity: 0;
      }
    }
  `,
];
