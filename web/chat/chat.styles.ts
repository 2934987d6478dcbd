// The chat's button, and the panel that it opens: a card on a desktop, the whole screen on a phone.
import { css } from 'lit';

export const chatStyles = css`
  .launcher {
    position: fixed;
    z-index: 14;
    inset-block-end: calc(max(1.25rem, env(safe-area-inset-bottom)) + var(--couture-chat-lift, 0px));
    inset-inline-end: 1.25rem;
    display: grid;
    place-items: center;
    width: 3.5rem;
    height: 3.5rem;
    border: 1px solid var(--couture-button-edge, transparent);
    border-radius: 50%;
    background: var(--couture-button, var(--couture-ink, #17130f));
    color: var(--couture-button-ink, var(--couture-paper, #fff));
    box-shadow: 0 6px 20px rgb(0 0 0 / 0.18);
    translate: 0 calc(-1 * var(--couture-chat-clear, 0px));
    transition: translate var(--couture-quick, 160ms);
    cursor: pointer;
  }
  .launcher:hover {
    background: var(--couture-accent, #2563eb);
    color: var(--couture-accent-ink, #fff);
  }
  /* In the top layer of other shops' pages, without the browser's own look of a popover. */
  [popover] {
    margin: 0;
    padding: 0;
    overflow: visible;
    color: var(--couture-ink, #17130f);
  }
  .launcher[popover] {
    inset-block-start: auto;
    inset-inline-start: auto;
    color: var(--couture-button-ink, var(--couture-paper, #fff));
  }
  /* Phones, also in landscape. */
  @media (max-width: 40rem), (max-height: 30rem) {
    .launcher {
      width: 3rem;
      height: 3rem;
    }
    :host([away]) .launcher:not(:focus-visible) {
      translate: 0 calc(8rem + var(--couture-chat-lift, 0px));
    }
  }
  .badge {
    position: absolute;
    inset-block-start: -0.2rem;
    inset-inline-end: -0.2rem;
    min-width: 1.4rem;
    padding-inline: 0.35rem;
    border-radius: 1rem;
    background: var(--couture-sale, #b42318);
    color: var(--couture-paper, #fff);
    font: 600 0.8125rem / 1.4rem var(--couture-sans, system-ui, sans-serif);
  }
  section {
    position: fixed;
    z-index: 18;
    inset: auto;
    inset-block-end: max(1.25rem, env(safe-area-inset-bottom));
    inset-inline-end: 1.25rem;
    display: flex;
    flex-direction: column;
    width: 24rem;
    /* Of the window: where a page is zoomed, 100dvh is more than that. */
    height: min(40rem, 100% - 2.5rem);
    overflow: hidden;
    border: 1px solid var(--couture-line-strong, #857c6e);
    border-radius: 0.5rem;
    background: var(--couture-paper, #fff);
    box-shadow: 0 12px 40px rgb(0 0 0 / 0.18);
    animation: rise var(--couture-slow, 420ms) var(--couture-ease, ease);
  }
  @keyframes rise {
    from {
      transform: translateY(1rem);
      opacity: 0;
    }
  }
  @media (max-width: 40rem) {
    section {
      inset: 0;
      width: auto;
      height: 100dvh;
      padding-block-start: env(safe-area-inset-top);
      padding-block-end: env(safe-area-inset-bottom);
      border: 0;
      border-radius: 0;
    }
  }
  .head {
    display: flex;
    align-items: center;
    gap: 0.25rem;
    padding: 0.5rem 0.5rem 0.5rem 1rem;
    border-block-end: 1px solid var(--couture-line, #e3dccf);
  }
  .titles {
    flex: 1;
    min-width: 0;
  }
  h2 {
    font: 400 1.375rem / 1.15 var(--couture-display, serif);
  }
  .sub {
    color: var(--couture-muted, #655d52);
    font: 400 0.8125rem / 1.4 var(--couture-sans, system-ui, sans-serif);
  }
  .tool {
    display: grid;
    place-items: center;
    min-width: var(--couture-touch, 2.75rem);
    height: var(--couture-touch, 2.75rem);
    border: 0;
    background: none;
    cursor: pointer;
  }
  .tool:hover {
    background: var(--couture-tint, #f1ece3);
  }
  .strip {
    padding: 0.5rem 1rem;
    background: var(--couture-warn-paper, #fdf3d7);
    color: var(--couture-warn-ink, #5c4300);
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
  }
  .unfinished {
    max-height: 8rem;
    overflow: auto;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    color: var(--couture-muted, #655d52);
  }
  .start couture-chat-start {
    display: block;
  }
  .log,
  .start {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
  }
  .below {
    display: grid;
    gap: 0.75rem;
    padding: 1rem;
    border-block-start: 1px solid var(--couture-line, #e3dccf);
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  @media print {
    :host {
      display: none;
    }
  }
`;
