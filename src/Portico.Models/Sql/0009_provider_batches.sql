-- Whether lines of batches go to the provider's own batches, at its lower price.
alter table models_connections add column provider_batches bigint not null default 0;
