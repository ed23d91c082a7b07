'use strict';
// One page, no framework: a socket brings pictures and numbers, plain requests bring events and settings.

const $ = id => document.getElementById(id);
const svg = name => document.createElementNS('http://www.w3.org/2000/svg', name);
const plotSpan = 180_000;
const componentColors = ['#4cc2a0', '#5aa9f0', '#e8a33d', '#ef6a62', '#b07ce8', '#d7d35a', '#f08fc0', '#9aa7b5'];
const channelNames = ['Y (brightness)', 'U (blue)', 'V (red)'];
const sideCaptions = {
  mask: 'What moves: the clean mask.',
  probability: 'How probably each pixel is foreground: black 0, white 1.',
  background: 'What the model takes for the empty scene.',
  heatmap: 'Where there was motion since the start, from seldom to most often: ',
};

const sceneNames = {
  light_changed: 'light changed', shaken: 'camera shaken', moved: 'camera moved', covered: 'covered',
  dark: 'dark', blinded: 'blinded by light', restarted: 'another picture',
};
const lastingScenes = ['shaken', 'covered', 'dark', 'blinded'];      // told for as long as they last, without a time
const sceneToldFor = 300;      // seconds

let cameras = [], camera = null, socket = null, socketRetry = 0;
let side = sessionStorage.side || 'mask', profile = 'day';
let header = null, scores = [], pixel = null;
let zones = [], selected = -1, draft = null, drag = null, menuTimer = 0;
let events = [], eventsLoaded = '';
let frameWidth = 16, frameHeight = 9;

// ---- requests ----

async function ask(path, options) {
  const answer = await fetch(path, { credentials: 'same-origin', ...options });
  if (answer.status === 401) { showLogin(); throw new Error('a token is needed'); }
  if (!answer.ok) {
    let message = answer.statusText;
    try { message = (await answer.json()).error || message; } catch { /* no JSON: the status says it */ }
    throw new Error(message);
  }
  return answer.status === 204 ? null : answer.json();
}

