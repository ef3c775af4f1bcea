// Builds UnixFS DAGs with ipfs-unixfs-importer, for comparing.
//
// Argument: the folder of the installed modules. In: a JSON object a line, with `profile`,
// `entries` ([path, base64] pairs, or one pair with an empty path for a file alone), and maybe
// `chunkSize`, `maxLinks` and `threshold`. Out: for each a line with `cid`, `size` (its Tsize) and
// `blocks`, all CIDs in order of their text.
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const load = (file) => import(pathToFileURL(join(resolve(process.argv[2]), file)).href)
const { importer } = await load('ipfs-unixfs-importer/dist/src/index.js')
const { fixedSize } = await load('ipfs-unixfs-importer/dist/src/chunker/fixed-size.js')
const { balanced } = await load('ipfs-unixfs-importer/dist/src/layout/balanced.js')

async function build ({ profile, entries, chunkSize, maxLinks, threshold }) {
  const blocks = new Set()
  const store = { put: async (cid) => { blocks.add(cid.toString()); return cid } }
  const options = { profile, wrapWithDirectory: entries[0]?.[0] !== '' }
  if (chunkSize) options.chunker = fixedSize({ chunkSize })
  if (maxLinks) options.layout = balanced({ maxChildrenPerNode: maxLinks })
  if (threshold !== undefined) options.shardSplitThresholdBytes = threshold
  const files = entries.map(([path, content]) => ({
    path: path === '' ? undefined : path, content: Buffer.from(content, 'base64')
  }))
  let root
  for await (const entry of importer(files, store, options)) root = entry
  return { cid: root.cid.toString(), size: Number(root.size), blocks: [...blocks].sort() }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await build(JSON.parse(line))))
}
