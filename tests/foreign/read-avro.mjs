// Prints an Avro file as the npm package avsc reads it: a line with its header's metadata, then one JSON object a record.
import avro from 'avsc'
import { plain } from './files.mjs'

const decoder = avro.createFileDecoder(process.argv[2], { parseHook: schema => avro.Type.forSchema(schema, { wrapUnions: false, registry: {}, typeHook: long }) })

// Whole numbers of 64 bits beyond 2^53 stay exact.
const exact = avro.types.LongType.__with({
  fromBuffer: bytes => bytes.readBigInt64LE(),
  toBuffer: number => { const bytes = Buffer.alloc(8); bytes.writeBigInt64LE(BigInt(number)); return bytes },
  fromJSON: BigInt,
  toJSON: String,
  isValid: number => typeof number === 'bigint',
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
})

function long(schema) {
  return schema === 'long' || schema?.type === 'long' ? exact : undefined
}

decoder.on('metadata', (type, codec, header) => {
  const meta = Object.fromEntries(Object.entries(header.meta).map(([key, value]) => [key, value.toString()]))
  console.log(JSON.stringify({ codec, meta }))
})
decoder.on('data', record => console.log(JSON.stringify(plain(JSON.parse(JSON.stringify(record, (_, v) => (typeof v === 'bigint' ? v.toString() : v?.type === 'Buffer' ? Buffer.from(v.data).toString('hex') : v)))))))
decoder.on('error', error => { console.error(error.message); process.exitCode = 1 })
