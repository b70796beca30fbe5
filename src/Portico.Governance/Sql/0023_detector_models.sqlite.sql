-- Sets of models of the detectors that were uploaded. workspace_id: the one that may use it, where it learned from its reviews; null = all may. files, probes: JSON, as they were when it came.
create table governance_detector_models (
  id text primary key,
  digest text not null unique,
  version text not null,
  workspace_id text,
  reviews bigint not null,
  bytes bigint not null,
  files text not null,
  probes text not null,
  bundle blob not null,
  uploaded_by text not null,
  uploaded_by_name text not null,
  uploaded_us bigint not null
);

-- What came in force when: the last number of a level counts. level: a workspace, or platform. model_id: 'shipped', or 'none' for a workspace that goes back to the platform's. before_number: the one that a roll back returns to; null = there is none.
create table governance_detector_model_uses (
  level text not null,
  number bigint not null,
  model_id text not null,
  before_number bigint,
  used_by text not null,
  used_by_name text not null,
  used_us bigint not null,
  primary key (level, number)
);
