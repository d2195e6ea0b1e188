// Small pieces that every view uses: states, times, bars, diffs.
import { h } from '/console-dom.js';

const states = {
  ready: ['✓', 'Ready'],
  working: ['↻', 'Working'],
  stalled: ['✕', 'Stalled'],
  suspended: ['‖', 'Suspended'],
  deleting: ['−', 'Deleting'],
  missing: ['?', 'No Installation'],
  unknown: ['○', 'Not seen yet'],
};

export const order = ['stalled', 'missing', 'working', 'deleting', 'unknown', 'suspended', 'ready'];

export const wordOf = (state) => states[state]?.[1] ?? state;

/** A state as sign and word, never by colour alone. */
export const badge = (state) => h('span', { class: `badge ${state in states ? state : 'unknown'}` },
  h('span', { 'aria-hidden': 'true', class: 'sign' }, states[state]?.[0] ?? '○'), ' ', wordOf(state));

export const sign = (state) => h('span', { class: `sign ${state in states ? state : 'unknown'}`, 'aria-hidden': 'true' },
  states[state]?.[0] ?? '○');

/** Milliseconds by which the operator's clock is ahead of ours. */
let ahead = 0;

export function setClock(serverMilliseconds) {
  ahead = serverMilliseconds - Date.now();
}

function relative(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const [value, unit] = Math.abs(seconds) < 90 ? [seconds, 's']
    : Math.abs(seconds) < 5400 ? [Math.round(seconds / 60), 'min']
      : Math.abs(seconds) < 129600 ? [Math.round(seconds / 3600), 'h']
        : [Math.round(seconds / 86400), 'd'];
  return value >= 0 ? `${value} ${unit} ago` : `in ${-value} ${unit}`;
}

const absolute = (time) => new Date(time).toISOString().slice(0, 19).replace('T', ' ') + ' UTC';

/** How long ago, with the exact time beside it or on hover. */
export function when(time, both = true) {
  if (!time) return h('span', { class: 'quiet' }, 'never');
  const past = relative(Date.now() + ahead - Date.parse(time));
  return h('time', { datetime: time, title: absolute(time) }, past, both ? h('span', { class: 'quiet' }, ` (${absolute(time)})`) : null);
}

export function meter(quota) {
  if (!quota) return h('span', { class: 'quiet' }, 'not known yet');
  const share = quota.limit > 0 ? Math.min(100, Math.round(100 * quota.used / quota.limit)) : 100;
  const level = share >= 100 ? 'full' : share >= 80 ? 'high' : 'fine';
  const note = level === 'full' ? ', full' : level === 'high' ? ', nearly full' : '';
  const text = `${quota.used} of ${quota.limit} modules${note}`;
  return h('span', { class: 'quota' },
    h('span', {
      class: `meter ${level}`, role: 'meter', 'aria-label': 'Quota', 'aria-valuemin': 0, 'aria-valuemax': quota.limit,
      'aria-valuenow': Math.min(quota.used, quota.limit), 'aria-valuetext': text,
    }, h('span', { class: 'fill', 'width%': share })),
    ' ', h('span', { 'aria-hidden': 'true' }, text));
}

/** Lines that begin with a blank, a plus or a minus. */
export function diff(lines, label) {
  const tags = { '+': 'ins', '-': 'del' };
  return h('pre', { class: 'diff', tabindex: 0, role: 'group', 'aria-label': label },
    h('code', {}, lines.map((line) => h(tags[line[0]] ?? 'span', {}, `${line}\n`))));
}

export const facts = (pairs) => h('dl', { class: 'facts' }, pairs.filter((pair) => pair[1] !== null && pair[1] !== undefined && pair[1] !== '')
  .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));

export const moduleHref = (space, name) => `#/module/${encodeURIComponent(space)}/${encodeURIComponent(name)}`;
export const installationHref = (space, name) => `#/installation/${encodeURIComponent(space)}/${encodeURIComponent(name)}`;

/** A part of a long list, and a way to more of it. */
export function bounded(id, items, shown, render) {
  const visible = items.slice(0, shown);
  const rest = items.length - visible.length;
  return [visible.map(render), rest > 0 ? { id, rest } : null];
}

export const more = (left, what) => left
  ? h('p', {}, h('button', { type: 'button', 'data-more': left.id }, `Show ${Math.min(left.rest, 100)} more`),
    ' ', h('span', { class: 'quiet' }, `${left.rest} more ${what}`))
  : null;

/** Text whose parts between backticks are code. */
export const prose = (text) => text.split('`').map((part, index) => (index % 2 ? h('code', {}, part) : part));
