// The few commands of WebDriver that the tests use, and their two transports: HTTP, and Marionette, which Firefox itself
// speaks, so that no geckodriver is needed (Debian has none).
import net, { type Socket } from 'node:net';

/** A command's path in HTTP and its name in Marionette. `{id}` is the reference of an element. */
const commands = {
  navigate: ['POST /url', 'WebDriver:Navigate'],
  back: ['POST /back', 'WebDriver:Back'],
  execute: ['POST /execute/async', 'WebDriver:ExecuteAsyncScript'],
  find: ['POST /execute/sync', 'WebDriver:ExecuteScript'],
  click: ['POST /element/{id}/click', 'WebDriver:ElementClick'],
  type: ['POST /element/{id}/value', 'WebDriver:ElementSendKeys'],
  act: ['POST /actions', 'WebDriver:PerformActions'],
  resize: ['POST /window/rect', 'WebDriver:SetWindowRect'],
  screenshot: ['GET /screenshot', 'WebDriver:TakeScreenshot'],
} as const;

export type Command = keyof typeof commands;

/** Sends a command and resolves with its value. @throws WebDriverError */
export type Send = (command: Command, parameters?: Record<string, unknown>) => Promise<unknown>;

/** The browser refused a command; `code` is one of the standard's, such as `stale element reference`. */
export class WebDriverError extends Error {
  readonly code: string;
  constructor({ error, message }: { error: string; message: string }) {
    super(`${error}: ${message}`);
    this.code = error;
  }
}

export interface Session {
  readonly send: Send;
  /** Runs an asynchronous script with the browser's own rights, if it was started with them: Firefox alone has this. */
  readonly asBrowser?: (script: string) => Promise<unknown>;
  readonly end: () => Promise<void>;
}

/** Opens a session at a driver's URL. */
export async function httpSession(driver: string, capabilities: object): Promise<Session> {
  const call = async (method: string, url: string, body?: object): Promise<unknown> => {
    const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new WebDriverError(value as WebDriverError & { error: string });
    return value;
  };
  const { sessionId } = (await call('POST', `${driver}/session`, {
    capabilities: { alwaysMatch: capabilities },
  })) as { sessionId: string };
  const session = `${driver}/session/${sessionId}`;
  return {
    send: (command, parameters = {}) => {
      const { id, ...body } = parameters;
      const [method = '', path = ''] = commands[command][0].replace('{id}', String(id)).split(' ');
      return call(method, session + path, method === 'GET' ? undefined : body);
    },
    end: async () => void (await call('DELETE', session)),
  };
}

type Answer = [kind: 1, id: number, error: { error: string; message: string } | null, result: unknown];

/** Opens a session at the Marionette port of a Firefox. Messages are JSON after their length in bytes and a colon. */
export async function marionetteSession(port: number): Promise<Session> {
  const socket = net.connect(port, '127.0.0.1');
  const waiting = new Map<number, (answer: Answer) => void>();
  await new Promise<void>((greeted, failed) => {
    socket.on('error', failed);
    readMessages(socket, (message) => {
      if (!Array.isArray(message)) return greeted();
      const answer = message as Answer;
      waiting.get(answer[1])?.(answer);
      waiting.delete(answer[1]);
    });
  });
  let last = 0;
  const call = async (name: string, parameters: object): Promise<unknown> => {
    const id = ++last;
    const message = JSON.stringify([0, id, name, parameters]);
    socket.write(`${Buffer.byteLength(message)}:${message}`);
    const [, , error, result] = await new Promise<Answer>((resolve) => waiting.set(id, resolve));
    if (error) throw new WebDriverError(error);
    return result;
  };
  await call('WebDriver:NewSession', {});
  const send: Send = async (command, parameters = {}) => {
    const result = await call(commands[command][1], parameters);
    return (result as { value?: unknown } | null)?.value;
  };
  return {
    send,
    asBrowser: async (script) => {
      await call('Marionette:SetContext', { value: 'chrome' });
      try {
        return await send('execute', { script });
      } finally {
        await call('Marionette:SetContext', { value: 'content' });
      }
    },
    end: async () => void socket.destroy(),
  };
}

function readMessages(socket: Socket, receive: (message: unknown) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    for (let colon = rest.indexOf(':'); colon > 0; colon = rest.indexOf(':')) {
      const end = colon + 1 + Number(rest.subarray(0, colon));
      if (rest.length < end) return;
      receive(JSON.parse(rest.subarray(colon + 1, end).toString()));
      rest = rest.subarray(end);
    }
  });
}
