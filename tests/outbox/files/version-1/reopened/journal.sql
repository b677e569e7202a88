PRAGMA user_version = 1;
PRAGMA application_id = 0;
BEGIN TRANSACTION;
CREATE TABLE actions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL, command TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '');
INSERT INTO "actions" VALUES(1,1795519800,'start',0,'');
INSERT INTO "actions" VALUES(2,1795519860,'stop',1,'');
CREATE TABLE changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        action INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
        user TEXT NOT NULL, workspace TEXT NOT NULL, change BLOB NOT NULL,
        reason TEXT NOT NULL DEFAULT '', after BLOB, theirs BLOB);
INSERT INTO "changes" VALUES(1,1,1795519800,'waiting','000000000000000000000001','000000000000000000000002',CAST('{"type":"stop","end":1795518000,"silent":true}' AS BLOB),'server could not be reached: no network',NULL,NULL);
INSERT INTO "changes" VALUES(2,1,1795519800,'waiting','000000000000000000000001','000000000000000000000002',CAST('{"type":"create","draft":{"start":1795518000,"end":null,"description":"runs on","project_id":null,"task_id":null,"tag_ids":null,"billable":null,"fields":null,"type":null}}' AS BLOB),'server could not be reached: no network',NULL,NULL);
INSERT INTO "changes" VALUES(3,2,1795519860,'done','000000000000000000000001','000000000000000000000002',CAST('{"type":"stop","end":1795519200,"known":{"id":"p2","start":1795518000,"end":null,"description":"runs on","project":null,"task":null,"tags":[],"billable":false,"type":"REGULAR","user_id":"","user":"","workspace_id":"","fields":[],"hourly_rate":null,"cost_rate":null,"locked":false,"approval_id":null,"kiosk_id":null},"after":2}' AS BLOB),'server could not be reached: no network',NULL,NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER);
CREATE INDEX changes_state ON changes (state, number);
CREATE INDEX changes_action ON changes (action);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('actions',2);
INSERT INTO "sqlite_sequence" VALUES('changes',3);
COMMIT;
