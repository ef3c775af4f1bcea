// Opens pages in one headless Chromium and tells what a reader would see of them.
//
// Arguments: the folder of the installed modules, and the browser. In: lines of JSON, each a list of
// visits. Out: for each a line of JSON, the list of what was seen, in the same order; several pages
// are open at a time. A visit: `address`, and if wanted
//   width, height  the viewport (1440 x 900)
//   scheme         'light' or 'dark'
//   script         false: a browser without JavaScript
//   steps          what the reader does, in order: ['press', key], ['click', selector],
//                  ['type', text],
//                  ['wait', expression], ['tell', expression], ['visit', address]
//   axe            the tags of the rules that the page must keep
//   walk           true: go through the page with the Tab key
//   screenshot, pdf  files to write
// What was seen: `status`, `title` (the first heading), `text` (of the main part), `told` (one value a 'tell'),
// `requests` (all addresses asked for), `failed` (those with no answer or a bad one), `errors` (of the
// console and of scripts), `shifts` (of the layout, not caused by input, with what moved; all of
// them, where web-vitals counts the worst five seconds), `wide` (what reaches past the sides of the
// page), `pictures` (natural widths), `violations` (of axe), `stops` and `passedOver` (of the walk).
// A visit that goes wrong is {wrong: why}.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import * as inside from './inside.mjs'

const AT_A_TIME = 4
const STEP_MS = 15000
const VISIT_MS = 45000
const [folder, browser] = process.argv.slice(2)
const modules = resolve(folder)
const { chromium } = await import(pathToFileURL(join(modules, 'playwright-core/index.mjs')).href)
const chrome = await chromium.launch({
  executablePath: browser,
  headless: true,
  chromiumSandbox: false,
  args: [
    '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'
  ]
})

// Waits for an expression to be true, from outside: the policy of a page forbids eval in it.
async function until(page, expression) {
  const end = Date.now() + STEP_MS
  // While one page gives way to the next there is nothing to ask.
  while (!(await page.evaluate(expression).catch(() => false))) {
    if (Date.now() > end) throw new Error(`not within ${STEP_MS} ms: ${expression}`)
    await page.waitForTimeout(20)
  }
  await page.waitForLoadState('load') // it may have become true of a page that is still coming
}

async function act(page, steps) {
  const told = []
  for (const [verb, what] of steps) {
    if (verb === 'press') await page.keyboard.press(what)
    else if (verb === 'type') await page.keyboard.type(what)
    else if (verb === 'click') await page.click(what, { timeout: STEP_MS })
    else if (verb === 'wait') await until(page, what)
    else if (verb === 'tell') told.push(await page.evaluate(what))
    else if (verb === 'visit') await page.goto(what, { waitUntil: 'load' })
    else throw new Error(`no such step: ${verb}`)
  }
  return told
}

// Goes through the page with the Tab key until it ends or comes round.
async function walk(page) {
  const stops = []
  while (stops.length < 1000) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(inside.stop)
    if (!stop) break
    stops.push(stop)
  }
  return { stops, passedOver: await page.evaluate(inside.passedOver) }
}

// Goes down the page, so that lazy pictures come, and up again.
async function scroll(page) {
  while (await page.evaluate(inside.nextScreen)) await page.waitForTimeout(20)
  await until(page, '[...document.images].every((image) => image.complete)')
  await page.evaluate(inside.gatherShifts)
  await page.waitForTimeout(50)
}

async function axe(page, tags) {
  await page.evaluate(readFileSync(join(modules, 'axe-core/axe.min.js'), 'utf8'))
  const found = await page.evaluate((values) => axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), tags)
  return found.violations.map(({ id, help, nodes }) => ({
    rule: id, help, where: nodes.map((node) => `${node.target.join(' ')}: ${node.any[0]?.message ?? ''}`)
  }))
}

async function visit(job) {
  const context = await chrome.newContext({
    viewport: { width: job.width ?? 1440, height: job.height ?? 900 },
    colorScheme: job.scheme ?? 'light',
    reducedMotion: 'reduce',
    javaScriptEnabled: job.script ?? true
  })
  try {
    const page = await context.newPage()
    const seen = { requests: [], failed: [], errors: [] }
    const main = (request) => request.isNavigationRequest() && request.frame() === page.mainFrame()
    page.on('request', (request) => seen.requests.push(request.url()))
    page.on('requestfailed', (request) => seen.failed.push(request.url()))
    page.on('response', (response) => {
      if (response.status() >= 400 && !main(response.request())) seen.failed.push(response.url())
    })
    page.on('console', (message) => {
      // That the page itself is the one for a missing address is no error of it.
      const { url } = message.location()
      const own = url === job.address && message.text().startsWith('Failed to load resource')
      if (['error', 'warning'].includes(message.type()) && !own) seen.errors.push(`${message.text()} (${url})`)
    })
    page.on('pageerror', (error) => seen.errors.push(String(error)))
    const answer = await page.goto(job.address, { waitUntil: 'load' })
    seen.status = answer?.status() ?? 0
    seen.told = await act(page, job.steps ?? [])
    await page.waitForLoadState('load')
    if (job.walk) Object.assign(seen, await walk(page))
    if (job.script !== false) await scroll(page)
    Object.assign(seen, await page.evaluate(inside.look))
    if (job.screenshot) await page.screenshot({ path: job.screenshot, fullPage: true, type: 'jpeg', quality: 80 })
    if (job.axe) seen.violations = await axe(page, job.axe)
    if (job.pdf) await page.pdf({ path: job.pdf, format: 'A4' })
    return seen
  } catch (error) {
    return { wrong: String(error.stack ?? error) }
  } finally {
    await context.close()
  }
}

async function visitAll(jobs) {
  const seen = []
  let next = 0
  const one = async () => {
    while (next < jobs.length) {
      const number = next++
      const late = new Promise((done) => setTimeout(done, VISIT_MS, { wrong: `no end of ${jobs[number].address}` }).unref())
      seen[number] = await Promise.race([visit(jobs[number]), late])
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, one))
  return seen
}

try {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await visitAll(JSON.parse(line))) + '\n')
  }
} finally {
  await chrome.close()
}
