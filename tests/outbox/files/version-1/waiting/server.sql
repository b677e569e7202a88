PRAGMA user_version = 2;
PRAGMA application_id = 1668049780;
BEGIN TRANSACTION;
CREATE TABLE client_contacts (
        client INTEGER PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
        email TEXT NOT NULL, address TEXT NOT NULL, cc TEXT NOT NULL);
INSERT INTO "client_contacts" VALUES(1,'','','[]');
CREATE TABLE clients (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',
        UNIQUE (workspace, name_key));
INSERT INTO "clients" VALUES(1,'000000000000000000000003',1,'ACME','acme',0,'');
CREATE TABLE custom_fields (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        type TEXT NOT NULL, allowed TEXT NOT NULL, required INTEGER NOT NULL DEFAULT 0,
        UNIQUE (workspace, name_key));
INSERT INTO "custom_fields" VALUES(1,'000000000000000000000009',1,'Ticket','ticket','TXT','[]',0);
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
INSERT INTO "entries" VALUES(1,'00000000000000000000000a',1,1795492800,1795494600,'to edit',1,NULL,1,'REGULAR',0,NULL,1795519800);
INSERT INTO "entries" VALUES(2,'00000000000000000000000b',1,1795494600,1795496400,'to delete',NULL,NULL,0,'REGULAR',0,NULL,1795519800);
INSERT INTO "entries" VALUES(3,'00000000000000000000000c',1,1795496400,1795498200,'theirs',NULL,NULL,0,'REGULAR',0,NULL,1795519800);
INSERT INTO "entries" VALUES(4,'00000000000000000000000d',1,1795507200,1795514400,'to split',1,NULL,1,'REGULAR',1,NULL,1795519800);
INSERT INTO "entries" VALUES(5,'00000000000000000000000e',1,1795489200,1795491000,'to move',2,NULL,0,'REGULAR',0,NULL,1795519800);
INSERT INTO "entries" VALUES(6,'00000000000000000000000f',1,1795518000,NULL,'to stop',NULL,NULL,0,'REGULAR',0,NULL,1795519800);
INSERT INTO "entries" VALUES(7,'000000000000000000000010',1,1795485600,1795487400,'arrived',1,NULL,1,'REGULAR',0,NULL,1795519860);
CREATE TABLE entry_fields (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        field INTEGER NOT NULL REFERENCES custom_fields,
        value TEXT NOT NULL,
        PRIMARY KEY (entry, field)) WITHOUT ROWID;
CREATE TABLE entry_tags (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        tag INTEGER NOT NULL REFERENCES tags,
        position INTEGER NOT NULL,
        PRIMARY KEY (entry, tag)) WITHOUT ROWID;
CREATE TABLE members (
        seq INTEGER PRIMARY KEY,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        user INTEGER NOT NULL REFERENCES users,
        UNIQUE (workspace, user));
INSERT INTO "members" VALUES(1,1,1);
CREATE TABLE project_estimates (
        project INTEGER PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
        time TEXT, budget TEXT, reset TEXT);
CREATE TABLE project_members (
        project INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
        user INTEGER NOT NULL REFERENCES users,
        position INTEGER NOT NULL,
        PRIMARY KEY (project, user)) WITHOUT ROWID;
INSERT INTO "project_members" VALUES(1,1,0);
INSERT INTO "project_members" VALUES(2,1,0);
CREATE TABLE projects (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        client INTEGER REFERENCES clients,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        color TEXT NOT NULL, billable INTEGER NOT NULL, public INTEGER NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0, rate INTEGER, note TEXT NOT NULL DEFAULT '');
INSERT INTO "projects" VALUES(1,'000000000000000000000004',1,1,'Site','site','#03A9F4',1,1,0,NULL,'');
INSERT INTO "projects" VALUES(2,'000000000000000000000005',1,NULL,'Ops','ops','#E65100',0,1,0,NULL,'');
CREATE TABLE rates (
        holder TEXT NOT NULL, user TEXT NOT NULL DEFAULT '',
        cost INTEGER NOT NULL, since INTEGER NOT NULL, amount INTEGER NOT NULL,
        PRIMARY KEY (holder, user, cost, since)) WITHOUT ROWID;
CREATE TABLE tags (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL, archived INTEGER NOT NULL DEFAULT 0,
        UNIQUE (workspace, name_key));
INSERT INTO "tags" VALUES(1,'000000000000000000000007',1,'dev','dev',0);
INSERT INTO "tags" VALUES(2,'000000000000000000000008',1,'urgent','urgent',0);
CREATE TABLE task_assignees (
        task INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
        user INTEGER NOT NULL REFERENCES users,
        position INTEGER NOT NULL,
        PRIMARY KEY (task, user)) WITHOUT ROWID;
CREATE TABLE task_estimates (
        task INTEGER PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
        seconds INTEGER NOT NULL, budget INTEGER NOT NULL);
INSERT INTO "task_estimates" VALUES(1,0,0);
CREATE TABLE tasks (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        project INTEGER NOT NULL REFERENCES projects,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0, billable INTEGER NOT NULL, rate INTEGER,
        UNIQUE (project, name_key));
INSERT INTO "tasks" VALUES(1,'000000000000000000000006',1,'Login','login',0,1,NULL);
CREATE TABLE users (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL, email TEXT NOT NULL, is_me INTEGER NOT NULL DEFAULT 0);
INSERT INTO "users" VALUES(1,'000000000000000000000001','ada','',1);
CREATE TABLE workspaces (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL, currency TEXT NOT NULL DEFAULT 'USD', rate INTEGER,
        force_projects INTEGER NOT NULL DEFAULT 0, force_tasks INTEGER NOT NULL DEFAULT 0,
        force_tags INTEGER NOT NULL DEFAULT 0, force_description INTEGER NOT NULL DEFAULT 0,
        lock_at INTEGER);
INSERT INTO "workspaces" VALUES(1,'000000000000000000000002','Local','USD',NULL,0,0,0,0,NULL);
CREATE UNIQUE INDEX users_me ON users (is_me) WHERE is_me = 1;
CREATE UNIQUE INDEX projects_name ON projects (workspace, name_key, coalesce(client, 0));
CREATE INDEX entries_newest ON entries (member, start_at, id);
CREATE UNIQUE INDEX entries_running ON entries (member) WHERE end_at IS NULL;
COMMIT;
