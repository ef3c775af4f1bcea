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
