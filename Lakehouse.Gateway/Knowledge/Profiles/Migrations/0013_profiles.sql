create table gateway.profiles (
    kind         text not null check (kind in ('retrieval', 'memory', 'execution', 'observer')),
    name         text not null,
    -- from 1 without gaps; the last one holds, unless it was retired
    version      integer not null check (version > 0),
    settings     jsonb not null,
    task_classes text[] not null,
    note         text,
    created_at   timestamptz not null,
    created_by   text not null,
    retired_at   timestamptz,
    retired_by   text,
    primary key (kind, name, version)
);
