/**
 * Numbers and times for people.
 */

/** A number with about three digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value < 0) return `−${short(-value)}`;
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  if (value >= 0.1 || value === 0) return value.toFixed(2);
  return value.toPrecision(2);
}

/** A short time, in seconds, as `38 µs`, `1.25 ms` or `2.40 s`. */
export function seconds(value: number): string {
  if (value >= 1) return `${short(value)} s`;
  return value >= 1e-3 ? `${short(1e3 * value)} ms` : `${short(1e6 * value)} µs`;
}

/** Seconds as `12 s`, `3 m 20 s` or `2 h 5 m`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`;
}

/** A time, ISO 8601, as the reader's clock shows it; with the day unless that is today. */
export function clock(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? date.toLocaleTimeString()
    : date.toLocaleString(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}
