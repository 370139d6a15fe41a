// Whether somebody is at this page: AwayTeller.razor is told when nobody has touched it for a while, and at once when somebody does. Hands on keys, pointer, wheel and
// glass are signs of life, and so is a tab that comes into view; scrolling by itself isn't, since the log scrolls when something arrives.
const SIGNS = ['keydown', 'pointerdown', 'wheel', 'touchstart', 'touchmove'];

export function attach(teller, after) {
  const gone = new AbortController();
  const listen = { capture: true, passive: true, signal: gone.signal };
  let last = Date.now();
  let away = document.hidden;   // a tab that was opened behind another one, or brought back by a browser that starts: nobody has seen it yet
  let told = false;             // the server takes a new socket for somebody who is there
  let timer;
  let place;

  function tell() {
    if (told === away || document.documentElement.dataset.circuit === 'lost') return;
    const now = told = away;
    teller.invokeMethodAsync('Tell', now).catch(() => { told = !now; });   // told when the connection is back
  }

  function look() {
    const left = last + after - Date.now();
    if (left > 0) {
      timer = setTimeout(look, left);
      return;
    }
    away = true;
    tell();
  }

  function sign() {
    last = Date.now();
    if (!away) return;
    away = false;
    tell();
    timer = setTimeout(look, after);
  }

  for (const type of SIGNS) addEventListener(type, sign, listen);
  // A browser says that the pointer moved when the page moved under it, too.
  addEventListener('pointermove', e => {
    const at = `${e.screenX} ${e.screenY}`;
    if (place !== undefined && place !== at) sign();
    place = at;
  }, listen);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) sign(); }, listen);
  document.addEventListener('chatter:connected', () => { told = !away; tell(); }, listen);   // what was told last may be lost
  if (away) tell();
  else timer = setTimeout(look, after);

  return {
    dispose() {
      gone.abort();
      clearTimeout(timer);
    },
  };
}
