// The views: list, installation, module. Functions from data to described elements.
import { h } from '/console-dom.js';
import {
  badge, bounded, diff, facts, installationHref, meter, moduleHref, more, order, prose, sign, when, wordOf,
} from '/console-parts.js';

const key = (item) => `${item.namespace}/${item.name}`;
const outcomes = {
  done: 'done', refused: 'refused', unknown: 'answer lost', withheld: 'withheld', unsent: 'not sent yet',
};

export function process(overview) {
  return [
    h('span', { class: `role ${overview.leading ? 'leads' : ''}` }, overview.leading ? 'Leading' : 'Standing by'),
    h('span', { class: 'quiet' }, `${overview.version} · ${overview.scope}`),
    h('span', { class: 'quiet identity' }, overview.identity),
    overview.synced ? null : h('span', { class: 'box' }, 'Caches are still being filled'),
  ];
}

function tally(line) {
  const parts = order.filter((state) => line.modules[state]).map((state) => `${line.modules[state]} ${wordOf(state).toLowerCase()}`);
  if (line.drifted) parts.push(`${line.drifted} drifted`);
  if (line.openIntents) parts.push(`${line.openIntents} open`);
  return parts.length ? parts.join(', ') : 'no modules';
}

export function list(lines, current, shown) {
  const [rows, rest] = bounded('list', lines, shown, (line) => h('li', { 'data-key': key(line) },
    h('a', { href: installationHref(line.namespace, line.name), 'aria-current': key(line) === current ? 'true' : null },
      h('span', { class: 'row' }, sign(line.state), h('strong', {}, line.name), h('span', { class: 'quiet' }, line.namespace)),
      h('span', { class: 'row small' }, h('span', {}, line.state === 'ready' ? 'Ready' : `${wordOf(line.state)}${line.reason ? `: ${line.reason}` : ''}`)),
      h('span', { class: 'row small quiet' }, tally(line)),
      line.quota ? h('span', { class: 'row small' }, meter(line.quota)) : null,
      h('span', { class: 'row small quiet' }, 'synced ', when(line.lastSync, false)))));
  return [...rows, rest ? h('li', { 'data-key': ' more' }, more(rest, 'installations')) : null].filter(Boolean);
}

export function home(lines) {
  const counts = order.map((state) => [state, lines.filter((line) => line.state === state).length]).filter(([, n]) => n);
  return [
    h('h2', {}, 'Installations'),
    lines.length === 0
      ? h('p', {}, 'There are none. Create an Installation, and it appears here.')
      : h('ul', { class: 'tiles' }, counts.map(([state, n]) => h('li', {}, h('span', { class: 'big' }, String(n)), badge(state)))),
    h('p', { class: 'quiet' }, 'Choose one. Keys: ', h('kbd', {}, '/'), ' filter, ', h('kbd', {}, '↑'), ' ', h('kbd', {}, '↓'),
      ' or ', h('kbd', {}, 'k'), ' ', h('kbd', {}, 'j'), ' move, ', h('kbd', {}, 'Enter'), ' open, ', h('kbd', {}, 'Esc'), ' back.'),
  ];
}

export function installation(page, ui) {
  const line = page.line;
  return [
    h('h2', {}, line.name, ' ', h('span', { class: 'quiet' }, line.namespace)),
    standing(page.why, line),
    facts([
      ['Quota', meter(line.quota)],
      ['Last sync', when(line.lastSync)],
      ['Remote', line.address ? `${line.api}, ${line.address}` : line.api],
      ['Modules', tally(line)],
      ['Unmanaged', line.unmanaged ? `${line.unmanaged} remote modules that nobody claims` : null],
      ['Credential ends', line.credentialsExpireAt ? when(line.credentialsExpireAt) : null],
      ['Left to do', line.left ? `${line.left.creates} to create, ${line.left.updates} to update, ${line.left.deletes} to delete` : null],
      ['Plan hash', line.left?.hash ? h('code', {}, line.left.hash) : null],
    ]),
    h('section', { 'aria-labelledby': 'plan' }, h('h3', { id: 'plan' }, 'Plan and drift'), plan(page, ui.leading)),
    h('section', { 'aria-labelledby': 'modules' }, h('h3', { id: 'modules' }, `Modules (${page.modules.length})`), modules(page, ui)),
    h('section', { 'aria-labelledby': 'ledger' }, h('h3', { id: 'ledger' }, 'Ledger'), ledger(page, ui)),
    h('section', { 'aria-labelledby': 'why' }, h('h3', { id: 'why' }, 'Why'), why(page.why)),
    h('section', { 'aria-labelledby': 'settings' }, h('h3', { id: 'settings' }, 'Settings'),
      facts(page.settings.map((pair) => [pair.name, pair.value]))),
  ];
}

