'use strict';
// The lab's page. Everything that is learnt is computed by the library behind /api/lab; here it is only drawn.
const $ = id => document.getElementById(id);
const controls = ['k', 'covariance', 'color', 'smooth', 'position', 'texture', 'regularization', 'restarts', 'seed', 'start', 'trim', 'standardize', 'pca', 'connected', 'merge'];
let items = [], item = null, later = 0;
let picture = null, segments = null, soft = null, view = 'segments', label = 0, clicked = null;      // of a picture
let fit = null, phase = 0, playing = 0, means = null, choices = null, study = 'likelihood', shown = null;      // of points

// ---- asking -------------------------------------------------------------------------------------------------------------

async function ask(path, options) {
  const answer = await fetch(path, options);
  if (answer.status === 401) { $('login').hidden = false; $('main').hidden = true; throw new Error('a token is needed'); }
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body;
}

// Of many wishes in a row only the last one counts: one is on its way, one waits.
function latest(work) {
  let running = false, waiting = false;
  return async function again() {
    if (running) { waiting = true; return; }
    running = true;
    try {
      do { waiting = false; await work(); } while (waiting);
    } catch (error) {
      tell(error.message, true);
    } finally {
      running = false;
      document.body.dataset.done = +(document.body.dataset.done ?? 0) + 1;
    }
  };
}

function tell(text, bad) { $('status').textContent = text; $('status').style.color = bad ? 'var(--bad)' : ''; }

const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const hex = color => '#' + color.toString(16).padStart(6, '0');
const number = (value, digits = 3) => !isFinite(value) ? '–' : Math.abs(value) >= 1e5 ? (value / 1e3).toFixed(0) + 'k' : Math.abs(value) >= 100 ? value.toFixed(0) : +value.toPrecision(digits) + '';

// ---- controls -----------------------------------------------------------------------------------------------------------

function query(extra = {}) {
  const q = new URLSearchParams(), of = id => $(id).value;
  q.set('k', of('k')); q.set('covariance', of('covariance'));
  q.set('regularization', regularization()); q.set('restarts', of('restarts')); q.set('seed', of('seed'));
  if (item.kind === 'picture') {
    q.set('color', of('color')); q.set('smooth', of('smooth'));
    if (+of('position')) q.set('position', of('position'));
    if (+of('texture')) q.set('texture', of('texture'));
    if ($('connected').checked) q.set('merge', of('merge'));
  } else {
    q.set('start', of('start')); q.set('trim', of('trim')); q.set('standardize', $('standardize').checked);
    if ($('pca').checked) q.set('pca', 0);
    for (const box of document.querySelectorAll('#columns input:checked')) q.append('column', box.value);
  }
  for (const [name, value] of Object.entries(extra)) if (value !== null && value !== undefined) q.set(name, value);
  return q;
}

const regularization = () => +$('regularization').value <= -8 ? 0 : +(10 ** $('regularization').value).toPrecision(2);

function sayControls() {
  for (const id of ['k', 'restarts', 'seed', 'position', 'texture', 'merge', 'trim']) $(id + '-out').textContent = $(id).value;
  const amount = regularization();
  $('regularization-out').textContent = amount === 0 ? 'none' : amount < 1e-3 ? amount.toExponential() : amount;
  document.body.classList.toggle('regions', item?.kind === 'picture' && $('connected').checked);
}

function set(values) {
  for (const [id, value] of Object.entries(values)) {
    if (value === null || value === undefined) continue;
    if (id === 'regularization') $(id).value = value > 0 ? Math.log10(value) : -8;
    else if ($(id).type === 'checkbox') $(id).checked = value;
    else $(id).value = value;
  }
  sayControls();
}

const refresh = () => {
  sayControls();
  choices = null; shown = null;
  clearTimeout(later);
  if (item.kind !== 'picture') { refit(); return; }
  // The picture first: EM is stepped through when the hand has come to rest.
  segment();
  later = setTimeout(refit, 400);
};

// ---- a picture ----------------------------------------------------------------------------------------------------------

const segment = latest(async () => {
  const of = item, answer = await ask(`/api/lab/${of.id}/segment?${query()}`);
  if (of !== item) return;
  answer.map = bytes(answer.labels); answer.doubt = bytes(answer.uncertainty);
  segments = answer; soft = null;
  label = Math.min(label, (answer.regions ? answer.count : answer.components) - 1);
  if (view === 'soft') await fetchSoft();
  warn(answer.warnings);
  $('picture-note').textContent = `${answer.count} ${answer.regions ? 'regions' : 'labels'} in ${Math.round(1000 * answer.seconds)} ms · ${answer.components} components, ${answer.iterations} iterations${answer.converged ? '' : ', not converged'} · log-likelihood ${number(answer.log_likelihood, 4)} a pixel`;
  $('command').textContent = answer.command;
  showPalette(); paintPicture(); sayExports(); showAxes();
  if (clicked) lookAt(clicked[0], clicked[1]);
  draw();
  document.body.dataset.segmented = +(document.body.dataset.segmented ?? 0) + 1;
});

async function fetchSoft() {
  soft = segments.regions ? null : bytes((await ask(`/api/lab/${item.id}/soft?${query({ label })}`)).mask);
}