const put = (path, body) => ask(path, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const cameraPath = (name = camera.name) => '/api/cameras/' + encodeURIComponent(name);
const filePath = (name, file) => cameraPath(name) + '/files/' + encodeURIComponent(file);

function showLogin() {
  $('main').hidden = true;
  $('login').hidden = false;
  $('token').focus();
}

$('login').addEventListener('submit', async event => {
  event.preventDefault();
  const answer = await fetch('/api/cameras?token=' + encodeURIComponent($('token').value), { credentials: 'same-origin' });
  if (answer.ok) { $('login').hidden = true; start(); } else { $('login-error').textContent = 'That is not the token.'; }
});

async function start() {
  const query = new URLSearchParams(location.search);
  if (query.has('token')) {
    await fetch('/api/cameras?token=' + encodeURIComponent(query.get('token')), { credentials: 'same-origin' });
    history.replaceState(null, '', '/' + location.hash);      // a token does not belong into the address bar
  }
  try { cameras = await ask('/api/cameras'); } catch { return; }
  $('main').hidden = false;
  showTabs();
  arrows($('cameras'));
  const address = decodeURIComponent(location.hash.slice(1));
  choose(address || cameras[0].name);
  if (address === '*' && cameras.length > 1) showGrid();
  setInterval(loadEvents, 2000);
  setInterval(refreshGrid, 1000);
  setInterval(followCameras, 3000);
  try { $('edit-cameras').hidden = !(await ask('/api/configuration')).cameras; } catch { /* a configuration that cannot be read cannot be edited either */ }
}

function showTabs() {
  $('cameras').replaceChildren(...(cameras.length < 2 ? [] : [null, ...cameras].map(one => {
    const button = document.createElement('button');
    button.setAttribute('role', 'tab');
    button.textContent = one ? one.name : 'all';
    button.dataset.camera = one ? one.name : '';
    button.onclick = () => one ? choose(one.name) : showGrid();
    return button;
  })));
  $('all-cameras').parentElement.hidden = cameras.length < 2;
}

// Cameras come and go with the configuration.
async function followCameras() {
  if (document.hidden) return;
  let now;
  try { now = await ask('/api/cameras'); } catch { return; }
  const shown = [...$('cameras').children].map(tab => tab.dataset.camera).filter(Boolean).join(), names = now.map(one => one.name).join();
  if (!now.length || names === (shown || cameras[0]?.name)) return;
  cameras = now;
  showTabs();
  if (gridShown && cameras.length > 1) showGrid();
  else if (gridShown || !cameras.some(one => one.name === camera.name)) choose(cameras[0].name);
  else selectTab($('cameras'), tab => tab.dataset.camera === camera.name);
}

// ---- cameras, where they are kept in a configuration ----

$('edit-cameras').onclick = async () => {
  $('camera-error').textContent = $('camera-note').textContent = '';
  try { await listCameras(); } catch (problem) { $('camera-rows').replaceChildren(); $('camera-error').textContent = problem.message; }
  $('camera-list').showModal();
};

async function listCameras() {
  const [kept, now] = await Promise.all([ask('/api/configuration'), ask('/api/cameras')]);
  $('camera-rows').replaceChildren(...now.map(one => cameraRow(one, kept.cameras.includes(one.name))));
}

function cameraRow({ name, source }, isKept) {
  const row = document.createElement('form'), label = document.createElement('b'), input = document.createElement('input'), acts = document.createElement('span'), save = document.createElement('button'), remove = document.createElement('button');
  row.className = 'camera-row';
  row.dataset.camera = name;
  label.textContent = name;
  input.value = source;
  input.required = true;
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.disabled = !isKept;
  input.setAttribute('aria-label', `Source of ${name}`);
  row.append(label, input, acts);
  if (!isKept) { acts.append(Object.assign(document.createElement('span'), { className: 'note', textContent: 'of the command line' })); return row; }
  acts.className = 'acts';
  save.textContent = 'Save';
  save.disabled = true;
  save.setAttribute('aria-label', `Save the source of ${name}`);
  remove.type = 'button';
  remove.textContent = 'Remove';
  remove.className = 'danger';
  remove.setAttribute('aria-label', `Remove ${name}`);
  acts.append(save, remove);
  input.oninput = () => { save.disabled = input.value.trim() === source; };
  row.onsubmit = event => { event.preventDefault(); changeCameras(`${name} begins again`, () => put(cameraPath(name), { source: input.value.trim() })); };
  // A second click on the same button means it.
  remove.onclick = () => {
    if (remove.dataset.sure) { changeCameras(`${name} is no longer watched`, () => ask(cameraPath(name), { method: 'DELETE' })); return; }
    remove.dataset.sure = 'yes';
    remove.textContent = 'Really?';
    remove.setAttribute('aria-label', `Really? Remove ${name}`);
    setTimeout(() => { delete remove.dataset.sure; remove.textContent = 'Remove'; remove.setAttribute('aria-label', `Remove ${name}`); }, 4000);
  };
  return row;
}

$('camera-add').addEventListener('submit', async event => {
  event.preventDefault();
  const name = $('new-name').value.trim(), source = $('new-source').value.trim();
  if (cameras.some(one => one.name === name)) { $('camera-error').textContent = `there is a camera ${name} already`; return; }
  if (await changeCameras(`${name} is watched from now on`, () => put(cameraPath(name), { source }))) $('new-name').value = $('new-source').value = '';
});

async function changeCameras(done, change) {
  const buttons = [...$('camera-list').querySelectorAll('.camera-row button')], before = buttons.filter(button => button.disabled);
  $('camera-error').textContent = '';
  $('camera-note').textContent = 'Taking it over…';
  buttons.forEach(button => { button.disabled = true; });
  try {
    await change();
    await followCameras();
    await listCameras();
    $('camera-note').textContent = done;
    return true;
  } catch (problem) {
    $('camera-note').textContent = '';
    $('camera-error').textContent = problem.message;
    return false;
  } finally {
    buttons.forEach(button => { button.disabled = before.includes(button); });
  }
}

// Back and forth in the browser show the camera of the address.
addEventListener('hashchange', () => {
  const address = decodeURIComponent(location.hash.slice(1));
  if (!camera || address === (gridShown ? '*' : camera.name)) return;
  if (address === '*') showGrid(); else choose(address);
});

// In a list of tabs the arrows go from one to the next.
function arrows(list) {
  list.addEventListener('keydown', event => {
    const tabs = [...list.querySelectorAll('[role=tab]')], at = tabs.indexOf(document.activeElement), to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    tab.click();
  });
}

function selectTab(list, isOn) {
  for (const tab of list.querySelectorAll('[role=tab]')) {
    tab.setAttribute('aria-selected', isOn(tab));
    tab.tabIndex = isOn(tab) ? 0 : -1;
  }
}

// ---- all cameras in one view ----

let gridShown = false;

function showGrid() {
  gridShown = true;
  location.hash = '*';
  $('status').textContent = '';
  selectTab($('cameras'), tab => tab.dataset.camera === '');
  $('grid-panel').hidden = false;
  for (const section of document.querySelectorAll('.pictures, #score-panel, .lower, #pixel-panel')) section.classList.add('off');
  if (socket) { socket.onclose = null; socket.close(); socket = null; }
  $('grid').replaceChildren(...cameras.map(one => {
    const button = document.createElement('button'), image = document.createElement('img'), line = document.createElement('span'), badge = document.createElement('i'), name = document.createElement('b'), score = document.createElement('small');
    button.dataset.camera = one.name;
    image.alt = `Camera ${one.name}`;
    badge.className = 'badge';
    name.textContent = one.name;
    line.append(badge, name, score);
    button.append(image, line);
    button.onclick = () => choose(one.name);
    return button;
  }));
  refreshGrid();
}

async function refreshGrid() {
  if (!gridShown || document.hidden) return;
  let now;
  try { now = await ask('/api/cameras'); setStale(false); } catch { setStale(true); return; }
  cameras = now;
  for (const one of cameras) {
    const button = $('grid').querySelector(`[data-camera="${CSS.escape(one.name)}"]`);
    if (!button) continue;
    const { up, score, night } = one.status, moving = up && score >= one.effective.threshold, image = button.querySelector('img');
    button.className = up ? '' : 'bad';
    button.querySelector('.badge').className = 'badge ' + (!up ? 'bad' : moving ? 'warn' : 'good');
    button.querySelector('.badge').textContent = !up ? 'away' : moving ? 'motion' : night ? 'night' : 'watching';
    button.querySelector('small').textContent = up ? `${(100 * score).toFixed(2)} %` : one.status.message;
    button.dataset.score = up ? score : -1;
    // The next picture when the last one is there: a slow line must not pile them up.
    if (up && one.status.frames > 0 && image.dataset.asked !== 'yes') {
      image.dataset.asked = 'yes';
      image.onload = image.onerror = () => { image.dataset.asked = 'no'; };
      image.src = cameraPath(one.name) + '/picture.jpg?' + Date.now();
    }
  }
  const order = $('busiest').checked ? (a, b) => b.dataset.score - a.dataset.score : (a, b) => cameras.findIndex(one => one.name === a.dataset.camera) - cameras.findIndex(one => one.name === b.dataset.camera);
  const sorted = [...$('grid').children].sort(order);
  if (sorted.some((button, i) => button !== $('grid').children[i]) && !$('grid').contains(document.activeElement)) $('grid').replaceChildren(...sorted);
  document.body.dataset.grid = +(document.body.dataset.grid || 0) + 1;
}

$('busiest').onchange = refreshGrid;

function setStale(stale) {
  $('away').hidden = !stale;
  document.body.classList.toggle('stale', stale);
  if (!stale) return;
  $('state').className = 'badge bad';
  $('state').textContent = 'no connection';
  $('scene').hidden = true;
  $('status').textContent = '';
  $('score-now').textContent = '';
}

function choose(name) {
  camera = cameras.find(one => one.name === name) || cameras[0];
  gridShown = false;
  $('grid-panel').hidden = true;
  for (const section of document.querySelectorAll('.off')) section.classList.remove('off');
  location.hash = camera.name;
  selectTab($('cameras'), tab => tab.dataset.camera === camera.name);
  $('camera-name').textContent = camera.name;
  $('lab').href = '/lab#camera=' + encodeURIComponent(camera.name);      // with what it sees now
  $('camera-name').title = camera.source;
  header = null; scores = []; selected = -1; draft = null;
  lookInto(null);
  takeCamera(camera);
  connect();
  events = []; eventsLoaded = '';
  loadEvents();
}

function takeCamera(fresh) {
  cameras = cameras.map(one => one.name === fresh.name ? fresh : one);
  camera = fresh;
  zones = fresh.zones.map(zone => ({ ...zone, points: zone.points.map(point => [...point]) }));
  showSettings();
  showStatus(fresh.status);
  showZoneFilter();
  drawZones();
}

// ---- the socket ----

function connect() {
  if (socket) { socket.onclose = null; socket.close(); }
  const name = camera.name;
  socket = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + cameraPath() + '/live');
  socket.binaryType = 'arraybuffer';
  drawMasked({ columns: 1, rows: 1, cells: [] });
  socket.onopen = () => { socketRetry = 0; setStale(false); send({ side, pixel, next: 1 }); };
  socket.onmessage = message => typeof message.data === 'string' ? showStatus(JSON.parse(message.data)) : takePicture(message.data);
  socket.onclose = () => {
    setStale(true);
    socketRetry = Math.min(5000, (socketRetry || 250) * 2);
    setTimeout(() => { if (camera.name === name && !gridShown) connect(); }, socketRetry);
  };
}