function standing(card, line) {
  const since = line.since ? [' since ', when(line.since)] : [];
  return h('div', { class: `standing ${card.state}` },
    h('p', {}, badge(card.state), card.reason ? [' ', h('strong', {}, card.reason)] : null, since),
    card.message ? h('p', { class: 'said' }, card.message) : null,
    card.meaning && card.state !== 'ready' ? h('p', { class: 'quiet' }, prose(`${card.meaning} ${card.fix}`)) : null);
}

function plan(page, leading) {
  if (!page.pass) {
    return h('p', { class: 'quiet' }, leading
      ? 'No pass has ended yet since this replica leads.'
      : 'Plans are made by the replica that leads, and shown there.');
  }
  return [passCard(page.pass, 'Last pass', true), page.earlierPass ? passCard(page.earlierPass, 'Last pass that had work', false) : null];
}

function passCard(pass, title, isLast) {
  const isEmpty = pass.actions.length === 0 && pass.drift.length === 0;
  return h('div', { class: 'card', 'data-key': isLast ? 'last' : `pass-${pass.number}` },
    h('h4', {}, title, ', ', when(pass.at)),
    isEmpty && pass.reason === 'Synced' ? h('p', {}, h('span', { class: 'sign ready', 'aria-hidden': 'true' }, '✓'), ' No changes. ', pass.message) : null,
    isEmpty && pass.reason !== 'Synced' ? h('p', {}, `Nothing was planned. ${pass.message}`) : null,
    pass.actions.map((action, index) => actionCard(action, index)),
    pass.actionsLeftOut ? h('p', { class: 'quiet' }, `${pass.actionsLeftOut} more actions`) : null,
    pass.drift.map((drift) => driftCard(drift)),
    pass.driftLeftOut ? h('p', { class: 'quiet' }, `${pass.driftLeftOut} more differences`) : null,
    pass.hash && pass.actions.some((action) => action.outcome === 'withheld')
      ? h('p', { class: 'quiet' }, 'To approve, annotate the Installation: ', h('code', {}, `reconciler.io/approve-plan: ${pass.hash}`)) : null);
}

function actionCard(action, index) {
  const subject = action.name ? `${action.namespace}/${action.name}` : 'remote module';
  return h('details', { class: 'action', 'data-key': `${index} ${action.word} ${subject}`, open: action.diff.length > 0 && index < 5 ? true : undefined },
    h('summary', {}, h('code', { class: `mark ${action.word}`, 'aria-hidden': 'true' }, action.sign), ' ', `${action.word} `,
      h('strong', {}, subject), action.type ? ` (${action.type})` : '', ' ',
      h('span', { class: `outcome ${action.outcome}` }, outcomes[action.outcome] ?? action.outcome)),
    h('p', { class: 'small' }, `${action.reason} · rule ${action.rule}`, action.key ? [' · key ', h('code', {}, action.key)] : null),
    action.problem ? h('p', { class: 'said' }, action.problem) : null,
    action.diff.length ? diff(action.diff, `What ${action.word} changes in ${subject}`) : null);
}

function driftCard(drift) {
  const subject = `${drift.namespace}/${drift.name}`;
  return h('details', { class: 'action', 'data-key': `drift ${subject}`, open: true },
    h('summary', {}, h('code', { class: 'mark drift', 'aria-hidden': 'true' }, '≠'), ' drift ', h('strong', {}, subject), ` (${drift.type}) `,
      h('span', { class: 'outcome withheld' }, 'not corrected')),
    h('p', { class: 'small' }, `${drift.reason}: ${drift.message} · key `, h('code', {}, drift.key)),
    diff(drift.diff, `What differs in ${subject}`));
}

function modules(page, ui) {
  if (page.modules.length === 0) return h('p', { class: 'quiet' }, 'No DynamicModule refers to it.');
  const sorted = ui.modules(page.modules);
  const [rows, rest] = bounded('modules', sorted, ui.shown('modules'), (line) => h('tr', { 'data-key': key(line) },
    h('td', {}, h('a', { href: moduleHref(line.namespace, line.name) }, line.name),
      line.namespace === page.line.namespace ? null : h('span', { class: 'quiet' }, ` ${line.namespace}`)),
    h('td', {}, badge(line.state), line.drifted ? [' ', h('span', { class: 'outcome withheld' }, '≠ drift')] : null),
    h('td', {}, line.reason ?? '', line.message && line.state !== 'ready' ? h('span', { class: 'said small' }, line.message) : null),
    h('td', {}, line.type ?? ''),
    h('td', {}, line.key ? h('code', {}, line.key) : h('span', { class: 'quiet' }, 'none')),
    h('td', {}, when(line.since, false))));
  return [
    h('div', { class: 'filter' }, h('label', { for: 'module-filter' }, 'Filter modules'),
      h('input', { id: 'module-filter', type: 'search', autocomplete: 'off', spellcheck: 'false', placeholder: 'name, type, key, state or reason' })),
    h('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-labelledby': 'modules' }, h('table', {},
      h('thead', {}, h('tr', {}, ['Module', 'State', 'Reason', 'Type', 'Remote key', 'Since'].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, rows))),
    sorted.length === 0 ? h('p', { class: 'quiet' }, 'No module matches.') : null,
    more(rest, 'modules'),
  ];
}