function showPalette() {
  $('palette').replaceChildren(...segments.shares.map((share, i) => {
    const button = document.createElement('button'), color = document.createElement('i');
    color.style.background = hex(segments.colors[i]);
    button.append(color, `${hex(segments.colors[i])} ${(100 * share).toFixed(1)} %`);
    button.setAttribute('aria-pressed', i === label);
    button.title = 'Show where this label is';
    button.onclick = async () => { label = i; view = 'soft'; await fetchSoft(); showPalette(); showViews(); paintPicture(); sayExports(); };
    return button;
  }));
}

function paintPicture() {
  if (!segments || !picture) return;
  const { width, height, map, doubt, colors } = segments, canvas = $('picture'), context = canvas.getContext('2d');
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const out = context.createImageData(width, height), to = out.data, from = picture.data;
  for (let i = 0, at = 0; i < map.length; i++, at += 4) {
    let r = from[at], g = from[at + 1], b = from[at + 2];
    if (view === 'segments') { const c = colors[map[i]]; r = c >> 16; g = c >> 8 & 255; b = c & 255; }
    else if (view === 'uncertainty') r = g = b = doubt[i];
    else if (view === 'soft') { if (soft) r = g = b = soft[i]; else if (map[i] !== label) { r >>= 2; g >>= 2; b >>= 2; } }
    else if (view === 'overlay') {
      const x = i % width, edge = (x + 1 < width && map[i] !== map[i + 1]) || (i + width < map.length && map[i] !== map[i + width]);
      if (edge) { r = 255; g = 230; b = 0; }
    }
    to[at] = r; to[at + 1] = g; to[at + 2] = b; to[at + 3] = 255;
  }
  context.putImageData(out, 0, 0);
}

async function lookAt(x, y) {
  clicked = [x, y];
  const answer = await ask(`/api/lab/${item.id}/pixel?${query({ x, y })}`);
  $('pixel').hidden = false;
  $('pixel-place').textContent = `(${x}, ${y}), ${hex(answer.color)}`;
  $('pixel-bars').replaceChildren(...answer.responsibilities.map((p, i) => {
    const row = document.createElement('div'), color = document.createElement('i'), bar = document.createElement('b');
    color.style.background = segments.regions ? '#888' : hex(segments.colors[i]);
    bar.style.width = 100 * p + '%';
    const held = document.createElement('span'); held.append(bar);
    row.append(color, held, (100 * p).toFixed(1) + ' %');
    return row;
  }));
  const cross = $('cross');
  cross.hidden = false;
  cross.style.left = 100 * (x + .5) / segments.width + '%'; cross.style.top = 100 * (y + .5) / segments.height + '%';
  clicked.color = answer.color;
  draw();
}

function showViews() {
  for (const tab of document.querySelectorAll('#views button')) { const on = tab.dataset.view === view; tab.setAttribute('aria-selected', on); tab.tabIndex = on ? 0 : -1; }
}

// ---- points -------------------------------------------------------------------------------------------------------------

const refit = latest(async () => {
  const of = item, answer = await ask(`/api/lab/${of.id}/fit?${query({ means: means?.join(','), shown })}`);
  if (of !== item) return;
  const atEnd = !fit || fit.of !== of.id || phase >= 2 * fit.steps.length - 1;
  fit = answer; fit.of = of.id;
  for (const step of fit.steps) step.r = bytes(step.responsibilities);
  phase = atEnd ? 2 * fit.steps.length - 1 : Math.min(phase, 2 * fit.steps.length - 1);
  if (item.kind !== 'picture') warn(fit.warnings);
  showAxes(); sayFit(); draw(); drawStudies();
  document.body.dataset.fitted = +(document.body.dataset.fitted ?? 0) + 1;
});

function showAxes() {
  const names = scatterData().names, wanted = JSON.stringify([item.id, names]);
  if ($('axis-x').dataset.names === wanted) return;
  const entries = [...names.map((name, i) => [i, name]), ...(names.length > 2 ? [[-1, '1st principal'], [-2, '2nd principal']] : [])];
  for (const id of ['axis-x', 'axis-y']) {
    $(id).replaceChildren(...entries.map(([value, name]) => new Option(name, value)));
    $(id).dataset.names = wanted;
  }
  const lab = item.kind === 'picture' && names.length === 3;
  $('axis-x').value = lab ? 1 : names.length > 2 ? -1 : 0;
  $('axis-y').value = lab ? 2 : names.length > 2 ? -2 : Math.min(1, names.length - 1);
}

