-- What was found out about a request before it was refused: the truth rules that were asked, and which fired.
alter table gateway.refusals add column details jsonb;
