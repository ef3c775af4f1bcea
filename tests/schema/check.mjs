// Checks JSON-LD against schema.org's vocabulary, as schema-dts has it: which property a type may
// have, and of which type its values are.
//
// Arguments: the folder of the installed modules, an empty folder, and a file of JSON: graphs by a
// name. Out: JSON, the faults that TypeScript finds by name.
import { spawnSync } from 'node:child_process'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const [modules, folder, file] = process.argv.slice(2)
const graphs = Object.entries(JSON.parse(readFileSync(file, 'utf8')))
const lines = graphs.map(([, graph], number) => `export const graph${number}: Graph = ${JSON.stringify(graph)}`)
symlinkSync(resolve(modules), join(folder, 'node_modules'))
writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
writeFileSync(join(folder, 'graphs.ts'), ["import type { Graph } from 'schema-dts'", ...lines, ''].join('\n'))
const done = spawnSync(process.execPath, [
  join(resolve(modules), 'typescript/bin/tsc'), '--noEmit', '--strict', '--pretty', 'false',
  '--skipLibCheck', '--module', 'nodenext', '--target', 'esnext', 'graphs.ts'
], { cwd: folder, encoding: 'utf8' })
const faults = {}
for (const line of (done.stdout + done.stderr).split('\n')) {
  const found = /^graphs\.ts\((\d+),\d+\): error (.*)/.exec(line)
  if (found) (faults[graphs[found[1] - 2][0]] ??= []).push(found[2])
}
if (done.error || (done.status !== 0 && Object.keys(faults).length === 0)) {
  throw done.error ?? new Error(done.stdout + done.stderr)
}
console.log(JSON.stringify(faults))
