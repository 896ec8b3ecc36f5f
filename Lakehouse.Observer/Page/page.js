const live = document.getElementById("live");
const state = document.getElementById("state");
const address = "/live?source=" + encodeURIComponent(live.dataset.source);

async function refresh() {
  try {
    const reply = await fetch(address);
    if (!reply.ok) throw new Error("HTTP " + reply.status);
    const html = await reply.text();
    if (html !== refresh.last) live.innerHTML = refresh.last = html;
    state.textContent = "live";
  } catch {
    state.textContent = "the observer does not answer; trying again";
  }
  setTimeout(refresh, 2000);
}

setTimeout(refresh, 2000);
