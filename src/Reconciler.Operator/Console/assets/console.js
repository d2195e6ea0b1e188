// Keeps the page equal to what the operator knows: one stream of overviews, and the open installation or module fetched
// again when its revision changed. The page only reads.
import { patch, h } from '/console-dom.js';
import { order, setClock, wordOf } from '/console-parts.js';
import * as views from '/console-views.js';

const step = 100;
const $ = (id) => document.getElementById(id);
const state = { overview: null, page: null, pageRoute: '', revision: null, shown: {}, problem: null, fetching: null };

// ---- Where we are: #/, #/installation/NS/NAME, #/module/NS/NAME

function route() {
  const [, kind, space, name] = location.hash.split('/').map((part) => {
    try { return decodeURIComponent(part); } catch { return ''; }
  });
  return (kind === 'installation' || kind === 'module') && space && name ? { kind, space, name } : { kind: 'home' };
}

const same = (line, space, name) => line.namespace === space && line.name === name;

function currentInstallation() {
  const at = route();
  if (at.kind === 'installation') return `${at.space}/${at.name}`;
  return at.kind === 'module' && state.pageRoute === location.hash && state.page
    ? `${state.page.installationNamespace}/${state.page.installationName}` : null;
}

// ---- Filters

const matches = (text, words) => words.every((word) => text.includes(word));
const wordsIn = (input) => (input?.value ?? '').toLowerCase().split(/\s+/).filter(Boolean);
const rank = (line) => order.indexOf(line.state);

function visibleInstallations() {
  const words = wordsIn($('filter'));
  return state.overview.installations.filter((line) => matches(
    `${line.namespace}/${line.name} ${wordOf(line.state)} ${line.state} ${line.reason ?? ''} ${line.drifted ? 'drift' : ''}`.toLowerCase(), words));
}