function send(question) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(question));
}

async function takePicture(buffer) {
  const length = new DataView(buffer).getInt32(0, true);
  const fresh = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const [first, second] = fresh.lengths;
  const [picture, beside] = await Promise.all([decode(buffer, 4 + length, first), decode(buffer, 4 + length + first, second)]);
  // Not at the next repaint: a page in the background has none, and must not stop to ask.
  paint($('picture'), picture);
  paint($('side'), beside);
  header = fresh;
  if (fresh.width !== frameWidth || fresh.height !== frameHeight) {
    [frameWidth, frameHeight] = [fresh.width, fresh.height];
    $('overlay').setAttribute('viewBox', `0 0 ${frameWidth} ${frameHeight}`);
    drawZones();
    showSettings();
  }
  for (let i = 0; i < fresh.scores.length; i += 2) scores.push([fresh.scores[i], fresh.scores[i + 1]]);
  while (scores.length && scores[0][0] < fresh.time - plotSpan) scores.shift();
  document.body.dataset.pictures = +(document.body.dataset.pictures || 0) + 1;
  document.body.dataset.delay = Date.now() - fresh.time;
  if (fresh.masked) drawMasked(fresh.masked);
  drawBoxes();
  drawPixel();
  send({ next: 1 });
}

function decode(buffer, offset, length) {
  return length ? createImageBitmap(new Blob([new Uint8Array(buffer, offset, length)], { type: 'image/jpeg' })) : null;
}

function paint(canvas, bitmap) {
  if (!bitmap) return;
  if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
  bitmap.close();
}

function showStatus(status) {
  camera.status = status;
  if (!Object.keys(pending).length) $('history-value').textContent = sliders.history.text(sliders.history.toValue(+$('history').value));      // in seconds as soon as the rate is known
  const text = [];
  if (status.width) text.push(`${status.width}×${status.height}`, `${status.frames_per_second.toFixed(1)} frames a second`, `${(status.latency * 1000).toFixed(0)} ms`);
  text.push(`${status.dropped} dropped`);
  if (status.reconnects) text.push(`back ${status.reconnects}×`);
  $('status').textContent = text.join(' · ');
  const badge = $('state');
  const moving = header && header.event > 0;
  badge.className = 'badge ' + (!status.up ? 'bad' : moving ? 'warn' : 'good');
  badge.textContent = !status.up ? 'away' : moving ? 'motion' : status.night ? 'night' : 'watching';
  showScene(status);
  if (status.up) showLost(null); else showLost(status.message === 'opening' ? 'Opening the camera …' : 'No picture: ' + status.message);
}

function showScene({ up, scene, scene_change: last }) {
  let text = '';
  if (up && lastingScenes.includes(scene)) text = sceneNames[scene];
  else if (last && last.seconds_ago <= sceneToldFor) text = `${sceneNames[last.scene] || last.scene} ${ago(last.seconds_ago)}`;
  $('scene').hidden = !text;
  $('scene').textContent = text;
  $('scene').title = last ? last.message : '';
}

const ago = seconds => seconds < 90 ? `${Math.round(seconds)} s ago` : `${Math.round(seconds / 60)} min ago`;

function showLost(message) {
  $('lost').hidden = !message;
  $('lost').textContent = message || '';
}

for (const button of $('sides').children) {
  button.onclick = () => {
    side = sessionStorage.side = button.dataset.side;
    showSide();
    send({ side });
  };
}

function showSide() {
  selectTab($('sides'), tab => tab.dataset.side === side);
  $('side-caption').textContent = sideCaptions[side];
  if (side === 'heatmap') $('side-caption').append(Object.assign(document.createElement('span'), { className: 'heat' }));
}

// ---- boxes and zones, in pixels of the camera's own picture ----

function drawBoxes() {
  const overlay = $('overlay');
  overlay.querySelectorAll('.box').forEach(box => box.remove());
  for (const [x, y, width, height] of header.boxes) {
    const box = svg('rect');
    box.setAttribute('class', 'box');
    for (const [name, value] of Object.entries({ x, y, width, height })) box.setAttribute(name, value);
    overlay.append(box);
  }
}

// What the smart mask covers, hatched.
function drawMasked({ columns, rows, cells }) {
  const left = column => Math.floor(column * frameWidth / columns), top = row => Math.floor(row * frameHeight / rows);
  $('masked').setAttribute('d', cells.map(cell => {
    const column = cell % columns, row = Math.floor(cell / columns);
    return `M${left(column)} ${top(row)}H${left(column + 1)}V${top(row + 1)}H${left(column)}z`;
  }).join(''));
  $('hatch').setAttribute('patternTransform', `scale(${frameHeight / 360}) rotate(45)`);
  $('masked-note').hidden = !cells.length;
}

const toPoints = points => points.map(([x, y]) => `${x * frameWidth},${y * frameHeight}`).join(' ');

