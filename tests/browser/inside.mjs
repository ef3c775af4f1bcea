// Functions that run inside the page that is visited.

// Shows the next screen of the page; tells whether there is another.
export function nextScreen() {
  const before = scrollY
  scrollBy(0, innerHeight)
  return scrollY > before
}

// Gathers the layout shifts since the page was opened, without those that a reader's input caused.
export function gatherShifts() {
  scrollTo(0, 0)
  window.shifts = []
  const name = (node) => `${node?.nodeName ?? 'nothing'}.${node?.className ?? ''}`
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (!hadRecentInput) window.shifts.push({ value, moved: sources.map(({ node }) => name(node)) })
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

// What the page shows.
export function look() {
  const root = document.scrollingElement
  const wide = []
  if (root.scrollWidth > root.clientWidth) {
    for (const element of document.body.querySelectorAll('*')) {
      const { left, right } = element.getBoundingClientRect()
      if (left < -0.5 || right > root.clientWidth + 0.5) wide.push(`${element.tagName}.${element.className}`)
    }
    wide.unshift(`${root.scrollWidth} in ${root.clientWidth}`)
  }
  return {
    title: document.querySelector('h1')?.textContent ?? '',
    text: (document.querySelector('main') ?? document.body).innerText,
    pictures: [...document.images].map((image) => image.naturalWidth),
    shifts: window.shifts ?? [],
    wide
  }
}

// The element that has the focus, compared with itself without it and with the stop before.
export function stop() {
  const walked = (window.walked ??= new Set())
  const here = document.activeElement
  if (!here || here === document.body || walked.has(here)) return null
  const style = (element) => {
    const of = getComputedStyle(element)
    const outline = of.outlineStyle === 'none' || of.outlineWidth === '0px' ? '' : `${of.outlineStyle} ${of.outlineWidth} ${of.outlineColor}`
    return [outline, of.boxShadow, of.backgroundColor, of.borderColor, of.borderWidth].join(' | ')
  }
  const box = here.getClientRects()[0] ?? here.getBoundingClientRect()
  const x = box.left + box.width / 2
  const y = box.top + box.height / 2
  const onTop = document.elementFromPoint(x, y)
  const focused = style(here)
  const { scrollX, scrollY } = window
  here.blur()
  const blurred = style(here)
  here.focus({ preventScroll: true, focusVisible: true })
  const place = { x, y: y + scrollY, top: box.top + scrollY, bottom: box.bottom + scrollY, block: here.closest('ul, ol, nav, p, form'), here }
  const before = window.placeBefore
  window.placeBefore = place
  walked.add(here)
  let order = ''
  if (before) {
    const follows = before.here.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING
    if (!follows) order = 'comes before the last stop in the document'
    else if (place.block && place.block === before.block) {
      const way = getComputedStyle(place.block).direction === 'rtl' ? -1 : 1
      const after = (place.x - before.x) * way > 0
      if (place.bottom <= before.top && !after) order = 'is shown above the last stop'
      else if (place.top < before.bottom && place.bottom > before.top && place.y < before.y + 4 && !after) order = 'is shown before the last stop'
    }
  }
  return {
    name: `${here.tagName.toLowerCase()} "${(here.textContent.trim() || here.getAttribute('aria-label') || here.id).slice(0, 40)}"`,
    seen: focused !== blurred,
    shown: box.width > 0 && y >= 0 && y <= innerHeight && x >= 0 && x <= innerWidth,
    covered: Boolean(onTop) && !here.contains(onTop) && !onTop.contains(here) ? `${onTop.tagName}.${onTop.className}` : '',
    order
  }
}

// What can be clicked, is shown, and yet the Tab key did not reach.
export function passedOver() {
  const active = document.querySelectorAll('a[href], button, input, select, textarea, summary')
  return [...active]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0)
    .filter((one) => !window.walked?.has(one))
    .map((one) => `${one.tagName.toLowerCase()} "${one.textContent.trim().slice(0, 40)}"`)
}
