// What an invitation did to orders, against its control group → sentences for somebody who reads no statistics.
import { msg, str } from '@lit/localize';
import type { WireInviteLift, WireInviteLifts } from '../../runtime/contract/chat-invite.ts';
import { formatCount, formatLocale } from '../state/locale.ts';

type Effect = NonNullable<WireInviteLift['conversion']>;

/** Sentences about one rule; empty if it invited nobody in the period. */
export function liftWords({ lifts, window_days, detect }: WireInviteLifts, id: string): readonly string[] {
  const lift = lifts.find((each) => each.id === id);
  if (!lift) return [];
  const { invited, held_out, left_out, conversion, revenue_per_visitor } = lift;
  const days = formatCount(window_days);
  if (invited.visitors + held_out.visitors === 0 && left_out.too_recent > 0)
    return [msg(str`Orders within ${days} days of the invitation are compared; none is that long ago yet.`)];
  if (held_out.visitors === 0 || !conversion)
    return [msg('Without visitors in the control group, nobody can tell what the invitation sells.')];
  if (conversion.relative === null) return [msg('Too few orders yet to compare with the control group.')];
  return [
    msg(
      str`${share(conversion.group!)} of the invited ordered within ${days} days, ${share(conversion.control!)} of the control group: ${range(conversion)}.`,
    ),
    ...(revenue_per_visitor?.relative == null
      ? []
      : [msg(str`Revenue per visitor: ${range(revenue_per_visitor)}.`)]),
    meaning(conversion, detect),
  ];
}

function meaning({ relative, significant, still_needed }: Effect, detect: number): string {
  if (significant)
    return relative! > 0
      ? msg('The invitation brings orders: chance alone rarely makes such a difference.')
      : msg('The invitation costs orders: chance alone rarely makes such a difference.');
  if (still_needed === 0)
    return msg(
      str`The invitation changes little: a difference of ${share(detect)} would most likely show by now.`,
    );
  return msg(
    str`This may be chance. To tell a difference of ${share(detect)}, about ${formatCount(rounded(still_needed ?? 0))} more visitors are needed.`,
  );
}

/** `+20% (95% interval −4% to +45%)` */
function range({ relative, low, high }: Effect): string {
  return msg(str`${signed(relative!)} (95% interval: ${signed(low!)} to ${signed(high!)})`);
}

/** An estimate, with two digits that count. */
function rounded(count: number): number {
  return Number(count.toPrecision(2));
}

function share(value: number): string {
  return value.toLocaleString(formatLocale(), { style: 'percent', maximumFractionDigits: 1 });
}

function signed(value: number): string {
  const options = { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' } as const;
  return value.toLocaleString(formatLocale(), options);
}
