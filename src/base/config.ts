/**
 * All settings of a hub, in one schema: what each is called, its default, its unit, and a line for
 * the operator, from which `docs/configuration.md` is made.
 *
 * A value comes from the command's flag, else from the environment, else from `sealpost.yaml`, else
 * it is the default. Settings are read once, whole or not at all, and every mistake is named.
 * Settings of the organisation, which people change while the hub runs, are not here but in the
 * database. Secrets are in files that these settings name.
 */

import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { readConfigFile } from './config-file.ts'
import { HubError } from './errors.ts'
import {
  hostAndPort,
  listOf,
  networks,
  path,
  sizeBytes,
  webOrigin,
  wholeNumber,
} from './config-values.ts'

const Schema = z.strictObject({
  data: path.default('./data').meta({
    env: 'SEALPOST_DATA',
    unit: 'folder',
    about: 'Everything the hub keeps: the private database, the master key, locks.',
  }),
  http: hostAndPort.default({ host: '127.0.0.1', port: 8080 }).meta({
    env: 'SEALPOST_HTTP',
    unit: 'host:port',
    about: 'Where the API and the web interface listen.',
  }),
  publicUrl: webOrigin.optional().meta({
    env: 'SEALPOST_PUBLIC_URL',
    unit: 'URL',
    about: 'Where people open the web interface, such as `https://mail.example.org`.',
    shown: 'where it listens',
  }),
  trustedProxies: networks.default([]).meta({
    env: 'SEALPOST_TRUSTED_PROXIES',
    unit: 'list of networks',
    about: 'Proxies before the web interface whose word on the client is taken (X-Forwarded-For).',
    shown: 'none',
  }),
  smtp: hostAndPort.default({ host: '127.0.0.1', port: 2525 }).meta({
    env: 'SEALPOST_SMTP',
    unit: 'host:port',
    about: 'Where programs and people submit mail, after logging in (SMTP submission).',
  }),
  smtpRelay: z
    .union([z.literal('off').transform(() => undefined), hostAndPort])
    .optional()
    .meta({
      env: 'SEALPOST_SMTP_RELAY',
      unit: 'host:port',
      about: 'Where mail servers known to the organisation hand mail over without logging in.',
      shown: 'off',
    }),
  hostname: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'expected a host name')
    .default(hostname)
    .meta({
      env: 'SEALPOST_HOSTNAME',
      unit: 'host name',
      about: 'The name by which the hub greets other mail servers.',
      shown: "the machine's own",
    }),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected postgres://…')
    .optional()
    .meta({
      env: 'DATABASE_URL',
      unit: 'URL',
      about: 'A PostgreSQL server to use. Without it the hub runs one of its own.',
      shown: 'none',
    }),
  databasePasswordFile: path.optional().meta({
    env: 'SEALPOST_DATABASE_PASSWORD_FILE',
    unit: 'file',
    about: 'Holds the password for `DATABASE_URL`, instead of one in the URL.',
    shown: 'none',
  }),
  databaseConnections: wholeNumber({ min: 2, max: 200 }).default(10).meta({
    env: 'SEALPOST_DATABASE_CONNECTIONS',
    unit: 'connections',
    about: 'Most connections that one hub process has open to the database for its queries.',
  }),
  postgresBin: path.optional().meta({
    env: 'SEALPOST_POSTGRES_BIN',
    unit: 'folder',
    about: 'Programs of PostgreSQL for the private database.',
    shown: "the npm package's, else the distribution's",
  }),
  postgresUser: z
    .string()
    .regex(/^[a-z_][a-z0-9_.-]*\$?$/i, 'expected the name of a user of this machine')
    .optional()
    .meta({
      env: 'SEALPOST_POSTGRES_USER',
      unit: 'user',
      about: 'Whom a new private database belongs to and runs as, when the hub is root.',
      shown: 'first of sealpost, postgres, nobody',
    }),
  masterKeyFile: path.optional().meta({
    env: 'SEALPOST_MASTER_KEY_FILE',
    unit: 'file',
    about: 'The key that seals private keys and messages. Without it nothing of them can be read.',
    shown: '`master.key` in the data folder',
  }),
  roles: listOf(['web', 'smtp', 'worker']).default(['web', 'smtp', 'worker']).meta({
    env: 'SEALPOST_ROLES',
    unit: 'list',
    about: 'What this process does, for several on one database: `web`, `smtp`, `worker`.',
    shown: 'web,smtp,worker',
  }),
  tlsCertificateFile: path.optional().meta({
    env: 'SEALPOST_TLS_CERTIFICATE_FILE',
    unit: 'file',
    about: 'Certificate and chain (PEM) for STARTTLS. Goes with the key file.',
    shown: "one of the hub's own authority",
  }),
  tlsKeyFile: path.optional().meta({
    env: 'SEALPOST_TLS_KEY_FILE',
    unit: 'file',
    about: 'Private key (PEM) of that certificate.',
    shown: "one of the hub's own",
  }),
  sizeLimit: sizeBytes({ min: 64 * 1024, max: 1024 ** 3 })
    .default(50 * 1024 ** 2)
    .meta({
      env: 'SEALPOST_SIZE_LIMIT',
      unit: 'bytes, or with K, M, G',
      about: 'Largest message this process takes, whatever the organisation allows.',
      shown: '50M',
    }),
  recipientsLimit: wholeNumber({ min: 100, max: 10_000 }).default(1_000).meta({
    env: 'SEALPOST_RECIPIENTS_LIMIT',
    unit: 'recipients',
    about: 'Most recipients of one message; RFC 5321 section 4.5.3.1.8 asks for 100 at least.',
  }),
  logLevel: z.enum(['error', 'warn', 'info', 'debug', 'silent']).default('info').meta({
    env: 'SEALPOST_LOG_LEVEL',
    unit: 'level',
    about: 'Least event that is logged: `error`, `warn`, `info`, `debug`, or `silent`.',
  }),
})

