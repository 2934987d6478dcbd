// Styles of a prompt: an unobtrusive card at the edge of the page.
import { css } from 'lit';

export const promptStyles = css`
  aside {
    position: fixed;
    z-index: 15;
    inset-block-end: calc(max(1rem, env(safe-area-inset-bottom)) + var(--couture-bar, 0px));
    inset-inline: 1rem;
    display: grid;
    gap: 0.9rem;
    max-width: 26rem;
    margin-inline-start: auto;
    padding: 1.25rem;
    border: 1px solid var(--couture-line-strong);
    border-radius: var(--couture-radius);
    background: var(--couture-surface);
  }
  h2 {
    font: var(--couture-heading);
    font-size: 1.375rem;
  }
  p {
    font: var(--couture-small);
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .icon {
    vertical-align: -0.2em;
  }
  /* Beside the chat button. */
  @media (min-width: 48rem) {
    aside {
      inset-inline-end: 5.75rem;
    }
  }
`;
