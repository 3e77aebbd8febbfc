// The small bar of a job: predicted categories, a mark for what is measured, the GPU's size.
import {h, style, attribute} from './dom.js';
import {bytes} from './format.js';
import {CATEGORIES} from './words.js';

/** What is measured of a job: the size that the worst drift is of, else the most telling one. */
export function measuredOf(job) {
  const now = job.measured || {};
  return now.process_used_bytes ?? now.reserved_bytes ?? now.allocated_bytes;
}

export function peakOf(job) {
  const peak = job.measured_peak || {};
  return peak.process_used_bytes ?? peak.reserved_bytes ?? peak.allocated_bytes;
}

export function memoryBar() {
  const parts = CATEGORIES.map(([name]) => h('span', {class: 'part', 'data-category': name}));
  const stack = h('span', {class: 'stack'}, ...parts);
  const mark = h('span', {class: 'mark now'});
  const peak = h('span', {class: 'mark peak'});
  const node = h('span', {class: 'membar', role: 'img'}, stack, peak, mark);
  return {
    node,
    update(job, widest) {
      const predicted = job.predicted_peak?.device_p50_bytes;
      const size = job.fullest?.gpu_total_bytes;
      const measured = measuredOf(job);
      const most = peakOf(job);
      const whole = size || widest || Math.max(predicted || 0, most || 0) || 1;
      const at = value => `${Math.min(100, 100 * (value || 0) / whole)}%`;
      CATEGORIES.forEach(([name], i) => style(parts[i], 'width', at(job.predicted_categories?.[name])));
      style(mark, 'left', at(measured));
      style(peak, 'left', at(most));
      mark.hidden = measured === undefined;
      peak.hidden = most === undefined || most === measured;
      node.classList.toggle('sized', Boolean(size));
      const worst = job.worst_drift;
      node.classList.toggle('above', Boolean(worst && worst.size !== 'device' && worst.ratio > 0.1));
      attribute(node, 'aria-label', `measured ${bytes(measured)}, predicted ${bytes(predicted)}`
        + (size ? `, of a GPU of ${bytes(size)}` : ''));
    },
  };
}

/** What the colours and marks of the bars mean. */
export function legend() {
  return h('ul', {class: 'legend', 'aria-label': 'What the bars show'},
    ...CATEGORIES.map(([name, label]) => h('li', {}, h('span', {class: 'swatch', 'data-category': name}), label)),
    h('li', {}, h('span', {class: 'swatch mark now'}), 'measured now'),
    h('li', {}, h('span', {class: 'swatch mark peak'}), 'measured peak'));
}