/** Every setting of a hub. Paths are absolute. */
export type Config = Omit<z.output<typeof Schema>, 'masterKeyFile'> & {
  readonly masterKeyFile: string
  /** Variables that look like settings and are none: to be warned of. */
  readonly unknownVariables: readonly string[]
}

/** One setting, as flags and documents show it. */
export interface SettingFacts {
  readonly name: string
  readonly flag: string
  readonly env: string
  readonly unit: string
  readonly about: string
  /** The default as people read it. */
  readonly shown: string
}

const Meta = z.object({
  env: z.string(),
  unit: z.string(),
  about: z.string(),
  shown: z.string().optional(),
})

/** Variables of the environment that are read elsewhere: the file's own place, and tests. */
const OTHER_VARIABLES = new Set(['SEALPOST_CONFIG', 'SEALPOST_CORPORA'])

/** Facts about every setting, in the order of the documents. */
export function settingFacts(): SettingFacts[] {
  return Object.entries(Schema.shape).map(([name, schema]) => {
    const { shown, ...meta } = Meta.parse(schema.meta())
    const fallback = schema.safeParse(undefined).data
    return { name, flag: flagOf(name), ...meta, shown: shown ?? show(fallback) }
  })
}

/** Where settings come from. */
export interface ConfigSources {
  /** By the settings' names, as the command line gave them. */
  readonly flags?: Readonly<Record<string, string | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths start here. */
  readonly folder: string
  /** The file to read; `SEALPOST_CONFIG` or, if it is there, `sealpost.yaml` otherwise. */
  readonly file?: string | undefined
}

/**
 * Reads all settings.
 *
 * @throws HubError `config.invalid` with `mistakes`, each naming its flag, variable or line
 */
export function readConfig({ flags = {}, env, folder, file }: ConfigSources): Config {
  const mistakes: string[] = []
  const chosenFile = file ?? env['SEALPOST_CONFIG']
  const known = Object.keys(Schema.shape)
  const fromFile = readConfigFile(chosenFile, { folder, known, mistakes })
  const values: Record<string, unknown> = {}
  const origins: Record<string, string> = {}
  for (const { name, flag, env: variable } of settingFacts()) {
    // A variable that is set to nothing is a common way to unset it.
    const candidates = [
      { origin: flag, value: flags[name] },
      { origin: variable, value: env[variable] === '' ? undefined : env[variable] },
      { origin: `${fromFile.name}: ${name}`, value: fromFile.values[name] ?? undefined },
    ]
    const chosen = candidates.find(({ value }) => value !== undefined)
    if (chosen === undefined) continue
    values[name] = chosen.value
    origins[name] = chosen.origin
  }
  const { data, error } = Schema.safeParse(values)
  for (const issue of error?.issues ?? []) {
    const name = String(issue.path[0])
    mistakes.push(`${origins[name] ?? name}: ${issue.message}`)
  }
  if ((values['tlsCertificateFile'] === undefined) !== (values['tlsKeyFile'] === undefined)) {
    mistakes.push('SEALPOST_TLS_CERTIFICATE_FILE and SEALPOST_TLS_KEY_FILE go together')
  }
  if (data === undefined || mistakes.length > 0) {
    throw new HubError('config.invalid', mistakes.join('; '), { detail: { mistakes } })
  }
  return { ...withAbsolutePaths(data, folder), unknownVariables: unknownVariables(env) }
}

function withAbsolutePaths(config: z.output<typeof Schema>, folder: string) {
  const absolute = (each: string | undefined) => each && resolve(folder, each)
  const data = resolve(folder, config.data)
  return {
    ...config,
    data,
    masterKeyFile: absolute(config.masterKeyFile) ?? join(data, 'master.key'),
    postgresBin: absolute(config.postgresBin),
    databasePasswordFile: absolute(config.databasePasswordFile),
    tlsCertificateFile: absolute(config.tlsCertificateFile),
    tlsKeyFile: absolute(config.tlsKeyFile),
  }
}

function unknownVariables(env: ConfigSources['env']): string[] {
  const known = new Set([...settingFacts().map((each) => each.env), ...OTHER_VARIABLES])
  return Object.keys(env).filter((name) => name.startsWith('SEALPOST_') && !known.has(name))
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'host' in value && 'port' in value) {
    return `${String(value.host)}:${String(value.port)}`
  }
  return String(value)
}
