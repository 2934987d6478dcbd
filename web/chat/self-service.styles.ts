// Self-service before a chat: a menu of questions, and one question with its answer.
import { css } from 'lit';

export const selfServiceStyles = css`
  :host {
    display: block;
  }
  .menu {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    padding: 1rem 1rem 0;
  }
  .chip {
    min-height: var(--couture-touch, 2.75rem);
    padding: 0.375rem 0.875rem;
    border: 1px solid var(--couture-line-strong, #857c6e);
    border-radius: 1.5rem;
    background: none;
    color: inherit;
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
    cursor: pointer;
  }
  @media (hover: hover) {
    .chip:hover {
      border-color: var(--couture-ink, #17130f);
      background: var(--couture-tint, #f1ece3);
    }
  }
  .answer,
  form {
    display: grid;
    gap: 1rem;
  }
  .answer {
    padding: 1.25rem 1rem;
  }
  h3 {
    font: 500 1rem / 1.3 var(--couture-sans, system-ui, sans-serif);
  }
  h3:focus {
    outline: none;
  }
  p,
  li {
    overflow-wrap: anywhere;
  }
  p + p {
    margin-block-start: 0.5rem;
  }
  ul {
    display: grid;
    padding: 0;
    list-style: none;
  }
  li a,
  li button {
    display: inline-flex;
    align-items: center;
    min-height: var(--couture-touch, 2.75rem);
    text-align: start;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .muted {
    color: var(--couture-muted, #655d52);
  }
  .trouble {
    color: var(--couture-sale, #b42318);
  }
`;
