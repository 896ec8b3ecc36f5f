-- Marks of one actor with one vote count once: to the maker of a playbook and to the operator every source is a vote of its own,
-- anybody else has one, whatever sources he names.
alter table gateway.playbook_marks add column vote text not null default '';
update gateway.playbook_marks mark set vote = source_id from gateway.playbooks playbook where playbook.playbook_id = mark.playbook_id and playbook.created_by = mark.actor;
