// Times the stages of a build: each is shown as a progress stage and stored as one duration in the build's row.

/** Receives the progress of a build. The terminal implements it. */
export interface StageDisplay {
  stage(
    name: string,
    total?: number,
    unit?: string,
  ): { update(done: number, total?: number): void; end(summary?: string): void };
}

export interface StageReport {
  update(done: number, total?: number): void;
  /** Text that stays on the screen after the stage has finished. */
  summary: string;
}

export class StageClock {
  /** Stage → milliseconds. Concurrent stages overlap, so the sum can exceed `total`. */
  readonly milliseconds: Record<string, number> = {};
  readonly #display: StageDisplay;
  readonly #signal: AbortSignal;
  readonly #started = performance.now();

  constructor(display: StageDisplay, signal: AbortSignal) {
    this.#display = display;
    this.#signal = signal;
  }

  get total(): number {
    return performance.now() - this.#started;
  }

  /** Runs a stage, times it and shows its progress. `total` is in `unit`; 0 if it is unknown. */
  async run<T>(name: string, work: (report: StageReport) => Promise<T>, total = 0, unit = ''): Promise<T> {
    this.#signal.throwIfAborted();
    const started = performance.now();
    const shown = this.#display.stage(name, total, unit);
    const report: StageReport = { update: (done, all) => shown.update(done, all), summary: '' };
    try {
      return await work(report);
    } finally {
      this.milliseconds[name.replaceAll(' ', '_')] = Math.round(performance.now() - started);
      shown.end(report.summary || undefined);
    }
  }
}
