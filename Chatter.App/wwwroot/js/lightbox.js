// Shows a picture of the log by itself, and those before and after it. All of it is here: it works without asking the server for anything but the pictures.
import { rightToLeft, say } from './words.js';

const PICTURES = '.log .picture';
let box = null;
let links = [];
let at = 0;

const arrow = { previous: 'M15 5l-7 7 7 7', next: 'M9 5l7 7-7 7', close: 'M6 6l12 12M18 6L6 18', save: 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14' };

function button(tag, what, label) {
  const element = document.createElement(tag);
  element.className = `lightbox-${what}`;
  element.title = label;
  element.setAttribute('aria-label', label);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg.namespaceURI, 'path');
  for (const [name, value] of Object.entries({ d: arrow[what], fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) path.setAttribute(name, value);
  svg.append(path);
  element.append(svg);
  return element;
}

function build() {
  const dialog = document.createElement('dialog');
  dialog.className = 'lightbox';
  dialog.setAttribute('aria-label', say('Picture'));
  const image = document.createElement('img');
  const gone = document.createElement('p');
  const bar = document.createElement('div');
  const name = document.createElement('span');
  const count = document.createElement('span');
  const save = button('a', 'save', say('SavePicture'));
  const close = button('button', 'close', say('Close'));
  const previous = button('button', 'previous', say('PreviousPicture'));
  const next = button('button', 'next', say('NextPicture'));
  bar.className = 'lightbox-bar';
  name.className = 'lightbox-name';
  name.dir = 'auto';
  count.className = 'lightbox-count';
  count.setAttribute('role', 'status');
  gone.className = 'lightbox-gone';
  gone.textContent = say('PictureGone');
  close.type = previous.type = next.type = 'button';
  bar.append(name, count, save, close);
  dialog.append(bar, previous, image, gone, next);
  document.body.append(dialog);

  close.addEventListener('click', () => dialog.close());
  previous.addEventListener('click', () => go(-1));
  next.addEventListener('click', () => go(1));
  image.addEventListener('error', () => { gone.hidden = false; image.hidden = true; });
  image.addEventListener('load', () => { image.style.backgroundImage = ''; });
  dialog.addEventListener('click', e => { if (e.target === dialog) dialog.close(); });
  dialog.addEventListener('keydown', e => {
    if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
    e.preventDefault();
    go((e.key === 'ArrowRight') === rightToLeft ? -1 : 1);   // the next one stands where one reads on
  });
  dialog.addEventListener('close', () => {
    image.removeAttribute('src');
    // Where one looked last, the log goes on from.
    links[at]?.focus();
  });
  return { dialog, image, gone, name, count, save, previous, next };
}

function go(by) {
  const to = at + by;
  if (to < 0 || to >= links.length) return;
  at = to;
  show();
}

function show() {
  const link = links[at];
  const { dialog, image, gone, name, count, save, previous, next } = box;
  gone.hidden = true;
  image.hidden = false;
  // Its small picture stands there until it has come, in the room that it will take.
  image.width = link.dataset.width;
  image.height = link.dataset.height;
  image.style.backgroundImage = `url("${link.href}/thumbnail")`;
  image.src = link.href;
  image.alt = name.textContent = link.dataset.name;
  count.textContent = links.length > 1 ? say('OneOf', at + 1, links.length) : '';
  save.href = link.href;
  save.download = link.dataset.name;
  previous.hidden = next.hidden = links.length === 1;
  previous.disabled = at === 0;
  next.disabled = at === links.length - 1;
  // A disabled button loses the focus, and the keys with it.
  if (!dialog.contains(document.activeElement) || document.activeElement.disabled) dialog.focus();
}

document.addEventListener('click', e => {
  const link = e.target instanceof Element && e.target.closest(PICTURES);
  if (!link || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;   // who wants a tab of its own gets it
  e.preventDefault();
  box ??= build();
  links = [...document.querySelectorAll(PICTURES)];
  at = links.indexOf(link);
  box.dialog.tabIndex = -1;
  box.dialog.showModal();
  show();
});
