// The core of `couture connect` in a test: answers, what it prints, and the settings that it saves.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '../../runtime/core/config.ts';
import type { Client } from '../../sql/pool.ts';
import { connectShop } from '../connect/connect.ts';
import { type Conversation, silent } from '../connect/conversation.ts';

/** Answers the questions that contain a key with its value, and all others with Enter. */
export function answering(
  answers: Readonly<Record<string, string>>,
): Conversation & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    interactive: true,
    asked,
    async ask(question, fallback) {
      asked.push(question);
      const [, answer] = Object.entries(answers).find(([part]) => question.includes(part)) ?? [];
      return answer ?? fallback;
    },
  };
}

export interface ConnectRun {
  readonly url: string;
  readonly client: Client;
  readonly folder: string;
  readonly conversation?: Conversation;
  readonly flags?: Record<string, unknown>;
  readonly signal?: AbortSignal;
}

/** Runs the core of the command and collects what it prints. */
export async function connect({
  url,
  client,
  folder,
  conversation = silent,
  flags = {},
  signal,
}: ConnectRun) {
  const lines: string[] = [];
  const print = (line = '') => void lines.push(line);
  const report = await connectShop({
    client,
    databaseUrl: url,
    sourceUrl: url,
    directory: folder,
    loaded: loadConfig({ directory: folder, env: {}, flags: { workers: 1, ...flags } }),
    conversation,
    terminal: {
      print,
      heading: print,
      note: print,
      warn: print,
      progress: {
        stage: () => ({ update: () => {}, end: () => {} }),
        pause: (write) => write(),
        stop: () => {},
      },
    },
    signal: signal ?? new AbortController().signal,
    choices: {
      replace: flags.replace === true,
      force: false,
      resume: flags.continue === true,
      saveUrl: flags.saveUrl === true,
      urlIsNew: true,
    },
  });
  return { report, text: lines.join('\n') };
}

export const settingsIn = (folder: string) =>
  JSON.parse(readFileSync(path.join(folder, 'couture.config.json'), 'utf8')) as Record<string, unknown>;