function drawZones() {
  const overlay = $('overlay'), stage = $('stage'), focused = overlay.contains(document.activeElement) ? document.activeElement.dataset.index : undefined;
  overlay.querySelectorAll('.zone, .draft').forEach(shape => shape.remove());
  stage.querySelectorAll('.handle, .zone-label').forEach(item => item.remove());
  zones.forEach((zone, index) => {
    const shape = svg('polygon');
    shape.setAttribute('class', `zone ${zone.kind}${index === selected ? ' selected' : ''}`);
    shape.setAttribute('points', toPoints(zone.points));
    shape.dataset.index = index;
    shape.setAttribute('tabindex', '0');
    shape.setAttribute('role', 'button');
    shape.setAttribute('aria-label', `${zone.kind} zone ${zone.name || index + 1}: arrow keys move it, Enter opens its name, Delete removes it`);
    overlay.prepend(shape);
    if (zone.name) {
      const label = document.createElement('span');
      label.className = 'zone-label';
      label.textContent = zone.name;
      label.style.left = Math.min(...zone.points.map(point => point[0])) * 100 + '%';
      label.style.top = Math.min(...zone.points.map(point => point[1])) * 100 + '%';
      stage.append(label);
    }
    if (index === selected) zone.points.forEach((point, corner) => stage.append(handle(point, corner)));
  });
  if (draft) {
    const line = svg('polyline');
    line.setAttribute('class', 'draft');
    line.setAttribute('points', toPoints(draft.points));
    overlay.append(line);
    draft.points.forEach(point => { const dot = handle(point, -1); dot.style.pointerEvents = 'none'; stage.append(dot); });
  }
  overlay.classList.toggle('drawing', !!draft);
  // Whoever has tabbed to a zone stays there when the server's answer draws it anew.
  if (focused !== undefined) overlay.querySelector(`.zone[data-index="${focused}"]`)?.focus({ preventScroll: true });
  showMenu();
}

function handle([x, y], corner) {
  const dot = document.createElement('span');
  dot.className = 'handle';
  dot.style.left = x * 100 + '%';
  dot.style.top = y * 100 + '%';
  dot.dataset.corner = corner;
  return dot;
}

function showMenu() {
  const zone = zones[selected], menu = $('zone-menu');
  menu.hidden = !zone || !!draft;
  if (menu.hidden) return;
  const left = Math.min(...zone.points.map(point => point[0])), bottom = Math.max(...zone.points.map(point => point[1]));
  if (document.activeElement !== $('zone-name')) $('zone-name').value = zone.name;
  $('zone-limits').hidden = zone.kind !== 'include';
  for (const [id, name, unit] of zoneLimits) if (document.activeElement !== $(id)) $(id).value = zone[name] == null ? '' : +(zone[name] * unit).toPrecision(6);
  // Under the zone where there is room, and always inside the picture.
  const { clientWidth, clientHeight } = $('stage');
  menu.style.left = Math.max(0, Math.min(left * clientWidth, clientWidth - menu.offsetWidth)) + 'px';
  menu.style.top = Math.max(0, Math.min(bottom * clientHeight, clientHeight - menu.offsetHeight)) + 'px';
}

function place(event) {
  const area = $('overlay').getBoundingClientRect();
  const clamp = value => Math.min(1, Math.max(0, value));
  return [clamp((event.clientX - area.left) / area.width), clamp((event.clientY - area.top) / area.height)];
}

function beginZone(kind) {
  draft = draft && draft.kind === kind ? null : { kind, name: '', points: [] };
  selected = -1;
  for (const one of ['include', 'exclude', 'privacy']) $('zone-' + one).classList.toggle('on', draft?.kind === one);
  $('hint').textContent = draft ? 'Click the corners one after the other; click the first one again, or double click or press Enter, to close the area. With the keyboard: arrows, space for a corner, Backspace takes one back.' : 'Click on the picture to look into a pixel.';
  drawZones();
  showAim();
}

for (const kind of ['include', 'exclude', 'privacy']) $('zone-' + kind).onclick = () => { beginZone(kind); if (draft) $('overlay').focus({ preventScroll: true }); };

$('stage').addEventListener('pointerdown', event => {
  if (event.target.closest('#zone-menu')) return;
  const corner = event.target.dataset?.corner;
  if (draft) return;
  if (corner !== undefined && +corner >= 0) {
    drag = { index: selected, corner: +corner, moved: false };
  } else if (event.target.classList.contains('zone')) {
    drag = { index: +event.target.dataset.index, corner: -1, from: place(event), points: zones[+event.target.dataset.index].points.map(point => [...point]), moved: false, at: place(event) };
  }
  if (drag) { $('stage').setPointerCapture(event.pointerId); event.preventDefault(); }
});

$('stage').addEventListener('pointermove', event => {
  if (!drag) return;
  const zone = zones[drag.index], at = place(event);
  if (drag.corner >= 0) {
    zone.points[drag.corner] = at;
    drag.moved = true;
  } else {
    const xs = drag.points.map(point => point[0]), ys = drag.points.map(point => point[1]);
    const dx = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), at[0] - drag.from[0]));
    const dy = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), at[1] - drag.from[1]));
    if (!drag.moved && Math.hypot(dx, dy) < 0.008) return;      // a click that trembles
    drag.moved = true;
    selected = drag.index;
    zone.points = drag.points.map(([x, y]) => [x + dx, y + dy]);
  }
  drawZones();
});

$('stage').addEventListener('pointerup', event => {
  if (drag) {
    const { moved, index } = drag;
    drag = null;
    if (moved) { saveZones(); return; }
    if (selected !== index) { selected = index; drawZones(); return; }
  }
  if (event.target.closest('#zone-menu') || event.target.closest('.handle')) return;
  const at = place(event);
  if (draft) { addCorner(at); return; }
  if (selected >= 0) { selected = -1; drawZones(); }
  lookInto([Math.min(frameWidth - 1, Math.floor(at[0] * frameWidth)), Math.min(frameHeight - 1, Math.floor(at[1] * frameHeight))]);
});

function addCorner(at) {
  const area = $('overlay').getBoundingClientRect();
  const first = draft.points[0];
  const closes = first && draft.points.length >= 3 && Math.hypot((at[0] - first[0]) * area.width, (at[1] - first[1]) * area.height) < 16;
  if (!closes) {
    draft.points.push(at);
    drawZones();
    return;
  }
  closeDraft();
}

function closeDraft() {
  if (draft.points.length < 3) return;
  const kind = draft.kind;
  zones.push(draft);
  selected = zones.length - 1;
  beginZone(kind);      // closes it
  selected = zones.length - 1;
  saveZones();
}

// Empty asks nothing: what counts everywhere counts here.
const zoneLimits = [['zone-threshold', 'threshold', 100], ['zone-min-duration', 'min_duration', 1], ['zone-min-area', 'min_area', 100]];
for (const [id, name, unit] of zoneLimits) $(id).onchange = event => {
  const { value, validity } = event.target;
  if (!validity.valid) { event.target.reportValidity(); return; }
  if (value === '') delete zones[selected][name]; else zones[selected][name] = value / unit;
  saveZones();
};
$('zone-delete').onclick = () => { zones.splice(selected, 1); selected = -1; saveZones(); };
$('zone-name').oninput = event => {
  zones[selected].name = event.target.value;
  clearTimeout(menuTimer);
  menuTimer = setTimeout(saveZones, 600);
};
$('stage').addEventListener('dblclick', event => {
  if (!draft || draft.points.length < 4) return;
  event.preventDefault();
  draft.points.pop();      // the second click of the two
  closeDraft();
});

