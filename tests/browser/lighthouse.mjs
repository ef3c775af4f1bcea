// Runs Lighthouse, as on a phone, on pages and tells their scores.
//
// Arguments: the folder of the installed modules, the browser, an empty folder for its profile, and the
// addresses. Out: for each a line of JSON with `scores` (0 to 100 by category) and `lacking` (what
// took points away) and `warnings`.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo']
const [folder, browser, profile, ...addresses] = process.argv.slice(2)
const load = (path) => import(pathToFileURL(join(resolve(folder), path)).href)
const { default: lighthouse } = await load('lighthouse/core/index.js')
const { launch } = await load('chrome-launcher/dist/index.js')

const chrome = await launch({
  chromePath: browser,
  userDataDir: profile,
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic']
})
try {
  for (const address of addresses) {
    const { lhr } = await lighthouse(address, { port: chrome.port, logLevel: 'error', onlyCategories: CATEGORIES })
    const scores = {}
    const lacking = []
    for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
      scores[name] = Math.round(score * 100)
      for (const { id, weight } of auditRefs) {
        const audit = lhr.audits[id]
        if (weight > 0 && audit.score !== null && audit.score < 1) {
          lacking.push(`${name}: ${audit.title} (${audit.displayValue ?? audit.score})`)
        }
      }
    }
    console.log(JSON.stringify({ scores, lacking, warnings: lhr.runWarnings }))
  }
} finally {
  await chrome.kill()
}
