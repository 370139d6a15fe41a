// Owns the log's scrolling. The scroller is a reversed column: scrollTop is 0 at the newest row and negative above it, so that what is added in front
// of the rows moves nothing. Everything else that changes the rows (new ones below, old ones let go, another width) is corrected here by the row at the top of the view.
import { attachTools } from './MessageTools.razor.js';

const NEAR_EDGE = 800;
const LEAST = 200;     // px: less, and what stands for the rows to come is seen
const PAGE = 50;       // rows of a page
const FULL = 110;      // with more rows than this (days and the like counted), those of a page at one edge let others go at the other
const USUAL = 1200;    // px: a view as high as this is held with room to spare
const AT_END = 32;
const AT_REST = 150;   // ms without a move, where the browser doesn't say that scrolling has ended

export function attach(scroller, page, room) {
  const content = scroller.firstElementChild;
  const rows = content.firstElementChild;
  let following = true;
  let anchor = null;
  let reported = '';
  let paging = false;
  let paged = null;      // which way a page came last, and the row at the top of the view then
  let fitted = USUAL;
  let gone = false;
  let moving = false;
  let resting;
  let shift = 0;
  const tools = attachTools(scroller, page, room);

  const connected = () => !gone && document.documentElement.dataset.circuit !== 'lost';
  const below = () => -scroller.scrollTop - shift;   // what lies below the view
  const top = row => row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

  function remember() {
    const edge = scroller.getBoundingClientRect().top;
    const held = rows.querySelectorAll('[data-key]:not(.day)');   // days stick to the edge, and what stands for rows to come goes away
    // The first one says who wrote it, until the rows before it come and it is one of a group: then it is less high.
    let low = 'older' in scroller.dataset && held.length > 1 ? 1 : 0, high = held.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (held[middle].getBoundingClientRect().bottom > edge) high = middle; else low = middle + 1;
    }
    const row = held[low];
    anchor = row ? { row, top: top(row), scrollTop: scroller.scrollTop } : null;
    const line = rows.querySelector('.new-line');
    scroller.classList.toggle('new-above', line !== null && line.getBoundingClientRect().bottom < edge);
  }

  function restore() {
    if (following) {
      rest();
      scroller.scrollTop = 0;
    } else if (anchor?.row.isConnected) {
      const expected = anchor.top + anchor.scrollTop - scroller.scrollTop;
      const moved = top(anchor.row) - expected;
      if (Math.abs(moved) >= 1) move(moved);
      following = atEnd();
    } else {
      place(0);   // other rows than before: nothing of them has moved
    }
    remember();
    tools.place();
    report();
    load();
  }

  // While the reader scrolls, the browser is on its way to a place that it knows (a wheel's or a finger's swing), and would go there whatever is set
  // meanwhile: then the rows are moved, by a margin below them, and the place is set once all is at rest.
  function move(by) {
    if (!moving) {
      scroller.scrollTop += by;
      return;
    }
    place(shift + by);
  }

  function place(by) {
    shift = by;
    content.style.marginBlockEnd = by ? `${by}px` : '';
  }

  function moves() {
    moving = true;
    clearTimeout(resting);
    resting = setTimeout(rested, AT_REST);
  }

  function rest() {
    moving = false;
    clearTimeout(resting);
    if (!shift) return;
    const by = shift;
    place(0);
    scroller.scrollTop += by;
  }

  function rested() {
    rest();
    scrolled();
  }

  function report() {
    if (!connected()) return;
    if (scroller.clientHeight > fitted) page.invokeMethodAsync('Fit', fitted = scroller.clientHeight).catch(() => fitted = USUAL);
    const visible = document.visibilityState === 'visible';
    const now = `${following},${visible}`;
    if (now === reported) return;
    reported = now;
    page.invokeMethodAsync('Look', following, visible).catch(() => reported = '');   // the connection is gone: said again when it is back
  }

  // How near an edge more is asked for. Rows that come at one edge of a full window go at the other: that must not be near then, or both would be asked for
  // in turn for ever. So it is reckoned with rows of a usual height; and where they aren't, the way back is only taken when the reader has moved.
  function near(way) {
    const count = rows.childElementCount;
    if (count <= FULL) return NEAR_EDGE;
    if (paged && paged.way !== way && paged.row === anchor?.row) return LEAST;
    const spare = scroller.scrollHeight - scroller.clientHeight - 1.2 * PAGE * scroller.scrollHeight / count;
    return Math.max(LEAST, Math.min(NEAR_EDGE, spare / 2));
  }

  async function load() {
    if (paging || !connected()) return;
    const fromStart = scroller.scrollHeight - scroller.clientHeight + scroller.scrollTop;
    const wanted = 'older' in scroller.dataset && fromStart < near('Older') ? 'Older'
      : 'newer' in scroller.dataset && below() < near('Newer') ? 'Newer' : null;
    if (!wanted) return;
    paging = true;
    const height = scroller.scrollHeight;
    try {
      await page.invokeMethodAsync(wanted);
    } catch {
      return;   // the connection is gone: the next scroll asks again
    } finally {
      paging = false;
    }
    paged = { way: wanted, row: anchor?.row };
    if (scroller.scrollHeight !== height) load();   // short rows may leave the edge near
  }

  const atEnd = () => !('newer' in scroller.dataset) && below() <= AT_END;

  function scrolled() {
    following = atEnd();
    remember();
    report();
    load();
  }

  const changes = new MutationObserver(restore);
  changes.observe(rows, { childList: true });
  changes.observe(scroller, { attributes: true, attributeFilter: ['data-older', 'data-newer'] });
  const sizes = new ResizeObserver(restore);
  sizes.observe(scroller);
  sizes.observe(content);
  // A long message that is unfolded grows down from where it is read, at the end of the log as well.
  const unfolding = e => { if (e.target instanceof Element && e.target.closest('.fold')) following = false; };
  scroller.addEventListener('click', unfolding, true);
  const reconnected = () => { reported = ''; paging = false; restore(); };
  const passing = () => { moves(); scrolled(); };
  scroller.addEventListener('scroll', passing, { passive: true });
  scroller.addEventListener('scrollend', rested);
  for (const start of ['wheel', 'touchmove']) scroller.addEventListener(start, moves, { passive: true });
  document.addEventListener('visibilitychange', report);
  document.addEventListener('chatter:connected', reconnected);
  document.addEventListener('chatter:sent', toEnd);
  restore();

  function toEnd() {
    following = true;
    restore();
  }

  // The row of an event, or the one before where it has none, into the middle of the view.
  function show(seq) {
    const row = [...rows.querySelectorAll('[data-seq]')].findLast(one => Number(one.dataset.seq) <= seq) ?? rows.querySelector('[data-seq]');
    if (!row) return;
    following = false;
    rest();
    row.scrollIntoView({ block: 'center' });
    scrolled();
    row.classList.add('found');
    row.addEventListener('animationend', () => row.classList.remove('found'), { once: true });
  }

  return {
    toEnd,
    show,
    dispose() {
      gone = true;
      tools.dispose();
      changes.disconnect();
      sizes.disconnect();
      clearTimeout(resting);
      scroller.removeEventListener('scroll', passing);
      scroller.removeEventListener('scrollend', rested);
      for (const start of ['wheel', 'touchmove']) scroller.removeEventListener(start, moves);
      scroller.removeEventListener('click', unfolding, true);
      document.removeEventListener('visibilitychange', report);
      document.removeEventListener('chatter:connected', reconnected);
      document.removeEventListener('chatter:sent', toEnd);
    },
  };
}
