// What is pushed while no page is open: this browser's subscription, and the server's knowledge of it. It ends with the session.
import { ask, permission } from './notice-choices.js';

const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));

async function call(method, body) {
  const { token } = await (await fetch('/api/antiforgery')).json();
  const answer = await fetch('/api/push/subscriptions', { method, headers: { 'Content-Type': 'application/json', RequestVerificationToken: token }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status}`);
}

const subscription = async () => await (await navigator.serviceWorker?.getRegistration())?.pushManager?.getSubscription() ?? null;

export const isPossible = () => 'serviceWorker' in navigator && 'PushManager' in window;

export const isOn = async () => await subscription() !== null;

export async function turnOn() {
  if (permission() !== 'granted' && await ask() !== 'granted') throw new Error('Not allowed.');
  const { key } = await (await fetch('/api/push/key')).json();
  const worker = await navigator.serviceWorker.ready;
  await call('POST', await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
}

export async function turnOff() {
  const held = await subscription();
  if (!held) return;
  const { endpoint } = held;
  await held.unsubscribe();
  await call('DELETE', { endpoint }).catch(() => {});   // the push service says it to the server, too
}

// Who logged in anew has another session; and the reader may have taken the permission back.
export async function tellAgain() {
  const held = await subscription();
  if (held) await call('POST', held);
}
