-- Where a connection processes what is sent, and what its contract says of data; null = what the model's card says.
alter table models_connections add column region text;
alter table models_connections add column trains_on_data bigint;
alter table models_connections add column retention_days bigint;

-- A rule of one workspace or one key alone; both null = of the whole organisation.
alter table models_rules add column workspace_id text;
alter table models_rules add column key_id text;
