// Serves S3 from a folder by the npm package s3rver on a free port, which it prints; ends with its standard input.
import { createRequire } from 'node:module'

const S3rver = createRequire(import.meta.url)('s3rver')
const [directory, ...buckets] = process.argv.slice(2)
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: buckets.map(name => ({ name })) })
const { port } = await server.run()
console.log(port)
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
