-- null: the gateway's playbooks have not got it yet
alter table bot.cycles add column remembered_at timestamptz;
update bot.cycles set remembered_at = finished_at;
drop index bot.cycles_undelivered;
create index cycles_undelivered on bot.cycles (finished_at)
    where finished_at is not null and (exported_at is null or (not dry_run and (observed_at is null or remembered_at is null)));
