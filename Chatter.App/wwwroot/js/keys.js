// Keys that work anywhere. Those that the server has to answer press a hidden button of Shortcuts.razor; the others follow links that are in the page.
const press = name => document.querySelector(`[data-key="${name}"]`)?.click();
const typing = target => target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
const inDialog = () => document.querySelector('.mud-dialog-container') !== null;

function step(by, unread) {
  const rooms = [...document.querySelectorAll('.side-rooms .room-link')];
  const at = rooms.findIndex(room => room.hasAttribute('aria-current'));
  for (let i = 1; i <= rooms.length; i++) {
    const room = rooms[((at < 0 && by < 0 ? 0 : at) + by * i + rooms.length * 2) % rooms.length];
    if (!unread || room.classList.contains('unread')) { room.click(); return; }
  }
}

document.addEventListener('keydown', e => {
  const { key } = e;
  const command = (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey;
  if (command && key.toLowerCase() === 'k') {
    e.preventDefault();
    if (!inDialog()) press('switch');
  } else if (e.altKey && !e.ctrlKey && !e.metaKey && (key === 'ArrowUp' || key === 'ArrowDown') && !inDialog()) {
    e.preventDefault();
    step(key === 'ArrowUp' ? -1 : 1, e.shiftKey);
  } else if (key === '?' && !e.ctrlKey && !e.metaKey && !e.altKey && !typing(e.target) && !inDialog()) {
    e.preventDefault();
    press('keys');
  }
});

// A field with a list below it: arrows go through the list, Enter in the field takes its first.
document.addEventListener('keydown', e => {
  const finder = e.target instanceof Element && e.target.closest('[data-finder]');
  if (!finder || e.isComposing) return;
  const field = finder.querySelector('input');
  const choices = [...finder.querySelectorAll('.choice')];
  const at = choices.indexOf(document.activeElement);
  if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
    e.preventDefault();
    const next = at + (e.key === 'ArrowDown' ? 1 : -1);
    (next < 0 ? field : choices[Math.min(next, choices.length - 1)])?.focus();
  } else if (e.key === 'Enter' && e.target === field) {
    e.preventDefault();
    takeFirst(finder, field);
  }
});

// Who types quickly presses Enter before the list is that of what he typed.
const LIST_WITHIN = 3000;

function takeFirst(finder, field) {
  const list = finder.querySelector('[data-for]');
  const fits = () => list.dataset.for === field.value;
  const take = () => finder.querySelector('.choice')?.click();
  if (fits()) { take(); return; }
  const changes = new MutationObserver(() => {
    if (!fits()) return;
    stop();
    take();
  });
  const late = setTimeout(stop, LIST_WITHIN);
  function stop() {
    clearTimeout(late);
    changes.disconnect();
  }
  changes.observe(list, { attributes: true });
}
