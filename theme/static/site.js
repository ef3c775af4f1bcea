(() => {
  "use strict";
  const root = document.documentElement;

  // Colours: those that the reader chose here, else those that the system prefers.
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : preferred.matches);
  try {
    const kept = localStorage.getItem("theme");
    if (kept === "dark" || kept === "light") {
      root.dataset.theme = kept;
    }
  } catch {
    // Nothing is kept here.
  }
  root.classList.add("js");

  // A choice that agrees with the system's is forgotten, so that the page follows the system again.
  function choose(dark) {
    delete root.dataset.theme;
    if (dark !== preferred.matches) {
      root.dataset.theme = dark ? "dark" : "light";
    }
    try {
      localStorage.removeItem("theme");
      if (root.dataset.theme) {
        localStorage.setItem("theme", root.dataset.theme);
      }
    } catch {
      // Nothing can be kept here; the choice holds for this page.
    }
  }
  function offerSwitch(button) {
    const show = () => button.setAttribute("aria-pressed", isDark());
    button.addEventListener("click", () => {
      choose(!isDark());
      show();
    });
    preferred.addEventListener("change", show);
    show();
  }

  // Read from disk, a folder does not open its index.html by itself.
  const named = (url) => (url.endsWith("/") ? `${url}index.html` : url);
  const moved = document.querySelector('meta[http-equiv="refresh"]');
  if (moved && location.protocol === "file:") {
    location.replace(named(moved.content.split("url=")[1]));
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

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".switch button").forEach(offerSwitch);
    for (const details of document.querySelectorAll(".edition-details")) {
      const result = details.querySelector("[data-sha256]");
      if (result && window.crypto?.subtle && location.protocol !== "file:") {
        details.addEventListener("toggle", () => check(result), { once: true });
      }
    }
    if (location.protocol === "file:") {
      for (const a of document.querySelectorAll("a[href]")) {
        if (a.protocol === "file:") {
          a.pathname = named(a.pathname);
        }
      }
    }
  });
})();