// Drawing without a mouse: an aim goes over the picture.
let aim = [0.5, 0.5];
const stepOf = event => { const far = event.shiftKey ? 0.01 : 0.05; return { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] }[event.key]; };
const inside = value => Math.min(1, Math.max(0, value));

function showAim() {
  document.getElementById('aim')?.remove();
  if (!draft) return;
  const mark = document.createElement('span');
  mark.id = 'aim';
  [mark.style.left, mark.style.top] = [aim[0] * 100 + '%', aim[1] * 100 + '%'];
  $('stage').append(mark);
}

$('overlay').addEventListener('keydown', event => {
  const step = stepOf(event), index = event.target.dataset?.index;
  if (draft && step) { aim = [inside(aim[0] + step[0]), inside(aim[1] + step[1])]; showAim(); }
  else if (draft && event.key === ' ') addCorner([...aim]);
  else if (draft && event.key === 'Enter') { closeDraft(); showAim(); }
  else if (draft && event.key === 'Backspace') { draft.points.pop(); drawZones(); }
  else if (index !== undefined && step) {
    const points = zones[index].points, fits = points.every(([x, y]) => x + step[0] >= 0 && x + step[0] <= 1 && y + step[1] >= 0 && y + step[1] <= 1);
    if (fits) zones[index].points = points.map(([x, y]) => [x + step[0], y + step[1]]);
    selected = +index;
    drawZones();
    $('overlay').querySelector(`.zone[data-index="${index}"]`).focus();
    clearTimeout(menuTimer);
    menuTimer = setTimeout(saveZones, 600);
  }
  else if (index !== undefined && (event.key === 'Enter' || event.key === ' ')) { selected = +index; drawZones(); $('zone-name').focus(); }
  else if (index !== undefined && (event.key === 'Delete' || event.key === 'Backspace')) { selected = +index; $('zone-delete').click(); }
  else return;
  event.preventDefault();
  event.stopPropagation();
});

addEventListener('keydown', event => {
  if (event.key === 'Escape' && draft) beginZone(draft.kind);
  else if (event.key === 'Escape') { selected = -1; drawZones(); }
  else if ((event.key === 'Delete' || event.key === 'Backspace') && selected >= 0 && event.target === document.body) $('zone-delete').click();
});

async function saveZones() {
  drawZones();
  const keep = selected, sent = JSON.stringify(zones), of = camera.name;
  try {
    const answer = await put(cameraPath() + '/zones', zones.map(({ kind, name, points, threshold, min_duration, min_area }) => ({ kind, name, points, threshold, min_duration, min_area })));
    if (camera.name !== of) return;      // another camera is looked at by now, and its zones are here
    // What was moved while the answer was on its way stays moved, and is saved next.
    const moved = JSON.stringify(zones) === sent ? null : zones;
    takeCamera(answer);
    zones = moved ?? zones;
    $('settings-error').textContent = '';
  } catch (error) {
    $('settings-error').textContent = 'The zones were not taken: ' + error.message;
    takeCamera(await ask(cameraPath()));
  }
  selected = keep < zones.length ? keep : -1;
  drawZones();
}

// ---- the pixel ----

function lookInto(at) {
  pixel = at;
  $('pixel-panel').hidden = !at;
  document.getElementById('cross')?.remove();
  if (at) {
    const cross = document.createElement('span');
    cross.id = 'cross';
    cross.style.left = (at[0] + 0.5) / frameWidth * 100 + '%';
    cross.style.top = (at[1] + 0.5) / frameHeight * 100 + '%';
    $('stage').append(cross);
  }
  send({ pixel });
}

$('pixel-close').onclick = () => lookInto(null);

function drawPixel() {
  const data = header.pixel;
  if (!data || !pixel) return;
  $('pixel-at').textContent = `${data.x}, ${data.y}`;
  $('pixel-verdict').textContent = data.hidden ? 'private: its colours are not shown' : data.foreground ? 'foreground' : 'background';
  $('pixel-verdict').className = 'badge ' + (data.foreground && !data.hidden ? 'warn' : 'good');
  const { context, width, height } = prepare($('pixel-plot'));
  const channels = data.value.length, gap = 18, room = (width - gap * (channels - 1)) / channels;
  for (let channel = 0; channel < channels; channel++) drawChannel(context, data, channel, channel * (room + gap), room, height);
  const body = $('pixel-components').tBodies[0];
  let sum = 0;
  body.replaceChildren(...data.components.map((component, index) => {
    const row = document.createElement('tr');
    const isBackground = sum < data.background_ratio;
    sum += component.weight;
    const cells = [`${index + 1}${isBackground ? '' : ' (not background)'}`, component.weight.toFixed(3), component.mean.map(value => value.toFixed(1)).join(', '), component.deviation.map(value => value.toFixed(1)).join(', ')];
    row.append(...cells.map(text => Object.assign(document.createElement('td'), { textContent: text })));
    const dot = document.createElement('i');
    dot.style.background = componentColors[index % componentColors.length];
    row.firstChild.prepend(dot);
    return row;
  }));
}

function drawChannel(context, data, channel, left, width, height) {
  const bottom = height - 18, top = 20;
  // As much of the scale as the curves and the value need, so that narrow curves can be seen.
  const reach = data.components.flatMap(component => [component.mean[channel] - 4 * component.deviation[channel], component.mean[channel] + 4 * component.deviation[channel]]).concat(data.value[channel] - 4, data.value[channel] + 4);
  const low = Math.max(0, Math.min(...reach)), high = Math.min(255, Math.max(...reach));
  const toX = value => left + (value - low) / (high - low) * width;
  const density = (component, value) => component.weight / component.deviation[channel] * Math.exp(-0.5 * ((value - component.mean[channel]) / component.deviation[channel]) ** 2);
  const most = Math.max(1e-9, ...data.components.map(component => component.weight / component.deviation[channel]));
  context.fillStyle = '#93a1b0';
  context.font = '12px system-ui, sans-serif';
  context.textAlign = 'left';
  context.fillText((width < 150 ? channelNames[channel][0] : channelNames[channel]) + '  ' + data.value[channel], left, 12);
  context.fillText(low.toFixed(0), left, height - 4);
  context.textAlign = 'right';
  context.fillText(high.toFixed(0), left + width, height - 4);
  context.strokeStyle = '#26303c';
  context.strokeRect(left + 0.5, top + 0.5, width - 1, bottom - top);
  data.components.forEach((component, index) => {
    context.beginPath();
    context.moveTo(left, bottom);
    for (let i = 0; i <= width; i += 1.5) {
      // Square root: a component of little weight would lie flat on the ground.
      const value = low + i / width * (high - low);
      context.lineTo(left + i, bottom - Math.sqrt(density(component, value) / most) * (bottom - top - 6));
    }
    context.lineTo(left + width, bottom);
    context.globalAlpha = 0.22;
    context.fillStyle = componentColors[index % componentColors.length];
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = componentColors[index % componentColors.length];
    context.lineWidth = 1.5;
    context.stroke();
  });
  const x = toX(data.value[channel]);
  context.strokeStyle = '#fff';
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
}

