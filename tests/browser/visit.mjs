// Opens a page in headless Chromium and tells what a reader would see.
//
// Arguments: the folder of the installed modules, the browser, an empty folder for its profile, the
// address of a page, and whether to open "Verify this article" ('open' or ''). Out: a line of JSON
// with `title`, `check` (what the disclosure says of the copy), `pictures` (the natural width of
// each), `requests` (all addresses asked for), `failed` (those without an answer) and `errors` (of
// the console and of scripts).
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, browser, profile, address, open] = process.argv.slice(2)
const { chromium } = await import(pathToFileURL(join(resolve(folder), 'playwright-core/index.mjs')).href)

const context = await chromium.launchPersistentContext(profile, {
  executablePath: browser,
  headless: true,
  chromiumSandbox: false,
  args: [
    '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'
  ]
})
try {
  const page = context.pages()[0] ?? await context.newPage()
  const seen = { requests: [], failed: [], errors: [] }
  context.on('request', (request) => seen.requests.push(request.url()))
  context.on('requestfailed', (request) => seen.failed.push(request.url()))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.errors.push(message.text())
  })
  page.on('pageerror', (error) => seen.errors.push(String(error)))
  await page.goto(address, { waitUntil: 'load' })
  let check = ''
  if (open) {
    await page.click('.edition-details summary')
    const result = page.locator('.edition-check')
    await result.filter({ hasText: /checked just now|could not be checked/ }).waitFor({ timeout: 15000 })
    check = await result.textContent()
  }
  const pictures = await page.$$eval('img', (all) => all.map((one) => one.naturalWidth))
  console.log(JSON.stringify({ title: await page.textContent('h1'), check, pictures, ...seen }))
} finally {
  await context.close()
}
