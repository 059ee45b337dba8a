/**
 * The options of `serve`: one for each setting of a hub, see `base/config.ts`. Written out, because
 * the schema takes longer to load than most commands to run; a test compares the two.
 */
export const SERVE_OPTIONS: readonly (readonly [flag: string, about: string])[] = [
  [
    '--data <folder>',
    'Everything the hub keeps: the private database, the master key, locks (default ./data)',
  ],
  ['--http <host:port>', 'Where the API and the web interface listen (default 127.0.0.1:8080)'],
  [
    '--public-url <URL>',
    'Where people open the web interface, such as https://mail.example.org (default where it listens)',
  ],
  [
    '--trusted-proxies <list>',
    'Proxies before the web interface whose word on the client is taken (X-Forwarded-For) (default none)',
  ],
  [
    '--smtp <host:port>',
    'Where programs and people submit mail, after logging in (SMTP submission) (default 127.0.0.1:2525)',
  ],
  [
    '--smtp-relay <host:port>',
    'Where mail servers known to the organisation hand mail over without logging in (default off)',
  ],
  [
    '--hostname <host>',
    "The name by which the hub greets other mail servers (default the machine's own)",
  ],
  [
    '--database-url <URL>',
    'A PostgreSQL server to use. Without it the hub runs one of its own (default none)',
  ],
  [
    '--database-password-file <file>',
    'Holds the password for DATABASE_URL, instead of one in the URL (default none)',
  ],
  [
    '--database-connections <connections>',
    'Most connections that one hub process has open to the database for its queries (default 10)',
  ],
  [
    '--postgres-bin <folder>',
    "Programs of PostgreSQL for the private database (default the npm package's, else the distribution's)",
  ],
  [
    '--postgres-user <user>',
    'Whom a new private database belongs to and runs as, when the hub is root (default first of sealpost, postgres, nobody)',
  ],
  [
    '--master-key-file <file>',
    'The key that seals private keys and messages. Without it nothing of them can be read (default master.key in the data folder)',
  ],
  [
    '--roles <list>',
    'What this process does, for several on one database: web, smtp, worker (default web,smtp,worker)',
  ],
  [
    '--tls-certificate-file <file>',
    "Certificate and chain (PEM) for STARTTLS. Goes with the key file (default one of the hub's own authority)",
  ],
  ['--tls-key-file <file>', "Private key (PEM) of that certificate (default one of the hub's own)"],
  [
    '--size-limit <bytes>',
    'Largest message this process takes, whatever the organisation allows (default 50M)',
  ],
  [
    '--recipients-limit <recipients>',
    'Most recipients of one message; RFC 5321 section 4.5.3.1.8 asks for 100 at least (default 1000)',
  ],
  [
    '--log-level <level>',
    'Least event that is logged: error, warn, info, debug, or silent (default info)',
  ],
]