// ---- the plot ----

function prepare(canvas) {
  const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = +canvas.getAttribute('height') / (canvas.ratio || 1);
  if (!canvas.plain) canvas.plain = height;
  if (canvas.width !== Math.round(width * ratio) || canvas.ratio !== ratio) {
    canvas.ratio = ratio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(canvas.plain * ratio);
    canvas.style.height = canvas.plain + 'px';
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, canvas.plain);
  return { context, width, height: canvas.plain };
}

const plotLow = 1e-5, plotGap = 3000;      // the lowest score that is shown; milliseconds without a frame
let dragged = null;

function drawPlot() {
  if (!camera || $('main').hidden) return;
  const { context, width, height } = prepare($('plot'));
  const now = header ? header.time : Date.now(), from = now - plotSpan;
  const threshold = dragged ?? (header ? header.threshold : camera.effective.threshold);
  // Logarithmic: what matters is whether a score is over or under a threshold that may be a thousandth of the highest.
  const toY = score => height - 14 - (score <= plotLow ? 0 : Math.log(score / plotLow) / -Math.log(plotLow)) * (height - 20);
  const toX = time => (time - from) / plotSpan * width;
  context.font = '11px system-ui, sans-serif';
  context.fillStyle = '#93a1b0';
  context.strokeStyle = '#212a35';
  for (let minutes = 1; minutes < plotSpan / 60_000; minutes++) {
    const x = toX(now - minutes * 60_000);
    context.beginPath(); context.moveTo(x, 0); context.lineTo(x, height - 14); context.stroke();
    context.textAlign = 'center';
    context.fillText(`${minutes} min ago`, x, height - 2);
  }
  context.textAlign = 'left';
  for (const part of [1, 0.1, 0.01, 0.001, 0.0001]) {
    const y = toY(part);
    context.beginPath(); context.moveTo(0, y); context.lineTo(width, y); context.stroke();
    context.fillText(`${+(100 * part).toPrecision(2)} %`, 2, y + 11);
  }
  // Where no camera was, there is no score: each stretch is drawn by itself.
  for (let from = 0; from < scores.length;) {
    let to = from + 1;
    while (to < scores.length && scores[to][0] - scores[to - 1][0] < plotGap) to++;
    context.beginPath();
    context.moveTo(toX(scores[from][0]), height - 14);
    for (let at = from; at < to; at++) context.lineTo(toX(scores[at][0]), toY(scores[at][1]));
    context.lineTo(toX(scores[to - 1][0]), height - 14);
    context.fillStyle = '#4cc2a040';
    context.fill();
    context.strokeStyle = '#4cc2a0';
    context.lineWidth = 1.5;
    context.stroke();
    from = to;
  }
  context.strokeStyle = '#e8a33d';
  context.setLineDash([5, 4]);
  context.lineWidth = 1;
  context.beginPath(); context.moveTo(0, toY(threshold)); context.lineTo(width, toY(threshold)); context.stroke();
  context.setLineDash([]);
  context.fillStyle = '#e8a33d';
  context.beginPath(); context.arc(width - 14, toY(threshold), 6, 0, 7); context.fill();
  context.textAlign = 'right';
  context.fillText(`motion from ${+(100 * threshold).toPrecision(2)} %`, width - 26, toY(threshold) - 5);
  if (!document.body.classList.contains('stale')) $('score-now').textContent = header ? `${(header.score * 100).toFixed(3)} % of the area moves` : '';
}

// The line is taken and put elsewhere.
$('plot').addEventListener('pointerdown', event => { dragged = scoreAt(event); $('plot').setPointerCapture(event.pointerId); });
$('plot').addEventListener('pointermove', event => { if (dragged !== null) dragged = scoreAt(event); });
$('plot').addEventListener('pointerup', () => { if (dragged !== null) change({ threshold: dragged }, 0); setTimeout(() => { dragged = null; }, 700); });      // until the camera has it

function scoreAt(event) {
  const area = $('plot').getBoundingClientRect(), height = $('plot').plain || area.height;
  const part = (height - 14 - (event.clientY - area.top)) / (height - 20);
  return +Math.min(1, Math.max(plotLow, plotLow ** (1 - part))).toPrecision(2);
}

setInterval(drawPlot, 100);

// ---- events ----

// What the filters ask for, as an address.
function eventPath(before) {
  const query = new URLSearchParams({ count: $('day').value ? 500 : 60 });
  if (!$('all-cameras').checked) query.set('camera', camera.name);
  if ($('day').value) {
    const day = new Date($('day').value + 'T00:00');
    query.set('since', day.toISOString());
    query.set('before', new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).toISOString());
  }
  if (before) query.set('before', before);
  if ($('zone-filter').value) query.set('zone', $('zone-filter').value);
  if ($('length-filter').value) query.set('min_seconds', $('length-filter').value);
  if ($('kept-filter').checked) query.set('kept', true);
  return '/api/events?' + query;
}

async function loadEvents() {
  if (!camera || gridShown) return;
  const path = eventPath();
  try {
    const fresh = await ask(path);
    const key = path + JSON.stringify(fresh);
    if (key === eventsLoaded || path !== eventPath()) return;
    const older = eventsLoaded.startsWith(path + '[') ? events.filter(old => fresh.length && old.start < fresh[fresh.length - 1].start) : [];
    eventsLoaded = key;
    events = fresh.concat(older);
    showEvents();
  } catch { /* the next time */ }
}

