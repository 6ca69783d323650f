// What a DHT record of the test namespaces must look like. The C# nodes in the same network have the same rules:
// a value that begins with "invalid" is refused, and of several the one with the greatest bytes wins.
import { Buffer } from 'node:buffer'

const NAMESPACES = ['v', 'test', 'infernet']

export const validators = Object.fromEntries(NAMESPACES.map(name => [name, validate]))
export const selectors = Object.fromEntries(NAMESPACES.map(name => [name, selectGreatest]))

async function validate (key, value) {
  if (Buffer.from(value).toString().startsWith('invalid')) {
    throw new Error('the value is invalid')
  }
}

function selectGreatest (key, values) {
  let best = 0
  for (let i = 1; i < values.length; i++) {
    if (Buffer.compare(values[i], values[best]) > 0) {
      best = i
    }
  }

  return best
}