function sayFit() {
  const seen = fit.rows.length / fit.names.length;
  $('scatter-note').textContent = (fit.thinned ? `${seen} of ${fit.thinned} points, evenly spread. ` : '') + 'Ellipses: one and two standard deviations; what is thick is heavy.';
  const ends = fit.histories.map(history => history.at(-1)), best = Math.max(...ends), tops = ends.filter(end => end > best - 1e-3).length;
  $('likelihood-note').textContent = `${fit.histories.length} ${fit.histories.length === 1 ? 'start' : 'starts'}: ${tops} came to the highest log-likelihood, ${number(best, 5)} a point; the lowest ended at ${number(Math.min(...ends), 5)}. Shown step by step: start ${fit.shown + 1}${fit.converged ? '' : ' (not converged)'}. Click on a curve to follow another.`;
  $('beside-sentence').textContent = `With k = ${fit.steps[0].weights.length} both agree on ${seen - fit.disagree} of ${seen} points and differ on ${fit.disagree} (${(100 * fit.disagree / seen).toFixed(1)} %).`;
  if (item.kind !== 'picture') {
    const words = ['gmmvision mixture', item.kind === 'table' ? JSON.stringify(item.name) : item.id + '.csv', '-k', $('k').value];
    if ($('covariance').value !== 'full') words.push('--covariance', $('covariance').value === 'diagonal' ? 'diag' : $('covariance').value);
    if (!$('standardize').checked) words.push('--no-standardize');
    if (regularization() !== 1e-6) words.push('--regularization', regularization());
    if ($('restarts').value !== '5') words.push('--restarts', $('restarts').value);
    if (+$('trim').value) words.push('--trim', $('trim').value);
    if (+$('seed').value) words.push('--seed', $('seed').value);
    if ($('pca').checked) words.push('--pca 0');
    const chosen = [...document.querySelectorAll('#columns input')];
    if (chosen.some(box => !box.checked)) words.push('--columns', JSON.stringify(chosen.filter(box => box.checked).map(box => box.value).join(',')));
    $('command').textContent = words.join(' ');
    sayExports();
  }
}

function sayExports() {
  const files = item.kind === 'picture' ? ['labels.png', 'segments.png', ...(view === 'soft' && !$('connected').checked ? ['soft.png'] : []), 'model.json'] : ['labels.csv', 'model.json', ...(item.kind === 'set' ? ['points.csv'] : [])];
  $('exports').replaceChildren(...files.map(file => {
    const link = document.createElement('a');
    link.href = `/api/lab/${item.id}/export/${file}?${query(file === 'soft.png' ? { label } : {})}`;
    link.download = ''; link.textContent = file;
    return link;
  }));
}

// What is told again for every iteration is shown once.
function warn(lines) {
  const kinds = new Map();
  for (const one of lines) { const kind = one.replace(/\d[\d.E+-]*/g, '#'); kinds.set(kind, [...(kinds.get(kind) ?? []), one]); }
  $('warnings').hidden = !lines.length;
  $('warnings').textContent = [...kinds.values()].map(same => same.length > 1 ? `${same[0]} (And ${same.length - 1} more times.)` : same[0]).join('\n');
}

// ---- drawing ------------------------------------------------------------------------------------------------------------

let planned = false, spent = [];
function draw() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => { planned = false; const from = performance.now(); drawScatter(); drawLikelihood(); spent.push(performance.now() - from); document.body.dataset.frames = spent.length; });
}

// What the scatter shows: while EM is stepped through its points and parameters; of a picture at the end the mixture that labels it.
const ofSegments = () => item.kind === 'picture' && segments && (!fit || phase >= 2 * fit.steps.length - 1);
const scatterData = () => ofSegments() ? segments.scatter : fit;

function projection(data) {
  const x = +$('axis-x').value, y = +$('axis-y').value, d = data.names.length;
  // A direction for each axis: a feature's own, or a principal one.
  const direction = a => a >= 0 ? Array.from({ length: d }, (_, i) => +(i === a)) : data.pca.directions.slice((-a - 1) * d, -a * d);
  return { u: direction(x), v: direction(y), mean: x < 0 || y < 0 ? data.pca.mean : new Array(d).fill(0) };
}

const along = (direction, values, mean, at = 0) => { let sum = 0; for (let i = 0; i < direction.length; i++) sum += direction[i] * (values[at + i] - mean[i]); return sum; };

function box(data, p) {
  const d = data.names.length, n = data.rows.length / d;
  if (data.boxOf?.key === `${$('axis-x').value},${$('axis-y').value}`) return data.boxOf;
  const xs = new Float64Array(n), ys = new Float64Array(n);
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    const x = xs[i] = along(p.u, data.rows, p.mean, i * d), y = ys[i] = along(p.v, data.rows, p.mean, i * d);
    x0 = Math.min(x0, x); x1 = Math.max(x1, x); y0 = Math.min(y0, y); y1 = Math.max(y1, y);
  }
  const mx = (x1 - x0 || 1) * .08, my = (y1 - y0 || 1) * .08;
  return data.boxOf = { key: `${$('axis-x').value},${$('axis-y').value}`, xs, ys, x0: x0 - mx, x1: x1 + mx, y0: y0 - my, y1: y1 + my };
}

const frame = { left: 46, right: 14, top: 12, bottom: 30 };

// A canvas has the pixels of the screen, and is drawn on in those of the page: sharp, and with words of one size everywhere.
function sized(canvas) {
  const shape = canvas.shape ??= { ratio: canvas.height / canvas.width, width: canvas.width };
  const width = Math.round(canvas.clientWidth || canvas.cssWidth || shape.width), height = Math.round(Math.max(170, width * shape.ratio)), dots = window.devicePixelRatio || 1;
  [canvas.cssWidth, canvas.cssHeight] = [width, height];
  if (canvas.width !== Math.round(width * dots) || canvas.height !== Math.round(height * dots)) [canvas.width, canvas.height] = [Math.round(width * dots), Math.round(height * dots)];
  const context = canvas.getContext('2d');
  context.setTransform(dots, 0, 0, dots, 0, 0);
  return context;
}

