// The search panel's keys. What is typed is told when the writer rests, not at each key: the server searches for what he wants, not for what he is about to write.
import { NARROW } from '../../js/narrow.js';

const REST = 200;

export function attach(panel, page, asked) {
  const box = panel.querySelector('input');
  const before = document.activeElement;
  let timer = 0;
  let told = asked;

  const call = (name, ...rest) => document.documentElement.dataset.circuit === 'lost' ? Promise.resolve() : page.invokeMethodAsync(name, ...rest).catch(() => told = null);   // told again with the next key
  const hits = () => [...panel.querySelectorAll('.hit')];

  function tell() {
    clearTimeout(timer);
    if (box.value === told) return;
    told = box.value;
    call('Typed', told);
  }

  function typed(e) {
    clearTimeout(timer);
    if (!e.isComposing) timer = setTimeout(tell, REST);
  }

  function pressed(e) {
    if (e.isComposing) return;
    const all = hits();
    const at = all.indexOf(document.activeElement);
    if (e.key === 'Escape') {
      call('Closed');
    } else if (e.key === 'Enter' && e.target === box) {
      if (box.value === told && all.length > 0) all[0].focus();   // as if the arrow had been pressed: the answer is there already
      else tell();
    } else if (e.key === 'ArrowDown' && (at >= 0 || e.target === box)) {
      (all[at + 1] ?? all[at] ?? box).focus();
    } else if (e.key === 'ArrowUp' && at >= 0) {
      (all[at - 1] ?? box).focus();
    } else if (e.key === 'Home' && at >= 0) {
      all[0].focus();
    } else if (e.key === 'End' && at >= 0) {
      all[all.length - 1].focus();
    } else {
      return;
    }
    e.preventDefault();
    e.stopPropagation();
  }

  // Over the whole of a narrow page the panel would hide what it led to.
  const followed = e => { if (NARROW.matches && e.target instanceof Element && e.target.closest('.hit')) call('Closed'); };

  // The search, or its answer, may have been lost with the connection.
  const again = () => { told = null; if (box.value) tell(); };

  document.addEventListener('chatter:connected', again);
  box.addEventListener('input', typed);
  panel.addEventListener('keydown', pressed);
  panel.addEventListener('click', followed);
  box.focus();
  if (box.value === asked) box.select();
  else tell();   // who is quick has typed before this was there

  return {
    dispose() {
      clearTimeout(timer);
      document.removeEventListener('chatter:connected', again);
      box.removeEventListener('input', typed);
      panel.removeEventListener('keydown', pressed);
      panel.removeEventListener('click', followed);
      if (document.activeElement === document.body && before?.isConnected) before.focus();
    },
  };
}
