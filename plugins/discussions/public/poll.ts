// New messages appear by themselves while somebody looks at the page; without this, by loading it again.
const thread = document.querySelector('[data-poll]');
if (thread)
  setInterval(() => {
    if (document.visibilityState === 'visible') thread.dispatchEvent(new CustomEvent('poll'));
  }, 15_000);
