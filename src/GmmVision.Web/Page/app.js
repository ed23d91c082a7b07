'use strict';
// One page, no framework: a socket brings pictures and numbers, plain requests bring events and settings.

const $ = id => document.getElementById(id);
const svg = name => document.createElementNS('http://www.w3.org/2000/svg', name);
const plotSpan = 180_000;
const modeColors = ['#4cc2a0', '#5aa9f0', '#e8a33d', '#ef6a62', '#b07ce8', '#d7d35a', '#f08fc0', '#9aa7b5'];
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
  $('cameras').replaceChildren(...(cameras.length < 2 ? [] : cameras.map(one => {
    const button = document.createElement('button');
    button.textContent = one.name;
    button.dataset.camera = one.name;
    button.onclick = () => choose(one.name);
    return button;
  })));
  choose(decodeURIComponent(location.hash.slice(1)) || cameras[0].name);
  setInterval(loadEvents, 2000);
}

function choose(name) {
  camera = cameras.find(one => one.name === name) || cameras[0];
  location.hash = camera.name;
  for (const button of $('cameras').children) button.setAttribute('aria-selected', button.dataset.camera === camera.name);
  $('camera-name').textContent = camera.name;
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
  drawZones();
}

// ---- the socket ----

function connect() {
  if (socket) { socket.onclose = null; socket.close(); }
  const name = camera.name;
  socket = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + cameraPath() + '/live');
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { socketRetry = 0; send({ side, pixel, next: 1 }); };
  socket.onmessage = message => typeof message.data === 'string' ? showStatus(JSON.parse(message.data)) : takePicture(message.data);
  socket.onclose = () => {
    showLost('The connection to GmmVision is gone, trying again.');
    socketRetry = Math.min(5000, (socketRetry || 250) * 2);
    setTimeout(() => { if (camera.name === name) connect(); }, socketRetry);
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
  for (const button of $('sides').children) button.setAttribute('aria-selected', button.dataset.side === side);
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

const toPoints = points => points.map(([x, y]) => `${x * frameWidth},${y * frameHeight}`).join(' ');

function drawZones() {
  const overlay = $('overlay'), stage = $('stage');
  overlay.querySelectorAll('.zone, .draft').forEach(shape => shape.remove());
  stage.querySelectorAll('.handle, .zone-label').forEach(item => item.remove());
  zones.forEach((zone, index) => {
    const shape = svg('polygon');
    shape.setAttribute('class', `zone ${zone.kind}${index === selected ? ' selected' : ''}`);
    shape.setAttribute('points', toPoints(zone.points));
    shape.dataset.index = index;
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
  menu.style.left = Math.min(left * 100, 55) + '%';
  menu.style.top = Math.min(bottom * 100, 82) + '%';
  if (document.activeElement !== $('zone-name')) $('zone-name').value = zone.name;
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
  $('hint').textContent = draft ? 'Click the corners one after the other; click the first one again to close the area.' : 'Click on the picture to look into a pixel.';
  drawZones();
}

for (const kind of ['include', 'exclude', 'privacy']) $('zone-' + kind).onclick = () => beginZone(kind);

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
  const kind = draft.kind;
  zones.push(draft);
  selected = zones.length - 1;
  beginZone(kind);      // closes it
  selected = zones.length - 1;
  saveZones();
}

$('zone-delete').onclick = () => { zones.splice(selected, 1); selected = -1; saveZones(); };
$('zone-name').oninput = event => {
  zones[selected].name = event.target.value;
  clearTimeout(menuTimer);
  menuTimer = setTimeout(saveZones, 600);
};
addEventListener('keydown', event => {
  if (event.key === 'Escape' && draft) beginZone(draft.kind);
  else if (event.key === 'Escape') { selected = -1; drawZones(); }
  else if ((event.key === 'Delete' || event.key === 'Backspace') && selected >= 0 && event.target === document.body) $('zone-delete').click();
});

async function saveZones() {
  drawZones();
  const keep = selected;
  try {
    takeCamera(await put(cameraPath() + '/zones', zones.map(({ kind, name, points }) => ({ kind, name, points }))));
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
  const body = $('pixel-modes').tBodies[0];
  let sum = 0;
  body.replaceChildren(...data.modes.map((mode, index) => {
    const row = document.createElement('tr');
    const isBackground = sum < data.background_ratio;
    sum += mode.weight;
    const cells = [`${index + 1}${isBackground ? '' : ' (not background)'}`, mode.weight.toFixed(3), mode.mean.map(value => value.toFixed(1)).join(', '), mode.deviation.map(value => value.toFixed(1)).join(', ')];
    row.append(...cells.map(text => Object.assign(document.createElement('td'), { textContent: text })));
    const dot = document.createElement('i');
    dot.style.background = modeColors[index % modeColors.length];
    row.firstChild.prepend(dot);
    return row;
  }));
}

function drawChannel(context, data, channel, left, width, height) {
  const bottom = height - 18, top = 20;
  // As much of the scale as the curves and the value need, so that narrow curves can be seen.
  const reach = data.modes.flatMap(mode => [mode.mean[channel] - 4 * mode.deviation[channel], mode.mean[channel] + 4 * mode.deviation[channel]]).concat(data.value[channel] - 4, data.value[channel] + 4);
  const low = Math.max(0, Math.min(...reach)), high = Math.min(255, Math.max(...reach));
  const toX = value => left + (value - low) / (high - low) * width;
  const density = (mode, value) => mode.weight / mode.deviation[channel] * Math.exp(-0.5 * ((value - mode.mean[channel]) / mode.deviation[channel]) ** 2);
  const most = Math.max(1e-9, ...data.modes.map(mode => mode.weight / mode.deviation[channel]));
  context.fillStyle = '#93a1b0';
  context.font = '12px system-ui, sans-serif';
  context.textAlign = 'left';
  context.fillText((width < 150 ? channelNames[channel][0] : channelNames[channel]) + '  ' + data.value[channel], left, 12);
  context.fillText(low.toFixed(0), left, height - 4);
  context.textAlign = 'right';
  context.fillText(high.toFixed(0), left + width, height - 4);
  context.strokeStyle = '#26303c';
  context.strokeRect(left + 0.5, top + 0.5, width - 1, bottom - top);
  data.modes.forEach((mode, index) => {
    context.beginPath();
    context.moveTo(left, bottom);
    for (let i = 0; i <= width; i += 1.5) {
      // Square root: a mode of little weight would lie flat on the ground.
      const value = low + i / width * (high - low);
      context.lineTo(left + i, bottom - Math.sqrt(density(mode, value) / most) * (bottom - top - 6));
    }
    context.lineTo(left + width, bottom);
    context.globalAlpha = 0.22;
    context.fillStyle = modeColors[index % modeColors.length];
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = modeColors[index % modeColors.length];
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

function drawPlot() {
  if (!camera || $('main').hidden) return;
  const { context, width, height } = prepare($('plot'));
  const now = header ? header.time : Date.now(), from = now - plotSpan;
  const threshold = header ? header.threshold : camera.effective.threshold;
  // Logarithmic: what matters is whether a score is over or under a threshold that may be a thousandth of the highest.
  const low = Math.min(threshold / 10, 1e-4), high = 1;
  const toY = score => height - 14 - (score <= low ? 0 : Math.log(score / low) / Math.log(high / low)) * (height - 20);
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
  context.beginPath();
  context.moveTo(scores.length ? toX(scores[0][0]) : 0, height - 14);
  for (const [time, score] of scores) context.lineTo(toX(time), toY(score));
  if (scores.length) context.lineTo(toX(scores[scores.length - 1][0]), height - 14);
  context.fillStyle = '#4cc2a040';
  context.fill();
  context.strokeStyle = '#4cc2a0';
  context.lineWidth = 1.5;
  context.stroke();
  context.strokeStyle = '#e8a33d';
  context.setLineDash([5, 4]);
  context.lineWidth = 1;
  context.beginPath(); context.moveTo(0, toY(threshold)); context.lineTo(width, toY(threshold)); context.stroke();
  context.setLineDash([]);
  $('score-now').textContent = header ? `${(header.score * 100).toFixed(3)} % of the area moves` : '';
}

setInterval(drawPlot, 100);

// ---- events ----

async function loadEvents() {
  if (!camera) return;
  const all = $('all-cameras').checked;
  const path = '/api/events?count=60' + (all ? '' : '&camera=' + encodeURIComponent(camera.name));
  try {
    const fresh = await ask(path);
    const key = JSON.stringify(fresh);
    if (key === eventsLoaded) return;
    eventsLoaded = key;
    const older = events.filter(old => fresh.length && old.start < fresh[fresh.length - 1].start);
    events = fresh.concat(older);
    showEvents();
  } catch { /* the next time */ }
}

$('all-cameras').onchange = () => { events = []; eventsLoaded = ''; loadEvents(); };
$('more').onclick = async () => {
  const last = events[events.length - 1];
  const path = '/api/events?count=60&before=' + encodeURIComponent(last.start) + ($('all-cameras').checked ? '' : '&camera=' + encodeURIComponent(camera.name));
  const older = await ask(path);
  events = events.concat(older);
  showEvents();
  $('more').hidden = older.length === 0;
};

function showEvents() {
  $('no-events').hidden = events.length > 0;
  $('more').hidden = events.length < 60;
  $('events').replaceChildren(...events.map(showEvent));
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
    button.title = event.clip ? 'Play the clip' : event.running ? 'The clip is there when the event is over' : 'No clip';
    const image = document.createElement('img');
    image.loading = 'lazy';
    image.alt = 'Event ' + event.number;
    // Its picture becomes another when it is over, under the same name: what the browser keeps must not stand for that.
    if (event.thumbnail) image.src = filePath(event.camera, event.thumbnail) + (event.running ? '?running' : '');
    button.append(image);
    button.onclick = () => play(event, when);
    button.disabled = !event.clip;
    item.append(button);
  }
  const text = document.createElement('div');
  text.className = 'text';
  const length = document.createElement('span');
  length.textContent = (event.running ? ' · running' : ` · ${(event.duration ?? 0).toFixed(1)} s`) + (event.interrupted ? ' · interrupted' : '') + (event.continues ? ` · continues ${event.continues}` : '');
  if (event.running) item.classList.add('running');
  text.append(where + when, length);
  item.append(text);
  return item;
}

function play(event, when) {
  $('player-title').textContent = `${event.camera}, ${when}`;
  $('video').src = filePath(event.camera, event.clip);
  $('download').href = $('video').src;
  $('download').download = event.clip;
  $('player').showModal();
  $('video').play().catch(() => { /* the browser wants a click first */ });
}

$('player').addEventListener('close', () => { $('video').pause(); $('video').removeAttribute('src'); $('video').load(); });

// ---- settings ----

const sliders = {
  probability: { toValue: position => 10 ** -position, toPosition: value => -Math.log10(value), text: value => value >= 0.001 ? (value * 100).toPrecision(2) + ' %' : '1 in ' + Math.round(1 / value).toLocaleString('en') },
  history: { toValue: position => Math.round(10 ** position), toPosition: value => Math.log10(value), text: value => `${value.toLocaleString('en')} frames` },
  min_area: { toValue: position => +(10 ** position).toPrecision(2), toPosition: value => Math.log10(Math.max(value, 1e-5)), text: value => `${+(value * 100).toPrecision(2)} % (${Math.round(value * frameWidth * frameHeight).toLocaleString('en')} pixels)` },
};
let settingTimer = 0, pending = {};

function showSettings() {
  const day = camera.settings.day, own = profile === 'night' ? { ...strip(day), ...strip(camera.settings.night) } : strip(day);
  const shown = { ...camera.effective, ...own };
  for (const button of $('profiles').querySelectorAll('button')) button.setAttribute('aria-selected', button.dataset.profile === profile);
  $('preset').value = shown.preset;
  $('shadow_test').checked = shown.shadow_test;
  $('switching').checked = camera.settings.switching;
  for (const [name, slider] of Object.entries(sliders)) {
    if (document.activeElement !== $(name)) $(name).value = slider.toPosition(shown[name]);
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
  }
}

for (const [name, slider] of Object.entries(sliders)) {
  $(name).oninput = () => {
    const value = slider.toValue(+$(name).value);
    $(name + '-value').textContent = slider.text(value);
    change({ [name]: value }, 150);
  };
  $(name).onchange = () => $(name).blur();
}
$('preset').onchange = () => change({ preset: $('preset').value }, 0);
$('shadow_test').onchange = () => change({ shadow_test: $('shadow_test').checked }, 0);
$('switching').onchange = () => saveSettings({ switching: $('switching').checked });
$('defaults').onclick = () => saveSettings({ [profile]: { preset: null, probability: null, history: null, min_area: null, threshold: null, shadow_test: null } });
$('relearn').onclick = () => ask(cameraPath() + '/relearn', { method: 'POST' });
for (const button of $('profiles').querySelectorAll('button')) button.onclick = () => { profile = button.dataset.profile; showSettings(); };

showSide();
start();
