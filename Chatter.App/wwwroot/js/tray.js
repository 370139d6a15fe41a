// The files that go with the next message: picked, pasted or dropped, taken to the server by HTTP while the message is written, and known by their ids from
// then on. What is there is kept in the browser like a draft; what is on its way goes on while the reader looks at another room.
import { forget, token } from './antiforgery.js';
import { key as personal, put, read, set } from './storage.js';
import { count, number, refusal, say } from './words.js';

const AT_ONCE = 2;
const RETRY_AFTER = 2000;
const PREVIEW = 88;   // twice the 44 pixels that it is shown in
const trays = new Map();

export const size = bytes => bytes < 1e3 ? say('Bytes', bytes) : bytes < 1e6 ? say('Kilobytes', Math.round(bytes / 1e3)) : bytes < 1e9 ? say('Megabytes', number(bytes / 1e6, 1)) : say('Gigabytes', number(bytes / 1e9, 1));

const icon = path => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(svg.namespaceURI, 'path');
  for (const [name, value] of Object.entries({ d: path, fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) line.setAttribute(name, value);
  svg.append(line);
  return svg;
};

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// The files of a room, whatever is shown of them.
function files(room, key) {
  const items = read(key, []).filter(kept => Date.parse(kept.expiresAt) > Date.now()).map(kept => ({ ...kept, name: kept.attachment.name, size: kept.attachment.size, state: 'done' }));
  let changed = () => {};

  const kept = () => items.filter(item => item.state === 'done').map(({ attachment, expiresAt }) => ({ attachment, expiresAt }));
  const keep = () => { if (kept().length) put(key, kept()); else set(key, ''); };
  const became = (item, state, more = {}) => { Object.assign(item, { state, why: undefined }, more); if (state === 'done') keep(); changed(item); next(); };

  function next() {
    for (const item of items) {
      if (items.filter(one => one.state === 'uploading').length >= AT_ONCE) return;
      if (item.state === 'waiting') upload(item);
    }
  }

  async function upload(item, again = true) {
    Object.assign(item, { state: 'uploading', progress: 0 });
    changed(item);
    let value;
    try {
      value = await token();
    } catch {
      return lost(item);
    }
    if (item.state !== 'uploading') return;
    const request = item.request = new XMLHttpRequest();
    request.open('POST', `/api/rooms/${room}/attachments?name=${encodeURIComponent(item.name)}`);
    request.setRequestHeader('RequestVerificationToken', value);
    request.setRequestHeader('Content-Type', item.file.type || 'application/octet-stream');
    request.upload.onprogress = e => { item.progress = e.lengthComputable ? e.loaded / e.total : 0; changed(item); };
    request.onerror = () => lost(item);
    request.onload = () => {
      const answer = parse(request.responseText);
      if (request.status === 201 && answer) return became(item, 'done', answer);
      if (request.status === 403 && answer?.code === 'forbidden' && again) { forget(); return upload(item, false); }   // the token was of another session of this browser
      if (request.status === 429 || request.status === 503) return later(item, answer);
      became(item, 'failed', { why: refusal(answer) ?? say('NotTaken') });
    };
    request.send(item.file);
  }

  const parse = text => { try { return JSON.parse(text); } catch { return null; } };
  const lost = item => became(item, 'failed', { why: say('NoConnection'), lost: true });

  function later(item, answer) {
    became(item, 'failed', { why: refusal(answer) ?? say('ServerBusy'), lost: true });
    setTimeout(() => { if (item.state === 'failed' && items.includes(item)) became(item, 'waiting', { lost: false }); }, answer?.retryAfter ? answer.retryAfter * 1000 : RETRY_AFTER);
  }

  document.addEventListener('chatter:connected', () => items.filter(item => item.state === 'failed' && item.lost).forEach(item => became(item, 'waiting', { lost: false })));

  return {
    items,
    show: listener => { changed = listener; },
    add(file) {
      items.push({ file, name: file.name.replace(/\p{Surrogate}/gu, '_') || 'file', size: file.size, state: 'waiting', progress: 0 });
      changed();
      next();
    },
    again: item => became(item, 'waiting'),
    remove(item) {
      item.state = 'removed';
      item.request?.abort();
      items.splice(items.indexOf(item), 1);
      keep();
      changed();
      next();
    },
    take() {
      const taken = items.splice(0).map(item => item.attachment);
      keep();
      changed();
      return taken;
    },
    state: () => items.length === 0 ? 'empty' : items.some(item => item.state === 'waiting' || item.state === 'uploading' || (item.state === 'failed' && item.lost)) ? 'busy' : items.some(item => item.state === 'failed') ? 'failed' : 'ready',
  };
}

export function tray({ form, room, user, limits, hint, changed, signal }) {
  const list = form.querySelector('[data-tray]');
  const input = form.querySelector('[data-files]');
  const area = form.closest('.room');
  const key = personal('files', room);
  if (!trays.has(key)) trays.set(key, files(room, key));
  const held = trays.get(key);
  const rows = new Map();
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });

  function add(list) {
    const refused = [];
    for (const file of list) {
      if (file.size > limits.bytes) refused.push(say('FileTooLarge', file.name, size(limits.bytes)));
      else if (file.size === 0) refused.push(say('FileEmpty', file.name));
      else if (held.items.length >= limits.files) { refused.push(count('TooManyFiles', limits.files)); break; }
      else held.add(file);
    }
    hint(refused.join(' '));
  }

  function show() {
    if (signal.aborted) return;
    for (const [item, row] of rows) if (!held.items.includes(item)) { row.element.remove(); rows.delete(item); }
    for (const item of held.items) {
      if (!rows.has(item)) rows.set(item, draw(item));
      rows.get(item).update();
    }
    list.hidden = held.items.length === 0;
    changed(held.state());
  }

  function draw(item) {
    const element = make('li', 'tray-file');
    const name = make('span', 'tray-name', item.name);
    const about = make('span', 'tray-about');
    const bar = make('progress', 'tray-progress');
    const again = make('button', 'tray-again', say('TryAgain'));
    const remove = make('button', 'tray-remove');
    const text = make('span', 'tray-text');
    name.title = item.name;
    name.dir = 'auto';
    bar.max = 100;
    bar.setAttribute('aria-label', say('UploadOf', item.name));
    again.type = remove.type = 'button';
    remove.append(icon('M6 6l12 12M18 6L6 18'));
    remove.title = say('Remove');
    remove.setAttribute('aria-label', say('RemoveThat', item.name));
    remove.addEventListener('click', () => { held.remove(item); form.querySelector('textarea').focus(); });
    again.addEventListener('click', () => held.again(item));
    const second = make('span', 'tray-second');
    second.append(about, again);
    text.append(name, second);
    element.append(preview(item, room), text, remove, bar);
    list.append(element);
    return {
      element,
      update() {
        element.dataset.state = item.state;
        about.textContent = item.state === 'failed' ? item.why : item.state === 'uploading' ? say('PercentOf', Math.round(item.progress * 100), size(item.size)) : item.state === 'waiting' ? say('Waiting') : size(item.size);
        bar.hidden = item.state !== 'uploading';
        bar.value = (item.progress ?? 0) * 100;
        again.hidden = item.state !== 'failed';
      },
    };
  }

  on(form.querySelector('.attach-button'), 'click', () => input.click());
  on(input, 'change', () => { add(input.files); input.value = ''; form.querySelector('textarea').focus(); });
  on(form.querySelector('textarea'), 'paste', e => {
    // A table's cells come as text and as a picture of themselves: people mean the text.
    if (e.clipboardData.files.length === 0 || e.clipboardData.types.includes('text/plain')) return;
    e.preventDefault();
    add(e.clipboardData.files);
  });

  let over = 0;   // elements within the room that the pointer has entered and not left
  const carries = e => e.dataTransfer?.types.includes('Files');
  const cover = () => area.classList.toggle('dropping', over > 0);
  on(area, 'dragenter', e => { if (carries(e)) { over++; cover(); } });
  on(area, 'dragleave', e => { if (carries(e)) { over = Math.max(0, over - 1); cover(); } });
  on(area, 'dragover', e => { if (carries(e)) { e.preventDefault(); e.dataTransfer.dropEffect = 'copy'; } });
  on(area, 'drop', e => {
    if (!carries(e)) return;
    e.preventDefault();
    over = 0;
    cover();
    add(e.dataTransfer.files);
    form.querySelector('textarea').focus();
  });
  // Beside the room a browser would leave the page for the file.
  for (const type of ['dragover', 'drop']) on(document, type, e => { if (carries(e)) e.preventDefault(); });

  held.show(show);
  show();
  return { state: held.state, take: held.take };
}

// A small picture of a file: drawn, so that no address but this host's is ever allowed to be shown.
function preview(item, room) {
  const box = make('span', 'tray-preview');
  if (item.attachment?.thumbnail) {
    const image = make('img', '');
    image.src = `/api/rooms/${room}/attachments/${item.attachment.id}/thumbnail`;
    image.alt = '';
    box.append(image);
  } else if (item.file?.type.startsWith('image/') && item.file.type !== 'image/svg+xml') {
    const canvas = make('canvas', '');
    canvas.width = canvas.height = PREVIEW;
    box.append(canvas);
    createImageBitmap(item.file).then(picture => {
      const scale = Math.max(PREVIEW / picture.width, PREVIEW / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      const drawing = canvas.getContext('2d');
      drawing.imageSmoothingQuality = 'high';
      drawing.drawImage(picture, (PREVIEW - width) / 2, (PREVIEW - height) / 2, width, height);
      picture.close();
    }, () => box.replaceChildren(icon('M6 3h8l5 5v13H6ZM14 3v5h5')));   // no picture that this browser knows
  } else {
    box.append(icon('M6 3h8l5 5v13H6ZM14 3v5h5'));
  }
  return box;
}
