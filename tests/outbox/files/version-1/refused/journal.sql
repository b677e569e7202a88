PRAGMA user_version = 1;
PRAGMA application_id = 0;
BEGIN TRANSACTION;
CREATE TABLE actions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL, command TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '');
INSERT INTO "actions" VALUES(1,1795519800,'add',0,'');
CREATE TABLE changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        action INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
        user TEXT NOT NULL, workspace TEXT NOT NULL, change BLOB NOT NULL,
        reason TEXT NOT NULL DEFAULT '', after BLOB, theirs BLOB);
INSERT INTO "changes" VALUES(1,1,1795519800,'refused','000000000000000000000001','000000000000000000000002',CAST('{"type":"create","draft":{"start":1795500000,"end":1795501800,"description":"no task there","project_id":"000000000000000000000004","task_id":null,"tag_ids":null,"billable":null,"fields":null,"type":null}}' AS BLOB),'refused by a rule: no',NULL,NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER);
CREATE INDEX changes_state ON changes (state, number);
CREATE INDEX changes_action ON changes (action);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('actions',1);
INSERT INTO "sqlite_sequence" VALUES('changes',1);
COMMIT;
