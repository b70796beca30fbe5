-- Keys that wrap keys: the root (kept nowhere) wraps those of organisations and of the platform, those wrap workspaces', those wrap what seals. parent_id: a key, or 'root:' and the id of a root.
-- state: active; retired (opens, seals nothing new); replaced (nothing is under it, its bytes are gone); destroyed (gone with everything under it).
create table governance_data_keys (
  id text primary key,
  level text not null,
  place text not null,
  purpose text not null,
  parent_id text not null,
  state text not null,
  wrapped text,
  created_us bigint not null,
  retired_us bigint,
  destroyed_us bigint
);

create unique index governance_data_keys_active on governance_data_keys (place, level, purpose) where state = 'active';
create index governance_data_keys_by_place on governance_data_keys (place, purpose);
create index governance_data_keys_by_parent on governance_data_keys (parent_id);

-- Which root wraps, and which did. The id is the beginning of the root's SHA-256.
create table governance_roots (
  id text primary key,
  since_us bigint not null,
  retired_us bigint
);

-- Who asked that the key of a workspace be destroyed, and what came of it. Never deleted: it is the record of the decision. root_id: the root when it was done.
create table governance_key_destructions (
  id text primary key,
  workspace_id text not null,
  state text not null,
  reason text not null,
  asked_by text not null,
  asked_by_name text not null,
  asked_us bigint not null,
  decided_by text,
  decided_by_name text,
  decided_us bigint,
  note text,
  keys bigint,
  root_id text
);

create unique index governance_key_destructions_open on governance_key_destructions (workspace_id) where state = 'open';
