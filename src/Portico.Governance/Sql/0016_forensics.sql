-- What must be kept whatever its time, and against every erasure. scope: workspace, person or call; subject: its id.
create table governance_holds (
  id text primary key,
  name text not null,
  reason text not null,
  made_by text not null,
  made_by_name text not null,
  made_us bigint not null,
  released_by text,
  released_by_name text,
  released_us bigint,
  release_reason text
);

create table governance_hold_subjects (
  hold_id text not null references governance_holds (id),
  scope text not null,
  subject text not null,
  primary key (hold_id, scope, subject)
);

create index governance_hold_subjects_of on governance_hold_subjects (scope, subject);

-- Who asked to see what was said, of which calls, why, who let them, and until when. Never deleted: it is the record of the decision. calls: ids as JSON, or empty for all calls
-- of the workspace between from_us and to_us.
create table governance_reveals (
  id text primary key,
  state text not null,
  workspace_id text not null,
  calls text not null,
  from_us bigint,
  to_us bigint,
  reason text not null,
  minutes bigint not null,
  asked_by text not null,
  asked_by_name text not null,
  asked_us bigint not null,
  decided_by text,
  decided_by_name text,
  decided_us bigint,
  note text,
  until_us bigint,
  readings bigint not null default 0
);

create index governance_reveals_live on governance_reveals (asked_by, until_us) where state = 'approved';

alter table governance_organisations add column reveal_needs_second bigint not null default 1;

-- What retention removed, and the proof of it. class: contents, calls, responses, conversations, files. hash: SHA-256 over the removed ids in order, each ended by a line feed.
-- left_behind: what a second reading still found past its time and not held; anything but 0 is a purge that did not come to its end.
create table governance_purges (
  id text primary key,
  class text not null,
  at_us bigint not null,
  before_us bigint not null,
  removed bigint not null,
  first_id text,
  last_id text,
  hash text not null,
  held bigint not null,
  left_behind bigint not null
);
