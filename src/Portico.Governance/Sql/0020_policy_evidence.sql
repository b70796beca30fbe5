-- Whose a purge was, where a policy wanted it: a workspace. Null: what the installation says removed it, of all.
alter table governance_purges add column workspace_id text;

-- A text that is asked of the past calls of a level. position: the call that was looked at last; unjudged and rules: counts by name, as name=count with spaces between.
create table governance_policy_replays (
  id text primary key,
  state text not null,
  level_id text not null,
  document text not null,
  from_us bigint,
  to_us bigint not null,
  reads_contents bigint not null,
  asked_by text not null,
  position text not null,
  looked bigint not null,
  refused bigint not null,
  elsewhere bigint not null,
  changed bigint not null,
  opened bigint not null,
  unjudged text not null,
  rules text not null,
  problem text,
  created_us bigint not null,
  updated_us bigint not null
);

-- Calls that a replay found something about, at most as many as are kept; why: lines and rules by name.
create table governance_policy_replay_calls (
  replay_id text not null,
  call_id text not null,
  verdict text not null,
  why text not null,
  primary key (replay_id, call_id)
);
