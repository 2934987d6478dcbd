// Due times on nights when clocks change, in zones with jumps of half an hour, an hour, and a day.
import { validateDetailed } from 'node-cron';
import { assert, suite } from '../../../fixtures/suite.ts';
import { dueTimes } from './due-times.ts';

const test = suite('due times');

/** The next due times after a moment, in UTC. */
function next(cron: string, timeZone: string | undefined, after: string, count: number): string[] {
  const due = dueTimes(cron, timeZone, validateDetailed(cron).fields!);
  const times: string[] = [];
  for (
    let time = Date.parse(after);
    times.length < count;
    times.push(new Date(time).toISOString().slice(0, 16))
  )
    time = due.after(time);
  return times;
}

test('a time that the clocks skip is due at the jump, and the next night at its time', () => {
  const cases: ReadonlyArray<readonly [string, string, string, string[]]> = [
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['0 3 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T01:00']],
    ['15 2 * * 0', 'America/New_York', '2026-03-07T12:00Z', ['2026-03-08T07:00', '2026-03-15T06:15']],
    ['10 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00Z', ['2026-10-03T15:30', '2026-10-04T15:10']],
    ['30 0 * * *', 'Africa/Cairo', '2026-04-23T12:00Z', ['2026-04-23T22:00', '2026-04-24T21:30']],
    ['0 3 * * *', 'Pacific/Apia', '2011-12-29T14:00Z', ['2011-12-30T10:00', '2011-12-30T13:00']],
  ];
  for (const [cron, zone, after, times] of cases)
    assert.equal(next(cron, zone, after, 2), times, `${cron} ${zone}`);
});

test('a fixed time that the clocks repeat is due once, also if asked in between', () => {
  const cases: ReadonlyArray<readonly [string, string, string, string[]]> = [
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T01:15Z', ['2026-10-26T01:30', '2026-10-27T01:30']],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', ['2026-11-01T05:30', '2026-11-02T06:30']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T10:00Z', ['2026-04-04T14:45', '2026-04-05T15:15']],
  ];
  for (const [cron, zone, after, times] of cases)
    assert.equal(next(cron, zone, after, 2), times, `${cron} ${zone}`);
});

test('an hourly schedule is due every hour of these nights', () => {
  for (const after of ['2026-03-28T22:00Z', '2026-10-24T22:00Z']) {
    const times = next('5 * * * *', 'Europe/Berlin', after, 8).map((time) => Date.parse(`${time}Z`));
    for (const [at, time] of times.slice(1).entries()) assert.is(time - times[at]!, 3_600_000);
  }
});

test('every night of a year has exactly one due time, in any zone', () => {
  for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Casablanca']) {
    for (const cron of ['30 2 * * *', '0 0 * * *']) {
      const due = dueTimes(cron, zone, validateDetailed(cron).fields!);
      let time = Date.UTC(2019, 0, 1, 12);
      for (let night = 0; night < 400; night++) {
        const following = due.after(time);
        const hours = (following - time) / 3_600_000;
        assert.ok(
          night === 0 || (hours >= 22 && hours <= 26),
          `${cron} ${zone}: ${hours} h after ${new Date(time).toISOString()}`,
        );
        time = following;
      }
    }
  }
});

test('days of the month and weekdays are those of the time zone', () => {
  assert.equal(next('0 1 1 * *', 'Asia/Tokyo', '2026-01-15T00:00Z', 2), [
    '2026-01-31T16:00',
    '2026-02-28T16:00',
  ]);
  assert.equal(next('0 3 29 2 *', 'UTC', '2026-01-15T00:00Z', 1), ['2028-02-29T03:00']);
  assert.equal(next('0 22 * * 5', 'America/Los_Angeles', '2026-01-05T00:00Z', 1), ['2026-01-10T06:00']);
});
