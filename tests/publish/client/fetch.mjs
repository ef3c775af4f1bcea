// Fetches files by CID from one host, with Helia over HTTP: it verifies each block that it gets.
//
// Arguments: the folder of the installed modules, the address of the host, CIDs. Out: for each a
// line of JSON with `data` in base64, or `error`.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

// Node has it from version 22 on; the client's libraries call it.
Promise.withResolvers ??= () => {
  const parts = {}
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }))
  return parts
}

const PATIENCE_MS = 5000
const [folder, host, ...cids] = process.argv.slice(2)
const load = (file) => import(pathToFileURL(join(resolve(folder), file)).href)
const { createHeliaHTTP } = await load('@helia/http/dist/src/index.js')
const { trustlessGateway } = await load('@helia/block-brokers/dist/src/index.js')
const { httpGatewayRouting } = await load('@helia/routers/dist/src/index.js')
const { unixfs } = await load('@helia/unixfs/dist/src/index.js')
const { CID } = await load('multiformats/dist/src/cid.js')

const helia = await createHeliaHTTP({
  libp2p: { services: {} }, // no router on the network: the host is all it knows
  blockBrokers: [trustlessGateway({ allowInsecure: true, allowLocal: true })],
  routers: [httpGatewayRouting({ gateways: [host], shuffle: false })]
})
async function cat (cid) {
  const parts = []
  for await (const part of unixfs(helia).cat(CID.parse(cid))) parts.push(part)
  return Buffer.concat(parts).toString('base64')
}

// After a wrong block the client goes on looking for a host that has the right one.
function giveUp () {
  return new Promise((resolve, reject) => setTimeout(reject, PATIENCE_MS, new Error('no right block')))
}

for (const cid of cids) {
  try {
    console.log(JSON.stringify({ data: await Promise.race([cat(cid), giveUp()]) }))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }))
  }
}
process.stdout.write('', () => process.exit(0))