function anew() { events = []; eventsLoaded = ''; loadEvents(); }

for (const id of ['all-cameras', 'day', 'zone-filter', 'length-filter', 'kept-filter']) $(id).onchange = anew;
$('more').onclick = async () => {
  const older = await ask(eventPath(events[events.length - 1].start));
  events = events.concat(older);
  showEvents();
  $('more').hidden = older.length === 0;
};

function showZoneFilter() {
  const names = [...new Set(cameras.flatMap(one => one.zones).map(zone => zone.name).filter(Boolean))], chosen = $('zone-filter').value;
  $('zone-filter').replaceChildren(new Option('any', ''), ...names.map(name => new Option(name, name)));
  $('zone-filter').value = names.includes(chosen) ? chosen : '';
}

// The day's events by the hour: of the day that is chosen, or of the last 24 hours.
function drawTimeline() {
  const { context, width, height } = prepare($('timeline'));
  const day = $('day').value ? new Date($('day').value + 'T00:00').getTime() : Date.now() - 24 * 3600_000, toX = time => (time - day) / (24 * 3600_000) * width;
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'center';
  const first = new Date(day);
  first.setMinutes(0, 0, 0);
  for (let hour = 0; hour <= 25; hour++) {
    const time = first.getTime() + hour * 3600_000, name = new Date(time).getHours();
    context.fillStyle = '#212a35';
    context.fillRect(toX(time), 0, 1, height - 14);
    context.fillStyle = '#93a1b0';
    if (name % (width < 500 ? 6 : 3) === 0 && toX(time) > 8 && toX(time) < width - 8) context.fillText(`${name}:00`, toX(time), height - 2);
  }
  for (const event of events) {
    if (event.kind !== 'motion') continue;
    const from = toX(Date.parse(event.start)), to = toX(event.end ? Date.parse(event.end) : Date.now());
    context.fillStyle = event.kept ? '#e8a33d' : '#4cc2a0';
    const tall = 6 + (height - 22) * Math.min(1, Math.max(0, 1 + Math.log10(Math.max(event.peak?.score ?? 0.01, 1e-3)) / 3));
    context.fillRect(from, height - 15 - tall, Math.max(2, to - from), tall);
  }
}

$('timeline').onclick = event => {
  const area = $('timeline').getBoundingClientRect(), day = $('day').value ? new Date($('day').value + 'T00:00').getTime() : Date.now() - 24 * 3600_000;
  const time = day + (event.clientX - area.left) / area.width * 24 * 3600_000;
  const nearest = events.map((one, i) => [Math.abs(Date.parse(one.start) - time), i]).sort((a, b) => a[0] - b[0])[0];
  $('events').children[nearest?.[1]]?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
};

function showEvents() {
  $('no-events').hidden = events.length > 0;
  $('more').hidden = events.length < 60;
  $('events').replaceChildren(...events.map(showEvent));
  const motion = events.filter(event => event.kind === 'motion').length, filtered = $('zone-filter').value || $('length-filter').value || $('kept-filter').checked || $('day').value;
  $('filter-note').textContent = filtered ? `${motion} ${motion === 1 ? 'event' : 'events'} by these filters` : '';
  drawTimeline();
}

function showEvent(event) {
  const item = document.createElement('li');
  const when = new Date(event.start).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  const where = $('all-cameras').checked ? event.camera + ' · ' : '';
  if (event.kind !== 'motion') {
    item.className = 'message' + (event.kind === 'camera_back' ? ' back' : '');
    if (event.kind === 'scene_changed' || event.kind === 'clock_set') { item.classList.add('scene'); item.textContent = `${where}${when}: ${event.message}`; return item; }
    item.textContent = `${where}${when}: ${event.kind === 'camera_back' ? 'camera back' : 'camera lost'}${event.message ? ': ' + event.message : ''}`;
    return item;
  }
  if (event.thumbnail || event.clip) {
    const button = document.createElement('button');
    const soFar = event.running && cameras.find(one => one.name === event.camera)?.records;
    button.title = event.clip ? 'Play the clip' : soFar ? 'Play what is recorded so far' : 'No clip';
    const image = document.createElement('img');
    image.loading = 'lazy';
    image.alt = 'Event ' + event.number;
    // Its picture becomes another when it is over, under the same name: what the browser keeps must not stand for that.
    if (event.thumbnail) image.src = filePath(event.camera, event.thumbnail) + (event.running ? '?running' : '');
    button.append(image);
    button.onclick = () => play(event, when);
    button.disabled = !event.clip && !soFar;
    item.append(button);
  }
  const text = document.createElement('div');
  text.className = 'text';
  const length = document.createElement('span');
  length.textContent = (event.running ? ' · running' : ` · ${(event.duration ?? 0).toFixed(1)} s`) + (event.interrupted ? ' · interrupted' : '') + (event.continues ? ` · continues ${event.continues}` : '');
  if (event.running) item.classList.add('running');
  text.append(where + when, length);
  item.append(text);
  if (!event.running) item.append(actsOf(event));
  return item;
}

// What can be done with an event that is over.
function actsOf(event) {
  const acts = document.createElement('div'), path = `${cameraPath(event.camera)}/events/${event.number}`, when = new Date(event.start).toLocaleString();
  acts.className = 'acts';
  const act = (name, label, work) => {
    const button = document.createElement('button');
    button.textContent = name;
    button.setAttribute('aria-label', label);
    button.onclick = async () => { try { await work(button); $('events-note').textContent = ''; } catch (error) { $('events-note').textContent = `${label}: ${error.message}`; } };
    acts.append(button);
    return button;
  };
  if (event.clip || event.thumbnail) {
    const keep = act(event.kept ? 'kept' : 'keep', `${event.kept ? 'kept' : 'keep'}, whatever is removed for age: the event of ${when}`, async () => {
      await put(path, { kept: !event.kept });
      anew();
    });
    keep.setAttribute('aria-pressed', !!event.kept);
  }
  if (event.clip) {
    const link = document.createElement('a');
    link.href = filePath(event.camera, event.clip);
    link.download = event.clip;
    link.textContent = 'save';
    link.setAttribute('aria-label', `save the clip of ${when}`);
    acts.append(link);
  }
  // A second click on the same button means it.
  act('delete', `delete the event of ${when}`, async button => {
    if (button.dataset.sure) { await ask(path, { method: 'DELETE' }); anew(); return; }
    button.dataset.sure = 'yes';
    button.textContent = 'really?';
    button.setAttribute('aria-label', `really? delete the event of ${when}`);
    setTimeout(() => { delete button.dataset.sure; button.textContent = 'delete'; button.setAttribute('aria-label', `delete the event of ${when}`); }, 4000);
  }).classList.add('danger');
  return acts;
}

