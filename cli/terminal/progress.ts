// Progress on stderr: a bar for each stage on a terminal (cli-progress), otherwise one line per finished stage.
import cliProgress from 'cli-progress';
import { count, seconds } from './figures.ts';

export interface Stage {
  /** Sets the amount done; `total` can be corrected while the stage runs. */
  update(done: number, total?: number): void;
  /** Ends the stage; `summary` stays on screen. */
  end(summary?: string): void;
}

export interface Progress {
  /** Starts a stage. `total` 0 means unknown. */
  stage(name: string, total?: number, unit?: string): Stage;
  /** Clears the bar while `write` runs. */
  pause(write: () => void): void;
  stop(): void;
}

/** Minimum time between progress lines when stderr is not a terminal. */
const lineIntervalMs = 10_000;

/** Opens a progress display over `stream`. */
export function openProgress(stream: NodeJS.WriteStream, interactive: boolean): Progress {
  let bar: cliProgress.SingleBar | undefined;
  return {
    stage(name, total = 0, unit = '') {
      const started = performance.now();
      let lastLine = started;
      let known = total;
      let latest = 0;
      bar?.stop();
      const current = interactive ? startBar(stream, name, total, unit) : undefined;
      bar = current;
      return {
        update(done, newTotal) {
          latest = done;
          if (newTotal !== undefined) known = newTotal;
          if (current) {
            current.setTotal(Math.max(known, done, 1));
            current.update(done);
          } else if (performance.now() - lastLine > lineIntervalMs) {
            lastLine = performance.now();
            const share = known > 0 ? ` of ${count(known)} (${Math.floor((100 * done) / known)} %)` : '';
            stream.write(`${name}: ${count(done)}${share} ${unit}\n`);
          }
        },
        end(summary) {
          current?.stop();
          if (bar === current) bar = undefined;
          const detail = summary ?? (latest ? `${count(latest)} ${unit}` : '');
          const line = `${name.padEnd(24)} ${seconds(performance.now() - started).padStart(8)}  ${detail}`;
          stream.write(`${interactive ? line.slice(0, stream.columns) : line}\n`);
        },
      };
    },
    pause(write) {
      if (bar?.isActive) stream.write('\r\u001b[K');
      write();
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function startBar(
  stream: NodeJS.WriteStream,
  name: string,
  total: number,
  unit: string,
): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar(
    {
      stream,
      format: `${name.padEnd(24)} {bar} {percentage}% │ {value_text} ${unit} │ {eta_formatted} left`,
      formatValue: (value, _options, type) =>
        type === 'percentage' ? String(value).padStart(3) : String(value),
      clearOnComplete: true,
      hideCursor: true,
      fps: 10,
      barsize: 28,
      emptyOnZero: true,
    },
    cliProgress.Presets.shades_classic,
  );
  const original = bar.update.bind(bar);
  bar.start(Math.max(total, 1), 0, { value_text: '0' });
  bar.update = ((done: number) => original(done, { value_text: count(done) })) as typeof bar.update;
  return bar;
}
