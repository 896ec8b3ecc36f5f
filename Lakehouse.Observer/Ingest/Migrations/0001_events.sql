create table observer.events (
    seq         bigint generated always as identity primary key,
    event_id    text not null unique,
    received_at timestamptz not null,
    source      text not null,
    body        jsonb not null
);

create index events_by_source on observer.events (source, seq);

-- What was seen cannot be unseen: not by this service's own mistakes, not by a superuser in a hurry, not by a replica role.
create function observer.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'observer.events is append only: % is refused', tg_op using errcode = 'insufficient_privilege';
end
$$;

create trigger events_append_only
    before update or delete or truncate on observer.events
    for each statement execute function observer.refuse_change();

alter table observer.events enable always trigger events_append_only;
