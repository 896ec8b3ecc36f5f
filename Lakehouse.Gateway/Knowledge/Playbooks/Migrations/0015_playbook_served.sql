-- Which consumer was told what of which playbook, so that it is not told back as news: the text itself may have changed since.
create table gateway.playbook_served (
    consumer    text not null,
    hash        bytea not null check (octet_length(hash) = 32),   -- of a sentence, or of a whole text
    playbook_id text collate "C" not null references gateway.playbooks on delete cascade,
    served_at   timestamptz not null,
    primary key (consumer, hash, playbook_id)
);
