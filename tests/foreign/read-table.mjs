// Prints the rows of an Iceberg table, one JSON object a line, as the npm package icebird reads them.
import { icebergRead } from 'icebird'
import { plain, serveLocalFiles } from './files.mjs'

const [table, metadataFileName] = process.argv.slice(2)
serveLocalFiles()
for (const row of await icebergRead({ tableUrl: table, metadataFileName })) console.log(JSON.stringify(plain(row)))
