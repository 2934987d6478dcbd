// The invitation beside the chat's button: out of the page's flow, above what the button makes way for.
import { css } from 'lit';

export const invitationStyles = css`
  .invitation {
    position: fixed;
    z-index: 14;
    inset-block-end: calc(max(1.25rem, env(safe-area-inset-bottom)) + 4.25rem + var(--couture-chat-lift, 0px));
    inset-inline-end: 1.25rem;
    display: flex;
    align-items: start;
    width: max-content;
    max-width: min(17rem, calc(100vw - 2.5rem));
    border: 1px solid var(--couture-line-strong, #857c6e);
    border-radius: 0.75rem;
    background: var(--couture-paper, #fff);
    color: var(--couture-ink, #17130f);
    box-shadow: 0 6px 20px rgb(0 0 0 / 0.14);
    animation: appear var(--couture-slow, 420ms) var(--couture-ease, ease);
  }
  .invitation[popover] {
    inset-block-start: auto;
    inset-inline-start: auto;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .invitation .words {
    flex: 1;
    min-width: 0;
    min-height: var(--couture-touch, 2.75rem);
    padding-block: 0.7rem;
    padding-inline: 0.9rem 0;
    border: 0;
    background: none;
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
    text-align: start;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  .invitation .words:hover {
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .asked {
    padding: 1rem 1rem 0;
    font-weight: 500;
    overflow-wrap: anywhere;
  }
  @media (max-width: 40rem), (max-height: 30rem) {
    .invitation {
      inset-block-end: calc(max(1.25rem, env(safe-area-inset-bottom)) + 3.75rem + var(--couture-chat-lift, 0px));
    }
    :host([away]) .invitation:not(:focus-within) {
      display: none;
    }
  }
`;
