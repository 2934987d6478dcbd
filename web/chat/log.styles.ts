// The part of a chat that scrolls, in the widget and in the console.
import { css } from 'lit';

export const logStyles = css`
  .log {
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .older {
    display: block;
    margin: 0.5rem auto 0;
  }
  .new {
    position: sticky;
    inset-block-end: 0.75rem;
    display: grid;
    justify-items: center;
  }
  .typing {
    padding: 0 1.25rem 0.75rem;
    color: var(--couture-muted, #655d52);
    font: italic 400 0.8125rem / 1.4 var(--couture-sans, system-ui, sans-serif);
  }
`;
