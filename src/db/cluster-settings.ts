/** Settings of the private cluster, given on its command line so that they hold at every start. */

/** Each as `name=value` (PostgreSQL manual, chapter 19). */
export function clusterSettings({ unsafeNoSync }: { unsafeNoSync: boolean }): string[] {
  return [
    'cluster_name=sealpost',
    // Reached through the file system only, and there only by root and its own user.
    'listen_addresses=',
    'unix_socket_directories=.',
    'unix_socket_permissions=0700',
    'port=5432',
    // A hub uses a pool of 10, jobs a few more, commands come beside it.
    'max_connections=60',
    // Small rows, soon deleted: more than this would only hold what is never read again.
    'shared_buffers=128MB',
    'temp_buffers=8MB',
    'work_mem=8MB',
    // What was acknowledged is on the disk, and a torn page is mended from the log.
    ...(unsafeNoSync
      ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
      : ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on']),
    'wal_compression=on',
    // No replica reads the log of a private cluster.
    'wal_level=minimal',
    'max_wal_senders=0',
    'min_wal_size=160MB',
    'max_wal_size=1GB',
    'checkpoint_timeout=10min',
    // Queue tables turn over quickly: their dead rows go early.
    'autovacuum_naptime=15s',
    'autovacuum_vacuum_scale_factor=0.05',
    // Short statements gain nothing from compiling or from helpers.
    'jit=off',
    'max_parallel_workers_per_gather=0',
    // A transaction that its program forgot would keep rows locked and dead rows unswept.
    'idle_in_transaction_session_timeout=60s',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_destination=stderr',
    'logging_collector=off',
    // The log is the hub's, which adds the time; statements may hold what nobody should read.
    'log_line_prefix=',
    'log_min_error_statement=panic',
    'log_checkpoints=off',
  ]
}
