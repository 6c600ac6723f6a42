/**
 * The file: what is true now (`current`), what happened (`log`), and the bytes of both (`value`), apart so that scans
 * of the first two touch small rows only. A version's id is its position (see `position.ts`).
 *
 * - `current`: the newest version of each key that exists.
 * - `log`: one row a change since the last compaction. `previous` is the id of the version it replaced.
 * - `value`: a put's value, or a deletion's last state.
 * - `meta`: `compacted`, the oldest revision that can be read.
 */
export const schema = `
  CREATE TABLE current (key TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE log (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, previous INTEGER, deleted INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE value (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE meta (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID, STRICT;
  INSERT INTO meta VALUES ('compacted', 0);
`;

/** SQLite's application id of our files: "DRMC". */
export const applicationId = 0x44524d43;

/** Version of the format above. A file of another version is refused, or migrated once there is an older one. */
export const formatVersion = 1;

/** Pages that a connection may cache, KiB; the operating system caches the file anyway. */
export const cacheKiB = 512;
