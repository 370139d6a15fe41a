// On a narrow page a finger brings the list of rooms and takes it away again, and takes away what lies over the room: members, pins, search. They follow
// the finger; whether they stay is the server's matter, which is asked by the button that does it, once the finger has gone far enough or went quickly.
import { NARROW } from './narrow.js';

const BEGINS = 12;     // px, until it is clear which way a finger goes
const FAR = 1 / 3;     // of the width of what is moved
const QUICK = 0.4;     // px/ms
const ANSWER = 2000;   // ms: a server that hasn't answered by then won't, and everything is put back
const PASSIVE = { passive: true, capture: true };
const ACTIVE = { passive: false, capture: true };   // only while a finger is down that may mean this: the browser waits for it

// What has a use of its own for a finger that goes sideways.
const OWN = 'input, textarea, select, dialog, .mud-dialog-container, .mud-popover-open';

const root = document.documentElement;
const along = () => root.dir === 'rtl' ? -1 : 1;   // the way in which the list of rooms comes in, and what lies over the room goes out
let touch = null;

function scrollsSideways(element) {
  for (let one = element; one && one !== document.body; one = one.parentElement)
    if (one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX)) return true;
  return false;
}

// What a finger that goes that way would move: from where to where, in widths of it, and the button that does it.
function movable(way) {
  const [side, menu] = [document.getElementById('side'), document.querySelector('[aria-controls="side"]')];
  if (document.querySelector('.drawer-open')) return way < 0 ? { element: side, from: 0, to: -1, button: menu } : null;
  if (way < 0) return null;
  const over = [...document.querySelectorAll('.details')].at(-1);
  return over ? { element: over, from: 0, to: 1, button: over.querySelector('.bar-end button') } : side && { element: side, from: -1, to: 0, button: menu };
}

function place(moved, widths) {
  moved.element.style.transform = `translateX(${widths * along() * 100}%)`;
  moved.element.style.visibility = 'visible';
}

function release(element) {
  element.style.transform = element.style.visibility = element.style.transition = '';
}

addEventListener('touchstart', e => {
  if (touch?.moved) release(touch.moved.element);
  forget();
  const target = e.target;
  if (!NARROW.matches || e.touches.length !== 1 || root.dataset.circuit === 'lost' || !(target instanceof Element) || target.closest(OWN) || scrollsSideways(target)) return;
  touch = { x: e.touches[0].clientX, y: e.touches[0].clientY, moved: null, by: 0, last: null, speed: 0 };
  addEventListener('touchmove', follow, ACTIVE);
}, PASSIVE);

function forget() {
  removeEventListener('touchmove', follow, ACTIVE);
  touch = null;
}

function follow(e) {
  const [x, y] = [(e.touches[0].clientX - touch.x) * along(), e.touches[0].clientY - touch.y];
  if (!touch.moved) {
    if (Math.max(Math.abs(x), Math.abs(y)) < BEGINS) return;
    touch.moved = Math.abs(x) > 1.5 * Math.abs(y) ? movable(Math.sign(x)) : null;
    if (!touch.moved) {
      forget();
      return;
    }
    touch.width = touch.moved.element.offsetWidth;
    touch.moved.element.style.transition = 'none';
  }
  // Else the browser takes it for the way to the page before.
  if (e.cancelable) e.preventDefault();
  if (touch.last) touch.speed = (x - touch.last.x) / Math.max(1, e.timeStamp - touch.last.at);
  touch.last = { x, at: e.timeStamp };
  const { from, to } = touch.moved;
  touch.by = Math.min(1, Math.max(0, x / touch.width / (to - from)));
  place(touch.moved, from + touch.by * (to - from));
}

function end(cancelled) {
  const { moved, by, speed } = touch ?? {};
  forget();
  if (!moved) return;
  const { element, from, to, button } = moved;
  element.style.transition = '';
  if (cancelled || !button || (by < FAR && speed * (to - from) < QUICK)) {
    release(element);
    return;
  }
  place(moved, to);
  button.click();
  // It stays where the finger left it until the page says so itself.
  const app = document.querySelector('.app');
  const done = new MutationObserver(settle);
  const late = setTimeout(settle, ANSWER);
  done.observe(app, { attributes: true, attributeFilter: ['class'] });
  function settle() {
    done.disconnect();
    clearTimeout(late);
    release(element);
  }
}

addEventListener('touchend', () => end(false), PASSIVE);
addEventListener('touchcancel', () => end(true), PASSIVE);
