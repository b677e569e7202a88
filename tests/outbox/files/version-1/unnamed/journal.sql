PRAGMA user_version = 1;
PRAGMA application_id = 0;
BEGIN TRANSACTION;
CREATE TABLE actions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL, command TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '');
INSERT INTO "actions" VALUES(1,1795519800,'add',0,'');
INSERT INTO "actions" VALUES(2,1795519800,'add',0,'');
INSERT INTO "actions" VALUES(3,1795519800,'start',0,'');
INSERT INTO "actions" VALUES(4,1795519800,'stop',0,'');
INSERT INTO "actions" VALUES(5,1795519800,'start',0,'');
CREATE TABLE changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        action INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
        user TEXT NOT NULL, workspace TEXT NOT NULL, change BLOB NOT NULL,
        reason TEXT NOT NULL DEFAULT '', after BLOB, theirs BLOB);
INSERT INTO "changes" VALUES(1,1,1795519800,'waiting','','',CAST('{"type":"create","draft":{"start":1795500000,"end":1795501800,"description":"first ever","project_id":"?Site","task_id":null,"tag_ids":["?dev"],"billable":null,"fields":null,"type":null}}' AS BLOB),'server could not be reached: no network',NULL,NULL);
INSERT INTO "changes" VALUES(2,2,1795519800,'waiting','','',CAST('{"type":"create","draft":{"start":1795501800,"end":1795503600,"description":"nowhere","project_id":"?Nowhere","task_id":null,"tag_ids":null,"billable":null,"fields":null,"type":null}}' AS BLOB),'server could not be reached: no network',NULL,NULL);
INSERT INTO "changes" VALUES(3,3,1795519800,'waiting','','',CAST('{"type":"stop","end":1795503600,"silent":true}' AS BLOB),'server could not be reached: no network',NULL,NULL);
INSERT INTO "changes" VALUES(4,3,1795519800,'waiting','','',CAST('{"type":"create","draft":{"start":1795503600,"end":1795506300,"description":"fix login","project_id":"?Ops","task_id":null,"tag_ids":null,"billable":null,"fields":null,"type":null}}' AS BLOB),'server could not be reached: no network',NULL,NULL);
INSERT INTO "changes" VALUES(5,4,1795519800,'done','','',CAST('{"type":"stop","end":1795506300,"known":{"id":"p4","start":1795503600,"end":null,"description":"fix login","project":{"id":"?Ops","name":"Ops","color":"","client_id":null,"client":""},"task":null,"tags":[],"billable":false,"type":"REGULAR","user_id":"","user":"","workspace_id":"","fields":[],"hourly_rate":null,"cost_rate":null,"locked":false,"approval_id":null,"kiosk_id":null},"after":4}' AS BLOB),'server could not be reached: no network',NULL,NULL);
INSERT INTO "changes" VALUES(6,5,1795519800,'waiting','','',CAST('{"type":"stop","end":1795518000,"silent":true}' AS BLOB),'server could not be reached: no network',NULL,NULL);
INSERT INTO "changes" VALUES(7,5,1795519800,'waiting','','',CAST('{"type":"create","draft":{"start":1795518000,"end":null,"description":"runs","project_id":null,"task_id":null,"tag_ids":null,"billable":null,"fields":null,"type":null}}' AS BLOB),'server could not be reached: no network',NULL,NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER);
CREATE INDEX changes_state ON changes (state, number);
CREATE INDEX changes_action ON changes (action);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('actions',5);
INSERT INTO "sqlite_sequence" VALUES('changes',7);
COMMIT;
