// Styles of <couture-shop-message>.
import { css } from 'lit';
import { buttons, reset } from '../../styles/shared.styles.ts';

export const messageStyles = [
  reset,
  buttons,
  css`
    .message {
      position: fixed;
      z-index: 20;
      inset-block-end: calc(max(1rem, env(safe-area-inset-bottom)) + var(--couture-bar, 0px));
      inset-inline: 1rem;
      max-width: 32rem;
      margin-inline: auto;
      display: grid;
      gap: 0.9rem;
      padding: 0.9rem 1.25rem;
      background: var(--couture-ink);
      color: var(--couture-paper);
      border-radius: var(--couture-radius);
      animation: rise var(--couture-slow) var(--couture-ease);
    }
    .message.bag {
      background: var(--couture-surface);
      color: var(--couture-ink);
      border: 1px solid var(--couture-line-strong);
      box-shadow: 0 12px 40px rgb(0 0 0 / 0.18);
    }
    .line {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 1.5rem;
    }
    .line a,
    .line button {
      flex: none;
      color: inherit;
    }
    .tool {
      display: grid;
      place-items: center;
      width: var(--couture-touch);
      height: var(--couture-touch);
      margin: -0.6rem;
      padding: 0;
      border: 0;
      background: none;
      cursor: pointer;
    }
    /* An open chat covers the lower edge. */
    .message.under-chat {
      inset-block: calc(var(--couture-header) + 0.75rem) auto;
    }
    /* At a desk what was added stands where the product page has its picture, and nothing to press. */
    @media (min-width: 48rem) {
      .message.bag,
      .message.bag.under-chat {
        inset-block: auto max(1rem, env(safe-area-inset-bottom));
        inset-inline: var(--couture-gutter) auto;
        width: min(25rem, 45vw);
      }
    }
    @keyframes rise {
      from {
        transform: translateY(1rem);
        opacity: 0;
      }
    }
  `,
];
