// Times the stages of a build and shows them: one progress stage each, one figure each in the build's row.

/** What the build tells about its progress; the terminal implements it, tests need not. */
export interface StageDisplay {
  stage(
    name: string,
    total?: number,
    unit?: string,
  ): { update(done: number, total?: number): void; end(summary?: string): void };
}

export interface StageReport {
  update(done: number, total?: number): void;
  /** What stays on the screen when the stage is over. */
  summary: string;
}

export class StageClock {
  /** Stage → milliseconds; stages that run beside others overlap. */
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

  /** Runs a stage and times it. */
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
