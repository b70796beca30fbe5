create table models_decisions (
  model_id text not null references models_models (id) on delete cascade,
  number bigint not null,
  workspace_id text,
  state text not null,
  purpose text not null,
  decided_by text not null,
  reason text,
  decided_us bigint not null,
  superseded bigint not null,
  primary key (model_id, number)
);

insert into models_decisions (model_id, number, workspace_id, state, purpose, decided_by, reason, decided_us, superseded)
select id, 1, null, 'approved', 'any', 'migration', 'It could be called before models were approved.', created_us, 0 from models_models;