function visibleModules(lines) {
  const words = wordsIn($('module-filter'));
  return lines
    .filter((line) => matches(
      `${line.namespace}/${line.name} ${line.type ?? ''} ${line.key ?? ''} ${wordOf(line.state)} ${line.reason ?? ''} ${line.drifted ? 'drift' : ''}`.toLowerCase(), words))
    .sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

// ---- Drawing

function draw() {
  if (!state.overview) return;
  const lines = visibleInstallations();
  const all = state.overview.installations.length;
  patch($('process'), views.process(state.overview).filter(Boolean));
  patch($('list'), views.list(lines, currentInstallation(), state.shown.list ?? step));
  patch($('count'), [lines.length === all ? `${all} installations` : `${lines.length} of ${all} installations`]);
  drawPage();
}

function drawPage() {
  const at = route();
  document.body.dataset.view = at.kind;
  document.title = at.kind === 'home' ? 'Reconciler console' : `${at.space}/${at.name} · Reconciler console`;
  if (at.kind === 'home') {
    patch($('page'), views.home(state.overview.installations));
  } else if (state.problem) {
    patch($('page'), [h('h2', {}, `${at.space}/${at.name}`), h('p', { class: 'box' }, state.problem)]);
  } else if (state.page && state.pageRoute === location.hash) {
    const ui = { leading: state.overview.leading, shown: (id) => state.shown[id] ?? step, modules: visibleModules };
    patch($('page'), at.kind === 'module' ? views.module(state.page) : views.installation(state.page, ui));
  } else {
    patch($('page'), [h('p', { class: 'quiet' }, 'Loading.')]);
  }
}

// ---- Fetching the open page

function revisionOf(at, page, overview) {
  const line = at.kind === 'installation'
    ? overview?.installations.find((one) => same(one, at.space, at.name))
    : overview?.installations.find((one) => page
      && same(one, page.installationNamespace ?? '', page.installationName ?? ''));
  return `${location.hash} ${line?.revision} ${overview?.leading}`;
}

async function refresh() {
  const at = route();
  if (at.kind === 'home' || !state.overview) return;
  // Whoever clicks on while the answer is under way must not see it under the next address.
  const asked = location.hash;
  const overview = state.overview;
  if (state.pageRoute === asked && revisionOf(at, state.page, overview) === state.revision) return;
  state.fetching?.abort();
  const fetching = state.fetching = new AbortController();
  try {
    const answer = await fetch(`/api/${at.kind}?namespace=${encodeURIComponent(at.space)}&name=${encodeURIComponent(at.name)}`,
      { signal: fetching.signal });
    const page = answer.ok ? await answer.json() : null;
    if (location.hash !== asked) return;
    state.page = page;
    state.problem = answer.ok ? null
      : answer.status === 404 ? 'It does not exist, or not any more.' : `The operator answered ${answer.status}.`;
    const arrived = state.pageRoute !== asked;
    state.pageRoute = asked;
    state.revision = revisionOf(at, page, overview);
    draw();
    if (arrived && state.focusPage) $('page').focus();
    state.focusPage = false;
  } catch (error) {
    if (error.name !== 'AbortError') state.revision = null;
  }
}

// ---- Live updates

function announce(before, after) {
  if (!before) return;
  const old = new Map(before.installations.map((line) => [`${line.namespace}/${line.name}`, line]));
  const news = after.installations
    .filter((line) => {
      const was = old.get(`${line.namespace}/${line.name}`);
      return !was || was.state !== line.state || was.reason !== line.reason;
    })
    .map((line) => `${line.namespace}/${line.name}: ${wordOf(line.state)}${line.reason ? `, ${line.reason}` : ''}`);
  if (before.leading !== after.leading) news.unshift(after.leading ? 'This replica leads now' : 'This replica stands by now');
  if (news.length) $('news').textContent = news.length > 3 ? `${news.slice(0, 3).join('. ')}. And ${news.length - 3} more` : news.join('. ');
}

function connected(isLive) {
  const text = isLive ? 'Live' : 'Connection lost, trying again';
  $('link').className = `link ${isLive ? 'live' : 'lost'}`;
  patch($('link'), [h('span', { class: 'sign', 'aria-hidden': 'true' }, isLive ? '●' : '○'), ' ', h('span', {}, text)]);
}

let events = null;

/** A browser keeps six connections to one host, for all tabs together: a tab that nobody sees leaves its own. */
function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  const mine = events = new EventSource('/api/events');
  events.addEventListener('time', (event) => {
    setClock(Number(event.data));
    connected(true);
  });
  events.addEventListener('snapshot', (event) => {
    const before = state.overview;
    state.overview = JSON.parse(event.data);
    announce(before, state.overview);
    draw();
    refresh();
  });
  events.addEventListener('error', () => {
    connected(false);
    // A refused stream is not tried again by the browser.
    if (mine === events && mine.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

// ---- Keys: / filter, arrows or j k move, Enter opens (it is a link), Esc goes back

function move(by) {
  const links = [...$('list').querySelectorAll('a')];
  const here = links.indexOf(document.activeElement);
  const from = here >= 0 ? here : links.findIndex((link) => link.getAttribute('aria-current'));
  const next = links[Math.max(0, Math.min(links.length - 1, here < 0 && from < 0 ? 0 : from + by))];
  next?.focus();
}

function back() {
  const at = route();
  const active = document.activeElement;
  if (active?.type === 'search' && active.value) {
    active.value = '';
    draw();
  } else if (active?.type === 'search') {
    active.blur();
  } else if (at.kind === 'module') {
    location.hash = $('page').querySelector('[data-back]')?.getAttribute('href') ?? '#/';
  } else if (at.kind === 'installation') {
    location.hash = '#/';
    $('list').querySelector(`li[data-key="${CSS.escape(`${at.space}/${at.name}`)}"] a`)?.focus();
  }
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.matches('input');
  const inList = typing ? event.target.id === 'filter' : !event.target.closest('main');
  if (event.key === 'Escape') {
    back();
  } else if (event.key === '/' && !typing) {
    $('filter').focus();
    $('filter').select();
  } else if ((event.key === 'ArrowDown' && inList) || (event.key === 'j' && !typing)) {
    move(1);
  } else if ((event.key === 'ArrowUp' && inList) || (event.key === 'k' && !typing)) {
    move(-1);
  } else if (event.key === 'Enter' && typing && event.target.id === 'filter') {
    state.focusPage = true;
    $('list').querySelector('a')?.click();
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-more]');
  if (button) {
    const id = button.dataset.more;
    state.shown[id] = (state.shown[id] ?? step) + step;
    draw();
  } else if (event.target.closest('a[href^="#/"]')) {
    state.focusPage = true;
  } else if (event.target.closest('.skip')) {
    // What follows # says where we are: followed, the link would lead home instead of to the details.
    event.preventDefault();
    $('page').focus();
  }
});

document.addEventListener('input', draw);
window.addEventListener('hashchange', () => {
  state.shown.modules = state.shown.entries = step;
  state.problem = null;
  window.scrollTo(0, 0);
  draw();
  refresh();
});
document.addEventListener('visibilitychange', listen);
setInterval(draw, 10_000);
listen();