function play(event, when) {
  $('player-title').textContent = `${event.camera}, ${when}`;
  $('video').src = event.clip ? filePath(event.camera, event.clip) : `${cameraPath(event.camera)}/events/${event.number}/clip.mp4`;
  $('download').hidden = !event.clip;
  $('download').href = $('video').src;
  $('download').download = event.clip ?? '';
  const continuous = cameras.find(one => one.name === event.camera)?.continuous;
  $('before').hidden = !continuous;
  $('before').onclick = () => {
    const from = new Date(event.start).getTime() - 60_000, to = event.end ? new Date(event.end).getTime() + 30_000 : Date.now();
    $('video').src = `${cameraPath(event.camera)}/recording.mp4?from=${new Date(from).toISOString()}&seconds=${Math.ceil(Math.min(Math.max((to - from) / 1000, 1), 3600))}`;
    $('player-title').textContent = `${event.camera}, from a minute before ${when}`;
    $('before').hidden = true;
    $('video').play().catch(() => { /* the browser wants a click first */ });
  };
  $('player').showModal();
  $('video').play().catch(() => { /* the browser wants a click first */ });
}

// An event that has just begun may have nothing to play yet.
$('video').addEventListener('error', () => {
  if (!$('player').open || !$('video').getAttribute('src')) return;
  const running = $('download').hidden;
  if ($('video').src.includes('/recording.mp4')) { $('player').close(); $('events-note').textContent = 'Nothing was recorded a minute before.'; return; }
  $('player').close();
  $('events-note').textContent = running ? 'The event has just begun: there is nothing to play yet.' : 'The clip cannot be played by this browser: save it.';
});

$('player').addEventListener('close', () => { $('video').pause(); $('video').removeAttribute('src'); $('video').load(); });

// ---- settings ----

const sliders = {
  threshold: { toValue: position => +(10 ** position).toPrecision(2), toPosition: value => Math.log10(Math.max(value, 1e-5)), text: value => `${+(value * 100).toPrecision(2)} %` },
  probability: { toValue: position => 10 ** -position, toPosition: value => -Math.log10(value), text: value => value >= 0.001 ? (value * 100).toPrecision(2) + ' %' : '1 in ' + Math.round(1 / value).toLocaleString('en') },
  ...Object.fromEntries(['min_duration', 'merge_window', 'pre_roll', 'post_roll'].map(name => [name, { toValue: position => position, toPosition: value => value ?? 0, text: value => value == null ? '' : seconds(value) }])),
  smart_mask: { toValue: position => position < 1 ? 0 : Math.round(10 ** position), toPosition: value => value ? Math.log10(value) : 0.9, text: value => value ? seconds(value) : 'off' },
  history: { toValue: position => Math.round(10 ** position), toPosition: value => Math.log10(value), text: value => (camera.status.frames_per_second > 0 ? `${seconds(value / camera.status.frames_per_second)}, ` : '') + `${value.toLocaleString('en')} frames` },
  min_area: { toValue: position => +(10 ** position).toPrecision(2), toPosition: value => Math.log10(Math.max(value, 1e-5)), text: value => `${+(value * 100).toPrecision(2)} % (${Math.round(value * frameWidth * frameHeight).toLocaleString('en')} pixels)` },
};
const seconds = value => value < 90 ? `${+value.toPrecision(2)} s` : value < 5400 ? `${Math.round(value / 60)} min` : `${+(value / 3600).toPrecision(2)} h`;
let settingTimer = 0, pending = {};

function showSettings() {
  const day = camera.settings.day, own = profile === 'night' ? { ...strip(day), ...strip(camera.settings.night) } : strip(day);
  const shown = { ...camera.effective, ...own };
  selectTab($('profiles'), tab => tab.dataset.profile === profile);
  $('preset').value = shown.preset;
  $('shadow_test').checked = shown.shadow_test;
  $('switching').checked = camera.settings.switching;
  for (const [name, slider] of Object.entries(sliders)) {
    if (document.activeElement !== $(name) || !Object.keys(pending).length) $(name).value = slider.toPosition(shown[name]);
    $(name + '-value').textContent = slider.text(shown[name]);
  }
}

const strip = settings => Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));

function change(values, delay) {
  Object.assign(pending, values);
  clearTimeout(settingTimer);
  settingTimer = setTimeout(async () => {
    const body = { [profile]: pending };
    pending = {};
    await saveSettings(body);
  }, delay);
}

async function saveSettings(body) {
  try {
    takeCamera(await put(cameraPath() + '/settings', body));
    $('settings-error').textContent = '';
    setTimeout(async () => takeCamera(await ask(cameraPath())), 300);      // what the preset makes of it is known with the next frame
  } catch (error) {
    $('settings-error').textContent = 'The setting was not taken: ' + error.message;
    showSettings();      // what holds, not what was wished
    setTimeout(() => { $('settings-error').textContent = ''; }, 8000);
  }
}

for (const [name, slider] of Object.entries(sliders)) {
  $(name).oninput = () => {
    const value = slider.toValue(+$(name).value);
    $(name + '-value').textContent = slider.text(value);
    change({ [name]: value }, 150);
  };
}
$('preset').onchange = () => change({ preset: $('preset').value }, 0);
$('shadow_test').onchange = () => change({ shadow_test: $('shadow_test').checked }, 0);
$('switching').onchange = () => saveSettings({ switching: $('switching').checked });
$('defaults').onclick = () => saveSettings({ [profile]: { preset: null, probability: null, history: null, min_area: null, threshold: null, shadow_test: null, smart_mask: null, min_duration: null, merge_window: null, pre_roll: null, post_roll: null } });
$('relearn').onclick = async () => {
  try {
    await ask(cameraPath() + '/relearn', { method: 'POST' });
    $('settings-note').textContent = 'The background is being learnt anew.';
  } catch (error) {
    $('settings-note').textContent = 'It could not be learnt anew: ' + error.message;
  }
  setTimeout(() => { $('settings-note').textContent = ''; }, 6000);
};
for (const button of $('profiles').querySelectorAll('button')) button.onclick = () => { profile = button.dataset.profile; showSettings(); };

arrows($('sides'));
arrows($('profiles'));
showSide();
start();
