"""Shows that the checks can fail: does each kind of damage in a transaction, looks, and takes it back.

Usage: `run.py --calm --sabotage --features 8 --duration 5`
"""

import io
import zipfile

import downloads
from checks import NEVER

SOME_FEATURE = "(SELECT id FROM features WHERE status = 'done' ORDER BY id LIMIT 1)"
TWICE = "INSERT INTO events SELECT e.tenant_id, e.feature_id, 100000 + e.sequence, e.type, e.data FROM events e WHERE e.type = "

DAMAGE = {
    "a feature at work without a job": f"UPDATE features SET status = 'review' WHERE id = {SOME_FEATURE}",
    "a failed feature without a reason":
        f"UPDATE features SET status = 'failed', failed_in = 'review', failure = '' WHERE id = {SOME_FEATURE}",
    "a run with more than one deliverable version":
        "INSERT INTO deliverables SELECT tenant_id, feature_id, revision, kind, version + 100, body, markdown, run_id "
        "FROM deliverables WHERE kind = 'spec'",
    "a chat answer with more than one brief":
        "INSERT INTO deliverables SELECT tenant_id, feature_id, revision, kind, version + 100, body, markdown, run_id "
        "FROM deliverables WHERE kind = 'brief'",
    "a run with more than one build":
        "INSERT INTO builds SELECT tenant_id, feature_id, number + 100, revision, files, bytes, run_id FROM builds",
    "a run with more than one recommendation":
        "INSERT INTO recommendations SELECT tenant_id, feature_id, revision, gate, version + 100, verdict, reasons, run_id "
        "FROM recommendations",
    "a version that was reviewed twice":
        "INSERT INTO recommendations SELECT tenant_id, feature_id, revision, gate, version + 100, verdict, reasons, "
        "gen_random_uuid(), created_at, deliverable_version FROM recommendations",
    "a gate that was reviewed more than three times":
        "INSERT INTO recommendations SELECT tenant_id, feature_id, revision, gate, version + 100 + n, verdict, reasons, "
        "gen_random_uuid(), created_at, deliverable_version + 100 + n FROM recommendations, generate_series(1, 3) n",
    "a run with more than one review":
        "INSERT INTO reviews SELECT tenant_id, feature_id, revision, build + 100, kind, verdict, body, run_id FROM reviews",
    "output of a run that did not succeed": "UPDATE agent_runs SET status = 'failed' WHERE agent = 'spec'",
    "a sequence of events with a gap or another end than the feature's":
        f"DELETE FROM events WHERE sequence = 5 AND feature_id = {SOME_FEATURE}",
    "a change of status that does not begin where the last one ended":
        f"DELETE FROM events WHERE type = 'status.changed' AND data->>'to' = 'review' AND feature_id = {SOME_FEATURE}",
    "a feature with another status than its last event":
        f"UPDATE features SET status = 'spec_ready' WHERE id = {SOME_FEATURE}",
    "a transition that happened twice": TWICE + "'status.changed'",
    "an event of a run that was told twice": TWICE + "'run.finished'",
    "a build that was told twice": TWICE + "'build.ready'",
    # The event after it becomes its copy.
    "files that a run told twice":
        "UPDATE events e SET type = told.type, data = told.data FROM events told WHERE told.type = 'files.written' "
        "AND e.tenant_id = told.tenant_id AND e.feature_id = told.feature_id AND e.sequence = told.sequence + 1",
    "a message that was told twice": TWICE + "'message.added'",
    "a run whose turns do not add up": "UPDATE agent_turns SET output_tokens = output_tokens + 1 WHERE turn = 1",
    "a run that does not agree with the ledger": "UPDATE ledger SET output_tokens = output_tokens + 1 WHERE turn = 1",
    "a budget that does not agree with the ledger": "UPDATE budget_counters SET spent = spent + 1",
    "a run that never ended": "UPDATE agent_runs SET status = 'running' WHERE agent = 'spec'",
    "an answer that was never finished": "UPDATE chat_messages SET status = 'streaming' WHERE role = 'assistant'",
    "a job that is left":
        "INSERT INTO jobs (tenant_id, id, kind, payload) SELECT tenant_id, id, 'run_spec', '{}' FROM features",
}


async def sabotage(world, database) -> None:
    for words, sql in NEVER.items():
        if words not in DAMAGE:
            world.breach(f"nobody has shown that this check can fail: {words}")
            continue
        # One simple query of several statements: the rows of all of them come back, and only the check has any.
        found = await database.rows(f"BEGIN; {DAMAGE[words]}; {sql}; ROLLBACK")
        if not found:
            world.breach(f"the check does not see its damage: {words}")
        world.figures["checks that saw their damage"] += bool(found)
    await spoil_download(world)


async def spoil_download(world) -> None:
    content = await downloads.fetch(next(life for life in world.lives if life.end == "done"))
    spoilt = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(spoilt, "w") as new:
        *others, last = old.namelist()
        for name in others:
            new.writestr(name, old.read(name))
        new.writestr(last, old.read(last) + b" ")
    for damaged in (content[:-40], spoilt.getvalue()):
        if not downloads.fault(damaged):
            world.breach("the check does not see that a ZIP is damaged")
