/** nginx in front of a service, with a configuration as an operator would write it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './until'
import type { Workshop } from './workshop'

export interface Nginx {
  /** Scheme, host and port: an address of this machine that nobody else has. */
  readonly origin: string
  /** Starts it: requests below `location` go there, without the location. */
  forwardTo(upstream: string): Promise<void>
}

/** One process: nothing of it is left when that is killed. */
const configuration = (folder: string, listen: string, location: string) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  server {
    listen ${listen};
    ${location}
  }
}
`

/**
 * @param program the path of nginx
 * @param location what stands in its `server`, for an upstream
 */
export const createNginx = async (
  workshop: Workshop,
  program: string,
  location: (upstream: string) => string,
): Promise<Nginx> => {
  const folder = await workshop.folder()
  const [a, b, c] = crypto.getRandomValues(new Uint8Array(3))
  const listen = `127.${a}.${b}.${c}:8080`
  const origin = `http://${listen}`
  return {
    origin,
    async forwardTo(upstream) {
      const file = join(folder, 'nginx.conf')
      writeFileSync(file, configuration(folder, listen, location(upstream)))
      workshop.startProgram([program, '-p', folder, '-c', file], { cwd: folder })
      await until('nginx', () => fetch(origin).then(Boolean, () => false))
    },
  }
}