function scaleOf(canvas, b) {
  return {
    x: value => frame.left + (value - b.x0) / (b.x1 - b.x0) * (canvas.cssWidth - frame.left - frame.right),
    y: value => canvas.cssHeight - frame.bottom - (value - b.y0) / (b.y1 - b.y0) * (canvas.cssHeight - frame.top - frame.bottom),
  };
}

function axes(context, canvas, b, xName, yName) {
  const s = scaleOf(canvas, b);
  context.clearRect(0, 0, canvas.cssWidth, canvas.cssHeight);
  context.fillStyle = '#f6f7f4'; context.fillRect(0, 0, canvas.cssWidth, canvas.cssHeight);
  context.font = '12px system-ui, sans-serif'; context.strokeStyle = '#e1e3dd'; context.fillStyle = '#555'; context.lineWidth = 1;
  context.textAlign = 'center';
  for (const t of ticks(b.x0, b.x1, 7)) { context.beginPath(); context.moveTo(s.x(t), frame.top); context.lineTo(s.x(t), canvas.cssHeight - frame.bottom); context.stroke(); context.fillText(number(t), s.x(t), canvas.cssHeight - frame.bottom + 14); }
  context.textAlign = 'right';
  for (const t of ticks(b.y0, b.y1, 6)) { context.beginPath(); context.moveTo(frame.left, s.y(t)); context.lineTo(canvas.cssWidth - frame.right, s.y(t)); context.stroke(); context.fillText(number(t), frame.left - 4, s.y(t) + 4); }
  context.fillStyle = '#222';
  context.fillText(xName, canvas.cssWidth - frame.right, canvas.cssHeight - 3);
  context.textAlign = 'left'; context.fillText(yName, frame.left + 4, frame.top + 10);
  return s;
}

function ticks(low, high, about) {
  const rough = (high - low) / about, power = 10 ** Math.floor(Math.log10(rough)), step = power * [1, 2, 5, 10].find(m => m * power >= rough), out = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) out.push(i * step);
  return out;
}

const nameOf = (data, id) => $(id).selectedOptions[0]?.text ?? '';

function ellipse(context, s, p, mean, covariance, d, color, weight, number) {
  const quad = (a, b) => { let sum = 0; for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum += a[i] * covariance[i * d + j] * b[j]; return sum; };
  const vxx = quad(p.u, p.u), vxy = quad(p.u, p.v), vyy = quad(p.v, p.v), a = Math.sqrt(Math.max(vxx, 0)), b = a > 0 ? vxy / a : 0, c = Math.sqrt(Math.max(vyy - b * b, 0));
  const mx = along(p.u, mean, p.mean), my = along(p.v, mean, p.mean);
  context.strokeStyle = color; context.lineWidth = 1.2 + 4 * weight;
  for (const r of [1, 2]) {
    context.beginPath();
    for (let i = 0; i <= 60; i++) { const t = i * Math.PI / 30; context.lineTo(s.x(mx + r * a * Math.cos(t)), s.y(my + r * (b * Math.cos(t) + c * Math.sin(t)))); }
    context.globalAlpha = r === 1 ? 1 : .55; context.stroke();
    if (r === 1) { context.globalAlpha = .1; context.fillStyle = color; context.fill(); }
  }
  context.globalAlpha = 1;
  context.fillStyle = '#fff'; context.beginPath(); context.arc(s.x(mx), s.y(my), 9, 0, 7); context.fill(); context.lineWidth = 2; context.stroke();
  context.fillStyle = '#111'; context.textAlign = 'center'; context.font = '600 11px system-ui, sans-serif'; context.fillText(number, s.x(mx), s.y(my) + 4);
}

function mix(colors, r, at, k) {
  let [red, green, blue] = [0, 0, 0];
  for (let c = 0; c < k; c++) { const w = r[at + c] / 255, color = colors[c]; red += w * (color >> 16); green += w * (color >> 8 & 255); blue += w * (color & 255); }
  return `rgb(${red | 0},${green | 0},${blue | 0})`;
}

