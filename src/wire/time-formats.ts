// Dates, times and durations as RFC 3339 writes them.

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  const days = DAYS[Number(month) - 1] ?? 0;
  const isLeapDay = month === '02' && day === '29' && isLeapYear(Number(year));
  return isLeapDay || (Number(day) >= 1 && Number(day) <= days);
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i;
const MINUTES_OF_DAY = 1_440;

/** With a zone. A leap second comes at the end of a day in UTC. */
export function isTime(text: string): boolean {
  const found = TIME.exec(text);
  if (found === null) return false;
  const [, hour, minute, second, sign, zoneHour = '0', zoneMinute = '0'] = found;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(zoneHour) > 23 || Number(zoneMinute) > 59)
    return false;
  if (Number(second) < 60) return true;
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  const inUtc = (Number(hour) * 60 + Number(minute) - zone + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  return Number(second) === 60 && inUtc === MINUTES_OF_DAY - 1;
}

/** A date and a time with `T` between them. */
export const isDateTime = (text: string): boolean =>
  isDate(text.slice(0, 10)) && /^t$/i.test(text.charAt(10)) && isTime(text.slice(11));

const DURATION = /^P(?:\d+W|(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/;

export const isDuration = (text: string): boolean => DURATION.test(text);
