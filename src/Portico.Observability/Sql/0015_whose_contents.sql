-- Whose contents they are: the workspace, whose key seals them, and the person, where there is one. Null: kept before this was noted, and sealed under the master key.
alter table observability_contents add column workspace_id text;
alter table observability_contents add column person_id text;
create index observability_contents_by_person on observability_contents (person_id) where person_id is not null;
create index observability_contents_by_workspace on observability_contents (workspace_id, call_id);