function drawScatter() {
  const data = scatterData();
  if (!data) return;
  const canvas = $('scatter'), context = sized(canvas), p = projection(data), b = box(data, p), s = axes(context, canvas, b, nameOf(data, 'axis-x'), nameOf(data, 'axis-y'));
  const d = data.names.length, n = data.rows.length / d, most = data.weights.length ? Math.max(...data.weights) : 1, size = i => data.weights.length ? 2 + 5 * Math.sqrt(data.weights[i] / most) : n > 1500 ? 3 : 4.5;
  const final = ofSegments();
  if (!fit) { drawFinal(context, s, p, b, data, d, n, size); return; }
  const paint = $('paint').value, last = fit.steps.length - 1, t = phase >> 1, now = fit.steps[t], k = now.weights.length;
  const r = phase === 0 ? null : phase & 1 ? now.r : fit.steps[t - 1].r;
  const sorted = paint === 'score' ? [...fit.scores].sort((x, y) => x - y) : null;
  for (let i = 0; i < n; i++) {
    let color = '#8a949c';
    if (paint === 'own' || final && paint === 'component') color = data.colors.length ? hex(data.colors[i]) : color;
    else if (paint === 'kmeans') color = hex(fit.distinct[fit.clusters[i]]);
    else if (paint === 'disagree') color = fit.clusters[i] === most1(fit.steps[last].r, i, k) ? '#c9ced2' : '#d9534f';
    else if (paint === 'score') { const high = fit.scores[i] >= sorted[Math.floor(.99 * n)], part = (fit.scores[i] - sorted[0]) / ((sorted[n - 1] - sorted[0]) || 1); color = high ? '#d9534f' : `hsl(210 40% ${85 - 60 * part}%)`; }
    else if (r && paint === 'certainty') { const top = Math.max(...r.subarray(i * k, i * k + k)) / 255, low = 1 / k; color = `hsl(25 ${Math.round(95 * (1 - (top - low) / (1 - low || 1)))}% ${Math.round(35 + 25 * (1 - top))}%)`; }
    else if (r) color = mix(fit.distinct, r, i * k, k);
    const half = size(i) / 2;
    context.fillStyle = color;
    context.fillRect(s.x(b.xs[i]) - half, s.y(b.ys[i]) - half, 2 * half, 2 * half);
  }
  if (final) ellipsesOf(context, s, p, data, d);
  else for (let c = 0; c < k; c++) ellipse(context, s, p, now.means[c], now.covariances[c], d, hex(fit.distinct[c]), now.weights[c], c);
  if (clicked?.color !== undefined && data.colors?.length) {
    const at = data.colors.reduce((best, color, i) => distance(color, clicked.color) < distance(data.colors[best], clicked.color) ? i : best, 0);
    context.strokeStyle = '#d9534f'; context.lineWidth = 3; context.beginPath(); context.arc(s.x(b.xs[at]), s.y(b.ys[at]), 9, 0, 7); context.stroke();
  }
  const what = phase === 0 ? `start, of ${last} steps` : phase > 2 * last ? `end, after ${last} steps` : phase & 1 ? `E step ${t + 1} of ${last}` : `M step ${t} of ${last}`;
  $('step').textContent = `${what} · log-likelihood ${number(now.log_likelihood, 5)}`;
  $('next').textContent = phase & 1 ? 'M step' : 'E step';
  $('next').disabled = $('last').disabled = phase >= 2 * last + 1;
  $('back').disabled = $('first').disabled = phase === 0;
  $('start-note').hidden = phase !== 0;
  showHandles(s, p, now);
}

const ellipsesOf = (context, s, p, data, d) => data.means.forEach((mean, c) => ellipse(context, s, p, mean, data.covariances[c], d, segments.regions ? '#444' : hex(segments.colors[c] ?? 0), data.weights_of[c], c));

// Before EM of a picture's colours is there: its colours, and the mixture that labels it.
function drawFinal(context, s, p, b, data, d, n, size) {
  for (let i = 0; i < n; i++) {
    const half = size(i) / 2;
    context.fillStyle = hex(data.colors[i]);
    context.fillRect(s.x(b.xs[i]) - half, s.y(b.ys[i]) - half, 2 * half, 2 * half);
  }
  ellipsesOf(context, s, p, data, d);
}

