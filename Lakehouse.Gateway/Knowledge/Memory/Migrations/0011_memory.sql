-- What is known, one row a version. A version that was replaced names its successor; one that was retired has none.
create table gateway.memories (
    memory_id       text collate "C" primary key,     -- mem_ and a UUIDv7: sorts by time
    scope           text not null,                    -- a consumer's name, or shared:NAME
    kind            text not null check (kind in ('semantic', 'episodic')),
    key             text,                             -- what it is about; null = nothing that could be said otherwise later
    text            text not null,
    norm_hash       bytea not null check (octet_length(norm_hash) = 32),
    sentences       bytea[] not null,                 -- the same of each sentence, and of the whole
    attributes      jsonb not null,
    source_kind     text not null check (source_kind in ('person', 'model', 'tool', 'document', 'outcome')),
    source_id       text,
    trust           text not null check (trust in ('model', 'consumer', 'operator')),
    created_at      timestamptz not null,
    created_by      text not null,
    valid_from      timestamptz not null,
    valid_to        timestamptz,                      -- null = it holds
    superseded_by   text collate "C" references gateway.memories deferrable initially deferred,
    closed_at       timestamptz,
    close_reason    text,
    confirm_count   bigint not null default 0,        -- how often the same was proposed again, by somebody who had not read it here
    use_count       bigint not null default 0,        -- how often it was put into a prompt or found by a search
    helpful         bigint not null default 0,
    harmful         bigint not null default 0,
    last_used_at    timestamptz,
    names           text[] not null,                  -- of persons, out of the attributes: never shown to whoever makes vectors
    embedding       real[],
    embedding_model text,                             -- whose vector it is; null = not asked yet
    fts             tsvector not null generated always as (
        setweight(to_tsvector('english', text), 'A')
        || setweight(to_tsvector('english', translate(coalesce(key, ''), '.:/_-', '     ')), 'B')
        || setweight(jsonb_to_tsvector('english', attributes, '["string"]'), 'C')) stored,
    check (valid_to >= valid_from),
    check ((valid_to is null) = (closed_at is null)),
    check (superseded_by is null or (valid_to is not null and superseded_by <> memory_id))
);

-- Whatever the code does: one live row a key, one live row a text, one predecessor a row.
create unique index memories_live_key on gateway.memories (scope, kind, key) where valid_to is null and key is not null;
create unique index memories_live_text on gateway.memories (scope, kind, norm_hash) where valid_to is null;
create unique index memories_predecessor on gateway.memories (superseded_by) where superseded_by is not null;
create index memories_scope on gateway.memories (scope, memory_id desc);
create index memories_fts on gateway.memories using gin (fts);
create index memories_sentences on gateway.memories using gin (sentences);
create index memories_to_embed on gateway.memories (memory_id) where valid_to is null and embedding_model is null;

-- Who has read what, so that it is not told back as news.
create table gateway.memory_served (
    consumer  text not null,
    memory_id text collate "C" not null references gateway.memories on delete cascade,
    served_at timestamptz not null,
    primary key (consumer, memory_id)
);

-- Misspelt words are found where the extension may be created. Where it comes later: call this once.
create function gateway.memory_use_trigrams() returns boolean language plpgsql as $$
declare home text;
begin
    begin
        create extension if not exists pg_trgm with schema public;
    exception when others then
        raise notice 'pg_trgm is not available: %', sqlerrm;
    end;
    select quote_ident(nspname) into home from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = 'pg_trgm';
    if home is null then
        create or replace function gateway.memory_is_like(body text, word text) returns boolean language sql immutable as 'select false';
        create or replace function gateway.memory_likeness(body text, word text) returns real language sql immutable as 'select 0::real';
        create or replace function gateway.memory_sameness(one text, other text) returns real language sql immutable as 'select (one = other)::int::real';
        return false;
    end if;
    execute format('create or replace function gateway.memory_is_like(body text, word text) returns boolean language sql stable as ''select body operator(%s.%%>>) word''', home);
    execute format('create or replace function gateway.memory_likeness(body text, word text) returns real language sql immutable as ''select %s.strict_word_similarity(word, body)''', home);
    execute format('create or replace function gateway.memory_sameness(one text, other text) returns real language sql immutable as ''select %s.similarity(one, other)''', home);
    execute format('create index if not exists memories_trigrams on gateway.memories using gin (text %s.gin_trgm_ops)', home);
    return true;
end $$;

select gateway.memory_use_trigrams();
