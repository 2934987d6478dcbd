// Bubbles: the viewer's own at the end of the line, the other side's at its start.
import { css } from 'lit';

export const messageListStyles = css`
  ol {
    display: grid;
    gap: 0.25rem;
    padding: 1rem;
  }
  li {
    display: grid;
    justify-items: start;
    max-width: 100%;
  }
  li.own {
    justify-items: end;
  }
  li.first {
    margin-block-start: 0.75rem;
  }
  .bubble {
    max-width: min(84%, 34rem);
    padding: 0.55rem 0.85rem;
    border-radius: 1rem;
    border-start-start-radius: 0.25rem;
    background: var(--couture-tint, #f1ece3);
    overflow-wrap: anywhere;
    font: 400 0.9375rem / 1.45 var(--couture-sans, system-ui, sans-serif);
  }
  .text {
    display: block;
    white-space: pre-wrap;
  }
  .own .bubble {
    border-radius: 1rem;
    border-end-end-radius: 0.25rem;
    background: var(--couture-accent, #2563eb);
    color: var(--couture-accent-ink, #fff);
  }
  .bubble.file,
  .bubble.product {
    padding: 0.4rem;
    background: var(--couture-surface, #fff);
    color: var(--couture-ink, #17130f);
    border: 1px solid var(--couture-line, #e3dccf);
  }
  .waiting .bubble {
    opacity: 0.7;
  }
  .refused .bubble {
    background: transparent;
    color: var(--couture-ink, #17130f);
    border: 1px solid var(--couture-sale, #b42318);
  }
  .note .bubble {
    border-radius: 0.25rem;
    background: var(--couture-warn-paper, #fdf3d7);
    color: var(--couture-warn-ink, #5c4300);
  }
  .who,
  .state,
  .event,
  .day {
    color: var(--couture-muted, #655d52);
    font: 400 0.75rem / 1.5 var(--couture-sans, system-ui, sans-serif);
  }
  .who {
    padding-inline: 0.25rem;
  }
  .state {
    display: flex;
    gap: 0.75rem;
    padding-inline: 0.25rem;
    text-align: end;
  }
  .state.trouble {
    color: var(--couture-sale, #b42318);
  }
  .state button {
    min-height: 1.5rem;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    text-decoration: underline;
    cursor: pointer;
  }
  .event,
  .day {
    justify-self: center;
    padding-block: 0.5rem;
    text-align: center;
  }
  .picture img {
    /* A fixed box: the list must not grow when a picture has loaded. */
    width: 15rem;
    height: 11.25rem;
    object-fit: cover;
    border-radius: 0.6rem;
    background: var(--couture-tint, #f1ece3);
  }
  .document {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: var(--couture-touch, 2.75rem);
    padding-inline: 0.5rem;
  }
  .document .icon {
    flex: none;
  }
  .card {
    display: grid;
    grid-template-columns: 4rem 1fr;
    gap: 0.75rem;
    align-items: center;
    width: min(17rem, 66vw);
    text-decoration: none;
  }
  .card strong {
    display: block;
    font-weight: 500;
  }
  .card:hover strong {
    text-decoration: underline;
  }
  .older {
    justify-self: center;
  }
`;