const distance = (a, b) => (a >> 16) - (b >> 16) ? ((a >> 16) - (b >> 16)) ** 2 + ((a >> 8 & 255) - (b >> 8 & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2 : ((a >> 8 & 255) - (b >> 8 & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
function most1(r, i, k) { let best = 0; for (let c = 1; c < k; c++) if (r[i * k + c] > r[i * k + best]) best = c; return best; }

// At the start a handle lies on each mean.
function showHandles(s, p, start) {
  const handles = $('handles'), canvas = $('scatter'), movable = phase === 0 && plane(p) !== null;
  while (handles.childElementCount > (movable ? start.means.length : 0)) handles.lastChild.remove();
  if (!movable) return;
  start.means.forEach((mean, c) => {
    let handle = handles.children[c];
    if (!handle) {
      handle = document.createElement('button');
      handle.className = 'handle';
      handle.setAttribute('aria-label', `mean of component ${c}, move with the arrow keys`);
      handle.onpointerdown = event => { handle.setPointerCapture(event.pointerId); handle.dragged = true; };
      handle.onpointerup = () => { handle.dragged = false; };
      handle.onpointermove = event => {
        if (!handle.dragged) return;
        const area = canvas.getBoundingClientRect(), b = box(fit, projection(fit));
        const px = event.clientX - area.left, py = event.clientY - area.top;
        moveMean(c, b.x0 + (px - frame.left) / (canvas.cssWidth - frame.left - frame.right) * (b.x1 - b.x0), b.y0 + (canvas.cssHeight - frame.bottom - py) / (canvas.cssHeight - frame.top - frame.bottom) * (b.y1 - b.y0));
      };
      handle.onkeydown = event => {
        const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!step) return;
        event.preventDefault();
        const p = projection(fit), b = box(fit, p), now = fit.steps[0].means[c];
        moveMean(c, along(p.u, now, p.mean) + step[0] * (b.x1 - b.x0) / 50, along(p.v, now, p.mean) + step[1] * (b.y1 - b.y0) / 50);
      };
      handles.append(handle);
    }
    handle.style.left = 100 * s.x(along(p.u, mean, p.mean)) / canvas.cssWidth + '%';
    handle.style.top = 100 * s.y(along(p.v, mean, p.mean)) / canvas.cssHeight + '%';
  });
}

// The inner products of the two directions shown; null where both are one, and no plane is seen.
function plane(p) {
  const none = new Array(p.u.length).fill(0), uu = along(p.u, p.u, none), vv = along(p.v, p.v, none), uv = along(p.u, p.v, none);
  return uu * vv - uv * uv > 1e-9 * uu * vv ? { uu, vv, uv, of: uu * vv - uv * uv } : null;
}

// To a place in the plane that is shown, whatever directions span it: what is not seen of the mean stays as it was.
function moveMean(c, x, y) {
  const mean = fit.steps[0].means[c], p = projection(fit), g = plane(p);
  const dx = x - along(p.u, mean, p.mean), dy = y - along(p.v, mean, p.mean), a = (dx * g.vv - dy * g.uv) / g.of, b = (dy * g.uu - dx * g.uv) / g.of;
  for (let i = 0; i < mean.length; i++) mean[i] += a * p.u[i] + b * p.v[i];
  means = fit.steps[0].means.flat();
  draw(); refit();
}

function drawLikelihood() {
  if (!fit || study !== 'likelihood') return;
  const canvas = $('likelihood'), context = sized(canvas), t = phase >> 1;
  const all = fit.histories.flat(), low = Math.min(...all), high = Math.max(...all), margin = (high - low || 1) * .08, longest = Math.max(...fit.histories.map(history => history.length), 2);
  const b = { x0: 0, x1: longest - 1, y0: low - margin, y1: high + margin }, s = axes(context, canvas, b, 'iteration', 'log-likelihood a point');
  fit.histories.forEach((history, i) => {
    const here = i === fit.shown;
    if (!here) { context.strokeStyle = '#b9c4cf'; context.lineWidth = 1.5; line(context, s, history); return; }
    context.strokeStyle = '#c9d6ea'; context.lineWidth = 2; line(context, s, history);
  });
  context.strokeStyle = '#1f5fa8'; context.lineWidth = 3;
  line(context, s, fit.histories[fit.shown].slice(0, t + 1));
  context.fillStyle = '#1f5fa8'; context.beginPath(); context.arc(s.x(t), s.y(fit.histories[fit.shown][t]), 5, 0, 7); context.fill();
}

function line(context, s, values, xs) {
  context.beginPath();
  values.forEach((value, i) => value === null ? 0 : context.lineTo(s.x(xs ? xs[i] : i), s.y(value)));
  context.stroke();
}

function chart(id, xs, series, { marks = [], ring = null, bars = false } = {}) {
  const canvas = $(id), context = sized(canvas), all = series.flatMap(one => one.values).filter(value => value !== null && isFinite(value));
  if (!all.length) { context.clearRect(0, 0, canvas.cssWidth, canvas.cssHeight); return; }
  const low = bars ? 0 : Math.min(...all), high = Math.max(...all), margin = (high - low || 1) * .1;
  const b = { x0: xs[0] - .5, x1: xs.at(-1) + .5, y0: bars ? 0 : low - margin, y1: high + margin }, s = axes(context, canvas, b, bars ? 'component' : 'components k', '');
  series.forEach((one, i) => {
    context.strokeStyle = context.fillStyle = one.color; context.lineWidth = 2;
    if (bars) one.values.forEach((value, j) => context.fillRect(s.x(xs[j] - .35), s.y(value), s.x(xs[j] + .35) - s.x(xs[j] - .35), s.y(0) - s.y(value)));
    else { line(context, s, one.values, xs); one.values.forEach((value, j) => { if (value === null) return; context.beginPath(); context.arc(s.x(xs[j]), s.y(value), 2.5, 0, 7); context.fill(); }); }
    if (one.name) { context.textAlign = 'right'; context.font = '600 12px system-ui, sans-serif'; context.fillText(one.name, canvas.cssWidth - 20, frame.top + 14 + 15 * i); }
  });
  if (ring) { context.strokeStyle = '#c0392b'; context.lineWidth = 2; context.beginPath(); context.arc(s.x(ring[0]), s.y(ring[1]), 7, 0, 7); context.stroke(); }
  for (const x of marks) { context.strokeStyle = '#c0392b'; context.setLineDash([5, 4]); context.beginPath(); context.moveTo(s.x(x), frame.top); context.lineTo(s.x(x), canvas.cssHeight - frame.bottom); context.stroke(); context.setLineDash([]); }
}

const choose = latest(async () => {
  const of = item;
  $('choose-sentence').textContent = 'Fitting 1 to 10 components…';
  const answer = await ask(`/api/lab/${of.id}/choose?${query({ most: 10 })}`);
  if (of !== item) return;
  choices = answer;
  showChoices(answer);
  document.body.dataset.chosenOf = of.id;
  document.body.dataset.chosen = +(document.body.dataset.chosen ?? 0) + 1;
});

function showChoices(answer) {
  $('choose-sentence').textContent = answer.sentence;
  const k = answer.k, clean = values => values.map(value => typeof value === 'number' ? value : null);
  chart('criteria', k, [{ name: 'AIC', color: '#93a5b5', values: answer.aic }, { name: 'ICL', color: '#2f8f5b', values: answer.icl }, { name: 'BIC', color: '#1f5fa8', values: answer.bic }], { marks: [answer.elbow], ring: [answer.minimum, answer.bic[k.indexOf(answer.minimum)]] });
  chart('heldout', k, [{ color: '#7b4ea3', values: clean(answer.held_out) }]);
  chart('silhouettes', k, [{ color: '#c77a15', values: answer.silhouette }]);
  chart('variational', answer.variational.map((_, i) => i), [{ color: '#1f5fa8', values: answer.variational }], { bars: true });
}

function drawBeside() {
  if (!fit) return;
  const p = projection(fit), b = box(fit, p), d = fit.names.length, n = fit.rows.length / d, last = fit.steps.at(-1), k = last.weights.length;
  for (const [id, of] of [['by-kmeans', i => fit.clusters[i]], ['by-mixture', i => most1(last.r, i, k)]]) {
    const canvas = $(id), context = sized(canvas), s = axes(context, canvas, b, nameOf(fit, 'axis-x'), nameOf(fit, 'axis-y'));
    for (let i = 0; i < n; i++) {
      context.fillStyle = hex(fit.distinct[of(i)]);
      context.fillRect(s.x(b.xs[i]) - 1.7, s.y(b.ys[i]) - 1.7, 3.4, 3.4);
      if (id === 'by-mixture' && fit.clusters[i] !== of(i)) { context.strokeStyle = '#d9534f'; context.lineWidth = 1; context.beginPath(); context.arc(s.x(b.xs[i]), s.y(b.ys[i]), 4.5, 0, 7); context.stroke(); }
    }
    for (let c = 0; c < k; c++) {
      if (id === 'by-mixture') { ellipse(context, s, p, last.means[c], last.covariances[c], d, hex(fit.distinct[c]), last.weights[c], c); continue; }
      const x = s.x(along(p.u, fit.centers[c], p.mean)), y = s.y(along(p.v, fit.centers[c], p.mean));
      context.strokeStyle = '#111'; context.lineWidth = 3; context.beginPath(); context.moveTo(x - 6, y); context.lineTo(x + 6, y); context.moveTo(x, y - 6); context.lineTo(x, y + 6); context.stroke();
    }
  }
}

function drawStudies() {
  if (study === 'likelihood') draw();
  else if (study === 'choose') { if (choices) showChoices(choices); else choose(); }
  else if (study === 'beside') drawBeside();
}

// ---- moving about -------------------------------------------------------------------------------------------------------

function go(to) {
  if (!fit) return;
  phase = Math.max(0, Math.min(to, 2 * fit.steps.length - 1));
  if (phase > 0 && phase >= 2 * fit.steps.length - 1) stop();
  showAxes(); draw();
}

function stop() { clearInterval(playing); playing = 0; $('play').textContent = 'play'; $('play').setAttribute('aria-pressed', 'false'); }

function tabs(id, attribute, chosen) {
  $(id).addEventListener('click', event => { const tab = event.target.closest('button'); if (tab) chosen(tab.dataset[attribute]); });
  $(id).addEventListener('keydown', event => {
    const all = [...$(id).querySelectorAll('button')], at = all.indexOf(document.activeElement), to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = all[(to + all.length) % all.length];
    tab.focus(); chosen(tab.dataset[attribute]);
  });
}

function showStudies() {
  for (const tab of document.querySelectorAll('#studies button')) {
    const on = tab.dataset.study === study;
    tab.setAttribute('aria-selected', on); tab.tabIndex = on ? 0 : -1;
    $('study-' + tab.dataset.study).hidden = !on;
  }
}

async function show(id) {
  stop();
  item = items.find(one => one.id === id) ?? items[0];
  $('source').value = item.id;
  history.replaceState(null, '', '#' + item.id);
  document.body.className = `lab ${item.kind === 'picture' ? 'picture' : 'points'} ${item.kind}`;
  $('caption').hidden = !item.caption; $('caption').textContent = item.caption ?? '';
  [fit, segments, soft, clicked, means, choices, shown, label, phase] = [null, null, null, null, null, null, null, 0, 0];
  $('pixel').hidden = $('cross').hidden = true;
  $('axis-x').dataset.names = '';
  $('paint').value = 'component';
  $('columns').replaceChildren($('columns').firstElementChild, ...(item.columns ?? []).map(column => {
    const text = document.createElement('label'), check = document.createElement('input');
    text.className = 'check'; check.type = 'checkbox'; check.value = column; check.checked = true; check.onchange = refresh;
    text.append(check, ' ' + column);
    return text;
  }));
  set(item.kind === 'picture' ? { k: 4, regularization: 1e-3, covariance: 'full', restarts: 5, seed: 0, pca: false } : { k: 3, regularization: 1e-6, covariance: 'full', restarts: 5, seed: 0, start: 'kmeans', trim: 0, standardize: true, pca: false, ...item.settings });
  if (item.kind === 'picture') {
    const image = new Image();
    image.src = `/api/lab/${item.id}/picture.png`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [item.width, item.height];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    picture = context.getImageData(0, 0, item.width, item.height);
  }
  refresh();
}

function fillSources() {
  const group = (name, kinds) => {
    const of = items.filter(one => kinds.includes(one.kind));
    if (!of.length) return [];
    const node = document.createElement('optgroup');
    node.label = name; node.append(...of.map(one => new Option(one.name, one.id)));
    return [node];
  };
  $('source').replaceChildren(...group('Yours', ['picture', 'table']), ...group('Lessons', ['set']));
}

async function take(file) {
  if (!file) return;
  try {
    tell(`reading ${file.name}…`);
    let added;
    if (/\.(csv|tsv|txt)$/i.test(file.name) || file.type === 'text/csv') {
      added = await ask(`/api/lab/tables?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file });
    } else {
      const image = await createImageBitmap(file).catch(() => { throw new Error(`${file.name} is no picture that this browser reads`); });
      const part = Math.min(1, Math.sqrt(640 * 480 / (image.width * image.height))), width = Math.max(1, Math.floor(image.width * part)), height = Math.max(1, Math.floor(image.height * part));
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [width, height];
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, width, height);
      const rgba = context.getImageData(0, 0, width, height).data, rgb = new Uint8Array(3 * width * height);
      for (let i = 0, j = 0; i < rgba.length; i += 4) { rgb[j++] = rgba[i]; rgb[j++] = rgba[i + 1]; rgb[j++] = rgba[i + 2]; }
      added = await ask(`/api/lab/pictures?name=${encodeURIComponent(file.name)}&width=${width}&height=${height}`, { method: 'POST', body: rgb });
    }
    items = await ask('/api/lab');
    fillSources(); tell('');
    await show(added.id);
  } catch (error) { tell(error.message, true); }
}

function wire() {
  for (const id of controls) $(id).addEventListener('input', () => { if (id === 'k' || id === 'seed' || id === 'start') means = null; tell(''); refresh(); });
  $('source').onchange = () => show($('source').value);
  $('open').onclick = () => $('file').click();
  $('file').onchange = () => { take($('file').files[0]); $('file').value = ''; };
  for (const id of ['axis-x', 'axis-y', 'paint']) $(id).onchange = () => { draw(); drawStudies(); };
  $('first').onclick = () => { stop(); go(0); };
  $('back').onclick = () => { stop(); go(phase - 1); };
  $('next').onclick = () => { stop(); go(phase + 1); };
  $('last').onclick = () => { stop(); go(Infinity); };
  $('play').onclick = () => {
    if (playing) { stop(); return; }
    if (phase >= 2 * fit.steps.length - 1) phase = 0;
    playing = setInterval(() => go(phase + 1), 500);
    $('play').textContent = 'pause'; $('play').setAttribute('aria-pressed', 'true');
  };
  $('picture').onclick = event => {
    if (!segments) return;
    const area = $('picture').getBoundingClientRect();
    lookAt(Math.min(segments.width - 1, Math.floor((event.clientX - area.left) / area.width * segments.width)), Math.min(segments.height - 1, Math.floor((event.clientY - area.top) / area.height * segments.height)));
  };
  $('picture').onkeydown = event => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || !segments) return;
    event.preventDefault();
    const [x, y] = clicked ?? [segments.width >> 1, segments.height >> 1], far = event.shiftKey ? 20 : 4;
    lookAt(Math.max(0, Math.min(segments.width - 1, x + far * step[0])), Math.max(0, Math.min(segments.height - 1, y + far * step[1])));
  };
  $('likelihood').onclick = event => {
    if (!fit || means) return;
    const canvas = $('likelihood'), area = canvas.getBoundingClientRect(), all = fit.histories.flat(), low = Math.min(...all), high = Math.max(...all), margin = (high - low || 1) * .08;
    const b = { x0: 0, x1: Math.max(...fit.histories.map(history => history.length), 2) - 1, y0: low - margin, y1: high + margin }, s = scaleOf(canvas, b);
    const px = event.clientX - area.left, py = event.clientY - area.top;
    let best = Infinity;
    fit.histories.forEach((history, i) => history.forEach((value, t) => { const far = Math.hypot(s.x(t) - px, s.y(value) - py); if (far < best) { best = far; shown = i; } }));
    phase = 0; refit();
  };
  tabs('views', 'view', async chosen => { view = chosen; if (view === 'soft' && segments && !soft) await fetchSoft(); showViews(); paintPicture(); sayExports(); });
  tabs('studies', 'study', chosen => { study = chosen; showStudies(); drawStudies(); });
  document.addEventListener('dragover', event => { event.preventDefault(); document.body.classList.add('dropping'); });
  document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', event => { event.preventDefault(); document.body.classList.remove('dropping'); take(event.dataTransfer.files[0]); });
  $('login').onsubmit = event => { event.preventDefault(); location.search = '?token=' + encodeURIComponent($('token').value); };
}

async function begin() {
  wire();
  addEventListener('resize', () => { draw(); drawBeside(); if (choices) showChoices(choices); });
  fetch('/healthz').then(answer => answer.json()).then(health => { $('live').hidden = !health.cameras; }).catch(() => 0); showViews(); showStudies();
  const token = new URLSearchParams(location.search).get('token');
  try {
    items = await ask('/api/lab' + (token ? '?token=' + encodeURIComponent(token) : ''));
    if (token) history.replaceState(null, '', location.pathname + location.hash);
    fillSources();
    const camera = /^#camera=(.+)$/.exec(location.hash)?.[1];
    const answer = camera ? await fetch(`/api/cameras/${camera}/picture.jpg`) : null;
    if (answer?.ok) await take(new File([await answer.blob()], decodeURIComponent(camera) + '.jpg', { type: 'image/jpeg' }));
    else await show(location.hash.slice(1));
  } catch (error) { tell(error.message, true); }
}

begin();
