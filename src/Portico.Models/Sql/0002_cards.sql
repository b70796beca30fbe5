create table models_cards (
  model_id text primary key references models_models (id) on delete cascade,
  body text not null,
  version bigint not null,
  updated_by text not null,
  updated_us bigint not null
);
