// Read from disk, a folder does not open its index.html by itself.
if (location.protocol === "file:") {
  for (const a of document.querySelectorAll("a[href]")) {
    if (a.protocol === "file:" && a.pathname.endsWith("/")) {
      a.pathname += "index.html";
    }
  }
}
