// The input at the bottom of a chat.
import { css } from 'lit';

export const composerStyles = css`
  form {
    position: relative;
    display: flex;
    align-items: end;
    gap: 0.25rem;
    padding: 0.5rem;
    border-block-start: 1px solid var(--couture-line, #e3dccf);
    background: var(--couture-surface, #fff);
  }
  textarea.field {
    flex: 1;
    min-width: 0;
    max-height: 9rem;
    background: var(--couture-paper, #fff);
    resize: none;
  }
  .tool {
    position: relative;
    display: grid;
    place-items: center;
    flex: none;
    width: var(--couture-touch, 2.75rem);
    height: var(--couture-touch, 2.75rem);
    border: 0;
    border-radius: var(--couture-radius, 2px);
    background: transparent;
    cursor: pointer;
  }
  .tool:hover:not([disabled]) {
    background: var(--couture-tint, #f1ece3);
  }
  .tool:focus-within {
    outline: 2px solid var(--couture-accent, #2563eb);
  }
  .tool input.visually-hidden {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    opacity: 0;
    clip-path: none;
    cursor: pointer;
  }
  .trouble,
  .pending {
    margin: 0;
    padding: 0.5rem 1rem 0;
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
  }
  .trouble {
    color: var(--couture-sale, #b42318);
  }
  .pending {
    display: grid;
    gap: 0.5rem;
    max-height: 12rem;
    overflow-y: auto;
    list-style: none;
  }
  .pending li {
    display: flex;
    align-items: center;
    gap: 0.75rem;
  }
  .pending img {
    flex: none;
    object-fit: cover;
    background: var(--couture-tint, #f1ece3);
  }
  .pending span {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .go {
    background: var(--couture-accent, #2563eb);
    color: var(--couture-accent-ink, #fff);
  }
  .go:hover:not([disabled]) {
    background: var(--couture-ink, #17130f);
    color: var(--couture-paper, #fff);
  }
  .go[disabled] {
    background: var(--couture-tint, #f1ece3);
    color: var(--couture-muted, #655d52);
    cursor: default;
  }
  #replies {
    position: absolute;
    inset-block-end: 100%;
    inset-inline: 0.5rem;
    z-index: 2;
    max-height: 18rem;
    overflow: auto;
    border: 1px solid var(--couture-line-strong, #857c6e);
    background: var(--couture-surface, #fff);
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
  }
  #replies li {
    display: grid;
    grid-template-columns: 8rem 1fr;
    gap: 0.5rem;
    padding: 0.6rem 0.75rem;
    cursor: pointer;
  }
  #replies li span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--couture-muted, #655d52);
  }
  #replies li[aria-selected='true'],
  #replies li:hover {
    background: var(--couture-tint, #f1ece3);
  }
  .icon-send {
    transform: scaleX(var(--couture-mirror, 1));
  }
`;
