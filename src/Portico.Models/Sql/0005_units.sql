-- Prices of what is not counted in tokens, as JSON; null where there are none.
alter table models_prices add column units text;
