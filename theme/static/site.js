// Read from disk, a folder does not open its index.html by itself.
if (location.protocol === "file:") {
  const named = (url) => (url.endsWith("/") ? url + "index.html" : url);
  const moved = document.querySelector('meta[http-equiv="refresh"]');
  if (moved) {
    location.replace(named(moved.content.split("url=")[1]));
  }
  for (const a of document.querySelectorAll("a[href]")) {
    if (a.protocol === "file:") {
      a.pathname = named(a.pathname);
    }
  }
}

// The edition as this host sends it, against the hash in its name.
async function check(result) {
  const say = (words, wrong) => {
    result.textContent = words;
    result.classList.toggle("wrong", wrong);
  };
  try {
    say("checking …", false);
    const answer = await fetch(result.dataset.copy, { cache: "no-store" });
    if (!answer.ok) {
      throw new Error(`the host answers ${answer.status}`);
    }
    const digest = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
    const found = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const same = found === result.dataset.sha256;
    say(same ? "checked just now: it is what its name says" : "checked just now: it is NOT what its name says", !same);
  } catch (error) {
    say(`it could not be checked: ${error.message}`, false);
  }
}
for (const details of document.querySelectorAll(".edition-details")) {
  const result = details.querySelector("[data-sha256]");
  if (result && window.crypto?.subtle && location.protocol !== "file:") {
    details.addEventListener("toggle", () => check(result), { once: true });
  }
}
