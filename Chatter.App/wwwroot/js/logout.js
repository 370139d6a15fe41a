// The form by which one logs out, on a page of its own: Logout.razor. Nothing of the reader stays in this browser; what wasn't sent is asked about.
import { clear, unsent } from './storage.js';

const form = document.querySelector('form[data-question]');

form.addEventListener('submit', e => {
  if (unsent() > 0 && !confirm(form.dataset.question)) e.preventDefault();
  else clear();
});
