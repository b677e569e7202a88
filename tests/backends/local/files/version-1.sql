PRAGMA user_version = 1;
PRAGMA application_id = 1668049780;
BEGIN TRANSACTION;
CREATE TABLE clients (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',
        UNIQUE (workspace, name_key));
INSERT INTO "clients" VALUES(1,'000000000000000000000003',1,'Acme','acme',0,'pays late');
CREATE TABLE custom_fields (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        type TEXT NOT NULL, allowed TEXT NOT NULL, required INTEGER NOT NULL DEFAULT 0,
        UNIQUE (workspace, name_key));
INSERT INTO "custom_fields" VALUES(1,'00000000000000000000000b',1,'Ticket','ticket','TXT','[]',0);
CREATE TABLE entries (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        member INTEGER NOT NULL REFERENCES members,
        start_at INTEGER NOT NULL, end_at INTEGER,
        description TEXT NOT NULL,
        project INTEGER REFERENCES projects, task INTEGER REFERENCES tasks,
        billable INTEGER NOT NULL, type TEXT NOT NULL,
        invoiced INTEGER NOT NULL DEFAULT 0, approval_id TEXT, created_at INTEGER NOT NULL,
        CHECK (end_at IS NULL OR end_at >= start_at),
        CHECK (task IS NULL OR project IS NOT NULL));
INSERT INTO "entries" VALUES(1,'00000000000000000000000d',1,1709280000,1709283600,'',1,1,1,'REGULAR',0,NULL,1700000000);
INSERT INTO "entries" VALUES(2,'00000000000000000000000e',1,1709283600,1709287200,'',1,2,1,'REGULAR',0,NULL,1700000000);
INSERT INTO "entries" VALUES(3,'00000000000000000000000f',1,1709287200,1709290800,'',2,NULL,0,'REGULAR',0,NULL,1700000000);
INSERT INTO "entries" VALUES(4,'000000000000000000000010',1,1709290800,NULL,'runs',NULL,NULL,0,'REGULAR',0,NULL,1700000000);
CREATE TABLE entry_fields (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        field INTEGER NOT NULL REFERENCES custom_fields,
        value TEXT NOT NULL,
        PRIMARY KEY (entry, field)) WITHOUT ROWID;
INSERT INTO "entry_fields" VALUES(1,1,'"T-1"');
CREATE TABLE entry_tags (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        tag INTEGER NOT NULL REFERENCES tags,
        position INTEGER NOT NULL,
        PRIMARY KEY (entry, tag)) WITHOUT ROWID;
INSERT INTO "entry_tags" VALUES(1,1,0);
CREATE TABLE members (
        seq INTEGER PRIMARY KEY,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        user INTEGER NOT NULL REFERENCES users,
        UNIQUE (workspace, user));
INSERT INTO "members" VALUES(1,1,1);
INSERT INTO "members" VALUES(2,1,2);
CREATE TABLE projects (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        client INTEGER REFERENCES clients,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        color TEXT NOT NULL, billable INTEGER NOT NULL, public INTEGER NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0, rate INTEGER, note TEXT NOT NULL DEFAULT '');
INSERT INTO "projects" VALUES(1,'000000000000000000000004',1,1,'Site','site','#abc',1,1,0,9000,'n');
INSERT INTO "projects" VALUES(2,'000000000000000000000005',1,NULL,'Ops','ops','#03A9F4',0,0,0,NULL,'');
INSERT INTO "projects" VALUES(3,'000000000000000000000006',1,NULL,'Old','old','#03A9F4',1,1,1,NULL,'');
CREATE TABLE tags (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL, archived INTEGER NOT NULL DEFAULT 0,
        UNIQUE (workspace, name_key));
INSERT INTO "tags" VALUES(1,'000000000000000000000009',1,'dev','dev',0);
INSERT INTO "tags" VALUES(2,'00000000000000000000000a',1,'late','late',0);
CREATE TABLE tasks (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        project INTEGER NOT NULL REFERENCES projects,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0, billable INTEGER NOT NULL, rate INTEGER,
        UNIQUE (project, name_key));
INSERT INTO "tasks" VALUES(1,'000000000000000000000007',1,'Build','build',0,1,NULL);
INSERT INTO "tasks" VALUES(2,'000000000000000000000008',1,'Fix','fix',0,1,12000);
CREATE TABLE users (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL, email TEXT NOT NULL, is_me INTEGER NOT NULL DEFAULT 0);
INSERT INTO "users" VALUES(1,'000000000000000000000001','Ada','',1);
INSERT INTO "users" VALUES(2,'00000000000000000000000c','bo','bo@example.com',0);
CREATE TABLE workspaces (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL, currency TEXT NOT NULL DEFAULT 'USD', rate INTEGER,
        force_projects INTEGER NOT NULL DEFAULT 0, force_tasks INTEGER NOT NULL DEFAULT 0,
        force_tags INTEGER NOT NULL DEFAULT 0, force_description INTEGER NOT NULL DEFAULT 0,
        lock_at INTEGER);
INSERT INTO "workspaces" VALUES(1,'000000000000000000000002','Local','EUR',5000,0,0,0,0,NULL);
CREATE UNIQUE INDEX users_me ON users (is_me) WHERE is_me = 1;
CREATE UNIQUE INDEX projects_name ON projects (workspace, name_key, coalesce(client, 0));
CREATE INDEX entries_newest ON entries (member, start_at, id);
CREATE UNIQUE INDEX entries_running ON entries (member) WHERE end_at IS NULL;
COMMIT;