function ledger(page, ui) {
  const card = page.ledger;
  if (!card) return h('p', { class: 'quiet' }, page.ledgerProblem ?? 'There is none yet: nothing was ever announced or bound.');
  const [entries, rest] = bounded('entries', card.entries, ui.shown('entries'), (entry) => h('tr', { 'data-key': key(entry) },
    h('td', {}, h('a', { href: moduleHref(entry.namespace, entry.name) }, key(entry))),
    h('td', {}, entry.phase, entry.replacing ? ', replacing' : ''), h('td', {}, entry.key ? h('code', {}, entry.key) : ''),
    h('td', {}, h('code', {}, entry.applied.slice(0, 19))), h('td', {}, when(entry.boundAt, false))));
  return [
    h('h4', {}, `Open intents (${card.intents.length})`),
    card.intents.length === 0 ? h('p', { class: 'quiet' }, 'None: the outcome of every create is known.') : h('ul', { class: 'plain' },
      card.intents.map((intent) => h('li', {}, h('span', { class: 'sign working', 'aria-hidden': 'true' }, '↻'), ' ', h('strong', {}, intent.owner),
        `: attempt ${intent.number} `, h('code', {}, intent.attempt), ', opened ', when(intent.openedAt), `, ${intent.baseline} keys existed before`))),
    card.orphans.length === 0 ? null : [h('h4', {}, `Orphans we owe a delete (${card.orphans.length})`), h('ul', { class: 'plain' },
      card.orphans.map((orphan) => h('li', {}, h('code', {}, orphan.key ?? 'key not known yet'), `: ${orphan.reason}, since `, when(orphan.since))))],
    h('details', { class: 'action', 'data-key': 'entries' }, h('summary', {}, `Entries (${card.entries.length})`),
      h('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Ledger entries' }, h('table', {},
        h('thead', {}, h('tr', {}, ['Module', 'Phase', 'Remote key', 'Applied', 'Bound'].map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, entries))), more(rest, 'entries')),
    h('p', { class: 'small quiet' }, `Sequence ${card.sequence}, epoch ${card.epoch}, ${card.tombstones} tombstones, last written by ${card.writer}, cluster ${card.clusterId}`),
  ];
}

function why(card) {
  const [last, ...earlier] = card.decisions;
  return [
    facts([...card.standing.map((pair) => [pair.name, pair.value]), ['Next look', card.nextWake], ['Last refusal', card.lastRefusal]]),
    last ? h('ol', { class: 'decisions' }, decision(last)) : h('p', { class: 'quiet' }, 'No decision is on record.'),
    earlier.length ? h('details', { class: 'action', 'data-key': 'earlier' }, h('summary', {}, `Earlier decisions (${earlier.length})`),
      h('ol', { class: 'decisions' }, earlier.map(decision))) : null,
    h('p', { class: 'small quiet' }, `Read from ${card.source}`),
  ];
}

const decision = (row) => h('li', {},
  h('p', {}, when(row.at), row.owner ? [' ', h('strong', {}, row.owner)] : null, ': ', row.message),
  h('p', { class: 'small quiet' }, `Rule ${row.rule}`, row.when ? prose(`: when ${row.when}: ${row.then}`) : '',
    row.inputs.length ? ` · ${row.inputs.map((input) => `${input.name} ${input.value}`).join(' · ')}` : ''));

export function module(page) {
  const line = page.line;
  return [
    h('p', { class: 'crumbs' }, h('a', { href: installationHref(page.installationNamespace, page.installationName), 'data-back': true },
      `← ${page.installationNamespace}/${page.installationName}`)),
    h('h2', {}, line.name, ' ', h('span', { class: 'quiet' }, line.namespace)),
    standing(page.why, line),
    facts([['Type', line.type], ['Remote key', line.key ? h('code', {}, line.key) : 'none'],
      ...page.settings.map((pair) => [pair.name, pair.value]), ['About the data', page.advice]]),
    page.diff.length ? h('section', { 'aria-labelledby': 'diff' }, h('h3', { id: 'diff' }, 'Observed against desired'),
      h('p', { class: 'small' }, page.diffNote), diff(page.diff, 'Observed against desired')) : null,
    h('section', { 'aria-labelledby': 'why' }, h('h3', { id: 'why' }, 'Why'), why(page.why)),
    h('section', { 'aria-labelledby': 'data' }, h('h3', { id: 'data' }, 'Desired data'),
      page.data.length ? diff(page.data, 'Desired data') : h('p', { class: 'quiet' }, 'The data cannot be used; the reason says why.')),
  ];
}
