-- Courses that organisations wrote. A version never changes; those that ship with the program are not here.
create table governance_courses (
  organisation_id text not null references governance_organisations (id) on delete cascade,
  id text not null,
  version bigint not null,
  markdown text not null,
  created_us bigint not null,
  primary key (organisation_id, id, version)
);

-- Version 1 is the program's own text and is not here.
create table governance_acceptable_use (
  organisation_id text not null references governance_organisations (id) on delete cascade,
  version bigint not null,
  text text not null,
  asks_again bigint not null,
  created_us bigint not null,
  primary key (organisation_id, version)
);

create table governance_acknowledgements (
  person_id text not null references governance_people (id) on delete cascade,
  version bigint not null,
  at_us bigint not null,
  primary key (person_id, version)
);

-- To: everybody, role, workspace, person. Subject: the name of the role, or an id.
create table governance_assignments (
  id text primary key,
  organisation_id text not null references governance_organisations (id) on delete cascade,
  course_id text not null,
  audience text not null,
  subject text,
  due_us bigint,
  version bigint not null,
  created_us bigint not null
);

create table governance_lessons_read (
  person_id text not null references governance_people (id) on delete cascade,
  course_id text not null,
  course_version bigint not null,
  lesson bigint not null,
  at_us bigint not null,
  primary key (person_id, course_id, course_version, lesson)
);

-- Calls and what they cost are those since window_us, for a day.
create table governance_exercise_runs (
  id text primary key,
  person_id text not null references governance_people (id) on delete cascade,
  course_id text not null,
  course_version bigint not null,
  exercise text not null,
  calls bigint not null,
  spent_nano_usd bigint not null,
  done_call_id text,
  done_us bigint,
  window_us bigint not null,
  unique (person_id, course_id, course_version, exercise)
);

-- What a call of an exercise showed: digests and the checks it met, never what was said.
create table governance_exercise_calls (
  call_id text primary key,
  run_id text not null references governance_exercise_runs (id) on delete cascade,
  prompt_digest text not null,
  model text not null,
  temperature text not null,
  met text not null,
  at_us bigint not null
);

create index governance_exercise_calls_by_run on governance_exercise_calls (run_id);

create table governance_quiz_attempts (
  id text primary key,
  person_id text not null references governance_people (id) on delete cascade,
  course_id text not null,
  course_version bigint not null,
  score bigint not null,
  passed bigint not null,
  at_us bigint not null
);

create index governance_quiz_attempts_by_person on governance_quiz_attempts (person_id, course_id);

-- Text: what is signed. It holds the name, because a certificate is shown to people.
create table governance_certificates (
  id text primary key,
  person_id text not null references governance_people (id) on delete cascade,
  organisation_id text not null,
  course_id text not null,
  course_version bigint not null,
  title text not null,
  score bigint not null,
  issued_us bigint not null,
  expires_us bigint not null,
  text text not null,
  signature text not null,
  key_id text not null
);

create index governance_certificates_by_person on governance_certificates (person_id);

-- Courses: a JSON array of their ids.
create table governance_access_rules (
  id text primary key,
  organisation_id text not null references governance_organisations (id) on delete cascade,
  workspace_id text references governance_workspaces (id) on delete cascade,
  acceptable_use bigint not null,
  courses text not null,
  from_us bigint not null,
  version bigint not null,
  created_us bigint not null
);

-- What pays for exercises, and which models answer them.
create table governance_exercise_settings (
  organisation_id text primary key references governance_organisations (id) on delete cascade,
  use_case_id text not null references governance_use_cases (id) on delete cascade,
  models text not null,
  version bigint not null
);
