-- Rates of the classes of service beside the standard one (batch, flex, priority), as JSON; null where there are none.
alter table models_prices add column classes text;
