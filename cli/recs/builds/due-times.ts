// A cron expression in a time zone → the times at which it is due, on nights of daylight saving, too, as cron treats them: a
// time that the clocks skip is due at the jump, and a fixed hour that they repeat is due once.
import { createTask } from 'node-cron';

const [secondMs, hourMs, dayMs] = [1_000, 3_600_000, 86_400_000];

/** Longer than any clock has been set back for daylight saving, in milliseconds. */
const maxSetBack = 3 * hourMs;

export interface DueTimes {
  /** The first due time after `time`. Both are in milliseconds since 1970. */
  after(time: number): number;
}

/**
 * @param cron a valid expression of five or six fields
 * @param timesOfDay its hours, minutes and seconds; with every hour, it is due in both of two repeated hours
 */
export function dueTimes(
  cron: string,
  timeZone: string | undefined,
  timesOfDay: {
    readonly hour: readonly number[];
    readonly minute: readonly number[];
    readonly second: readonly number[];
  },
): DueTimes {
  const offsetAt = offsetsOf(timeZone);
  const everyHour = timesOfDay.hour.length === 24;
  // In UTC a matcher tells days apart, whatever their clocks do. Local times are written as if they were UTC.
  const matcher = createTask(cron, () => {}, { timezone: 'UTC' });
  const times = timesOfDay.hour
    .flatMap((hour) =>
      timesOfDay.minute.flatMap((minute) =>
        timesOfDay.second.map((second) => (hour * 60 + minute) * 60 + second),
      ),
    )
    .map((seconds) => seconds * secondMs)
    .sort((a, b) => a - b);
  return {
    after(time) {
      const local = time + offsetAt(time);
      const start = offsetAt(time - maxSetBack) === offsetAt(time) ? local : local - maxSetBack;
      let first = Number.POSITIVE_INFINITY;
      for (const due of localTimes(start)) {
        const moments = momentsOf(due, offsetAt);
        // Local times ascend, and so do their first moments.
        if (moments[0]! >= first) break;
        // The next hour makes up for one that the clocks skip.
        if (everyHour && moments[0]! + offsetAt(moments[0]!) !== due) continue;
        for (const moment of everyHour ? moments : moments.slice(0, 1))
          if (moment > time) first = Math.min(first, moment);
      }
      return first;
    },
  };

  function* localTimes(start: number): Generator<number> {
    for (let day = Math.floor(start / dayMs) * dayMs; ; day += dayMs) {
      if (!matcher.match(new Date(day + times[0]!))) continue;
      for (const time of times) if (day + time >= start) yield day + time;
    }
  }
}

/** The moments at which clocks show a local time: two if they repeat it. If they skip it, the moment of the jump. */
function momentsOf(local: number, offsetAt: (time: number) => number): number[] {
  const offsets = [...new Set([offsetAt(local - dayMs), offsetAt(local + dayMs)])];
  const moments = offsets.map((offset) => local - offset).filter((time) => time + offsetAt(time) === local);
  if (moments.length > 0) return moments.sort((a, b) => a - b);
  let [before, after] = [local - Math.max(...offsets), local - Math.min(...offsets)];
  const offset = offsetAt(before - secondMs);
  before -= secondMs;
  while (after - before > secondMs) {
    const middle = before + Math.floor((after - before) / 2 / secondMs) * secondMs;
    if (offsetAt(middle) === offset) before = middle;
    else after = middle;
  }
  return [after];
}

/** Time since 1970 → how far the clocks of the time zone are ahead of UTC, in milliseconds. */
function offsetsOf(timeZone: string | undefined): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone ? { timeZone } : {}),
    calendar: 'gregory',
    hourCycle: 'h23',
    ...{
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    },
  });
  return (time) => {
    const whole = Math.floor(time / secondMs) * secondMs;
    const parts = Object.fromEntries(
      format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]),
    );
    const { year, month, day, hour, minute, second } = parts as Record<string, number>;
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - whole;
  };
}
