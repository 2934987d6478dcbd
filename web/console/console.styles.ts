// The console: list, chat and shopper side by side; on a phone one at a time.
import { css } from 'lit';

export const consoleStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto 1fr;
    height: 100dvh;
    overflow: hidden;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0.25rem 1rem;
    border-block-end: 1px solid var(--couture-line);
  }
  .bar h1 {
    flex: 1;
    min-width: 0;
    font: 400 1.5rem / 1.2 var(--couture-display);
    white-space: nowrap;
  }
  .bar .who {
    overflow: hidden;
    color: var(--couture-muted);
    font: var(--couture-small);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tool {
    display: grid;
    place-items: center;
    flex: none;
    min-width: var(--couture-touch);
    height: var(--couture-touch);
    border: 0;
    background: none;
    cursor: pointer;
  }
  .tool:hover {
    background: var(--couture-tint);
  }
  .tool.bell[aria-pressed='true'] {
    color: var(--couture-accent);
  }
  .tool.worded .icon {
    display: none;
  }
  .tool.state {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    padding-inline: 0.5rem;
    font: 500 0.875rem / 1.2 var(--couture-sans);
  }
  .tool.state .dot {
    width: 0.6rem;
    height: 0.6rem;
    border: 2px solid var(--couture-muted);
    border-radius: 50%;
  }
  .tool.state.available .dot {
    border-color: var(--couture-good);
    background: var(--couture-good);
  }
  main {
    display: grid;
    grid-template-columns: 21rem 1fr;
    min-height: 0;
  }
  main.door {
    grid-template-columns: 1fr;
  }
  nav {
    display: grid;
    grid-template-rows: auto auto auto 1fr;
    min-height: 0;
    border-inline-end: 1px solid var(--couture-line);
  }
  .find {
    margin: 0.6rem;
  }
  .chats {
    grid-row: 4;
    overflow-y: auto;
  }
  .chats button.chat {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.1rem 0.75rem;
    width: 100%;
    padding: 0.7rem 1rem;
    border: 0;
    border-block-end: 1px solid var(--couture-line);
    border-inline-start: 3px solid transparent;
    background: none;
    text-align: start;
    cursor: pointer;
  }
  .chats button.chat:hover {
    background: var(--couture-tint);
  }
  .chats button.chat[aria-current='true'] {
    border-inline-start-color: var(--couture-accent);
    background: var(--couture-tint);
  }
  .chat strong {
    font-weight: 500;
  }
  .chat .time,
  .chat .last {
    color: var(--couture-muted);
    font: var(--couture-small);
  }
  .chat .last {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .chat .time.late {
    color: var(--couture-sale);
    font-weight: 600;
  }
  .chat .urgency {
    display: flex;
    flex-wrap: wrap;
    grid-column: 1 / -1;
    grid-row: 3;
    gap: 0 0.6rem;
  }
  .chat .team {
    color: var(--couture-muted);
    font: 400 0.8125rem / 1.5 var(--couture-sans);
  }
  .chat .label {
    align-self: center;
  }
  .chat .state {
    color: var(--couture-muted);
    font: 400 0.75rem / 1.5 var(--couture-sans);
  }
  .count {
    justify-self: end;
    min-width: 1.4rem;
    padding-inline: 0.4rem;
    border-radius: 1rem;
    background: var(--couture-accent);
    color: var(--couture-accent-ink);
    font: 600 0.8125rem / 1.4rem var(--couture-sans);
    text-align: center;
  }
  .none {
    padding: 1.5rem 1rem;
    color: var(--couture-muted);
  }
  .more {
    display: block;
    margin: 0.5rem auto;
  }
  .strip {
    padding: 0.5rem 1rem;
    background: var(--couture-warn-paper);
    color: var(--couture-warn-ink);
    font: var(--couture-small);
  }
  .empty,
  .door {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 1rem;
    padding: 2rem;
    color: var(--couture-muted);
    text-align: center;
  }
  .door {
    color: var(--couture-ink);
  }
  .door h1 {
    font: var(--couture-title);
  }
  kbd {
    padding: 0.1rem 0.45rem;
    border: 1px solid var(--couture-line-strong);
    border-radius: 3px;
    font: 500 0.8125rem / 1.5 ui-monospace, monospace;
  }
  @media (max-width: 50rem) {
    main {
      grid-template-columns: 1fr;
    }
    /* Its tools need the whole row: at 320 px, all but the agent's state are icons. */
    .bar {
      flex-wrap: wrap;
      justify-content: space-between;
      gap: 0;
      padding-inline: 0;
    }
    .tool.state {
      padding-inline: 0.3rem;
      white-space: nowrap;
    }
    .tool.worded span {
      position: absolute;
      width: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    .tool.worded .icon {
      display: block;
    }
    .icon-leave {
      transform: scaleX(var(--couture-mirror, 1));
    }
    .bar h1 {
      position: absolute;
      width: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .bar .keys {
      display: none;
    }
    main.talking nav,
    main:not(.talking) couture-console-chat,
    main:not(.talking) .empty,
    .bar .who {
      display: none;
    }
  }
`;
