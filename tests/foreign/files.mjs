// Readers for the web ask for URLs: these answer for files of the local disk, ranges included.
import { open, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const web = globalThis.fetch

function pathOf(url) {
  if (url.startsWith('file:')) return fileURLToPath(url)
  return url.startsWith('/') ? url : undefined
}

export function serveLocalFiles() {
  globalThis.fetch = async (url, init) => {
    const path = pathOf(String(url))
    if (!path) return web(url, init)
    let file
    try {
      file = await open(path)
    } catch (error) {
      return new Response(error.message, { status: 404, statusText: 'Not Found' })
    }
    try {
      const { size } = await file.stat()
      if (init?.method === 'HEAD') return new Response(null, { headers: { 'Content-Length': String(size) } })
      const range = /^bytes=(\d+)-(\d*)$/.exec(new Headers(init?.headers).get('Range') ?? '')
      if (!range) return new Response(await readFile(path))
      const [from, to] = [Number(range[1]), range[2] ? Math.min(Number(range[2]), size - 1) : size - 1]
      const bytes = Buffer.alloc(to - from + 1)
      await file.read(bytes, 0, bytes.length, from)
      return new Response(bytes, { status: 206 })
    } finally {
      await file.close()
    }
  }
}

// Values as texts that do not depend on the reader: whole numbers in full, bytes in hexadecimal, times in ISO 8601.
export function plain(value) {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
  return typeof value === 'number' && Number.isInteger(value) ? value.toString() : value
}
