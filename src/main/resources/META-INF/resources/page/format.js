// How figures are written. Bytes come exact from the API and are rounded only here.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const NONE = '–';

/** Bytes with three significant digits, such as 1.86 GiB. */
export function bytes(n) {
  if (n === undefined || n === null) return NONE;
  let value = Math.abs(n);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${n < 0 ? '−' : ''}${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** Writes the ticks of an axis up to `most`, all in one unit, such as 0.5 GiB. */
export function ticks(most) {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(most || 1) / 10)));
  return n => n === 0 ? '0' : `${Number((n / 1024 ** unit).toFixed(3))} ${UNITS[unit]}`;
}

/** The largest power of two that divides an axis up to `most` into at least four parts. */
export function tickInterval(most) {
  return most > 0 ? 2 ** Math.max(0, Math.floor(Math.log2(most / 4))) : 1;
}

/** A ratio as percents with its sign. */
export function percent(ratio) {
  if (ratio === undefined || ratio === null) return NONE;
  const value = Math.abs(ratio) * 100;
  return `${ratio < -0.0005 ? '−' : '+'}${value.toFixed(value < 99.95 ? 1 : 0)} %`;
}

/** A GPU model without its maker's names, which lists have no room for. */
export function shortModel(model) {
  return model ? model.replace(/^(NVIDIA|Tesla|AMD) /, '').replace(/^GeForce /, '') : '';
}

/** Seconds as people say them. */
export function duration(seconds) {
  if (seconds === undefined || seconds === null) return NONE;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min${s < 600 ? ` ${s % 60} s` : ''}`;
  if (s < 172_800) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} days`;
}

/** A wire name as words. */
export function words(name) {
  return name ? name.replaceAll('_', ' ') : '';
}

/** A time of day, or the day with it where it was not today. */
export function clock(time) {
  const at = new Date(time);
  const isToday = at.toDateString() === new Date().toDateString();
  return at.toLocaleString([], {hourCycle: 'h23', hour: '2-digit', minute: '2-digit',
    ...(isToday ? {second: '2-digit'} : {month: 'short', day: 'numeric'})});
}

export function plural(n, one, many = `${one}s`) {
  return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}
