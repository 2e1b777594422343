"""What must be true when everything has come to rest, read from the database as its superuser and from the objects' files."""

import collections
import hashlib
import json
import re

PROCESSING = "status NOT IN ('drafting', 'spec_ready', 'plan_ready', 'tests_ready', 'done', 'failed', 'cancelled')"

# Each finds what must not be; a row is a breach.
NEVER = {
    "a feature at work without a job": f"""
        SELECT id, status, revision FROM features f WHERE {PROCESSING} AND NOT EXISTS (
            SELECT FROM jobs j WHERE j.tenant_id = f.tenant_id AND j.feature_id = f.id)""",
    "a failed feature without a reason": """
        SELECT id, status FROM features WHERE status = 'failed' AND coalesce(failure, '') = ''""",
    "a run with more than one deliverable version": """
        SELECT run_id, count(*) FROM deliverables WHERE run_id IS NOT NULL AND kind <> 'brief'
        GROUP BY run_id HAVING count(*) > 1""",
    "a chat answer with more than one brief": """
        SELECT run_id, count(*) FROM deliverables WHERE run_id IS NOT NULL AND kind = 'brief'
        GROUP BY run_id HAVING count(*) > 1""",
    "a run with more than one build": "SELECT run_id, count(*) FROM builds GROUP BY run_id HAVING count(*) > 1",
    "a run with more than one recommendation": """
        SELECT run_id, count(*) FROM recommendations GROUP BY run_id HAVING count(*) > 1""",
    "a version that was reviewed twice": """
        SELECT feature_id, revision, gate, deliverable_version, count(*) FROM recommendations
        GROUP BY tenant_id, feature_id, revision, gate, deliverable_version HAVING count(*) > 1""",
    "a gate that was reviewed more than three times": """
        SELECT feature_id, revision, gate, count(*) FROM recommendations
        GROUP BY tenant_id, feature_id, revision, gate HAVING count(*) > 3""",
    "a run with more than one review": "SELECT run_id, count(*) FROM reviews GROUP BY run_id HAVING count(*) > 1",
    "output of a run that did not succeed": """
        SELECT made.run_id, r.status FROM (
            SELECT tenant_id, run_id FROM deliverables UNION ALL SELECT tenant_id, run_id FROM builds
            UNION ALL SELECT tenant_id, run_id FROM recommendations UNION ALL SELECT tenant_id, run_id FROM reviews
        ) made JOIN agent_runs r ON r.tenant_id = made.tenant_id AND r.id = made.run_id WHERE r.status <> 'succeeded'""",
    "a sequence of events with a gap or another end than the feature's": """
        SELECT f.id, f.event_sequence, min(e.sequence), max(e.sequence), count(e.sequence)
        FROM features f LEFT JOIN events e ON e.tenant_id = f.tenant_id AND e.feature_id = f.id
        GROUP BY f.tenant_id, f.id, f.event_sequence
        HAVING count(e.sequence) <> f.event_sequence OR min(e.sequence) IS DISTINCT FROM 1
            OR max(e.sequence) IS DISTINCT FROM f.event_sequence""",
    "a change of status that does not begin where the last one ended": """
        SELECT feature_id, sequence, data FROM (
            SELECT feature_id, sequence, data,
                lag(data->>'to', 1, 'drafting') OVER (PARTITION BY tenant_id, feature_id ORDER BY sequence) AS before
            FROM events WHERE type = 'status.changed') steps
        WHERE data->>'from' <> before""",
    "a feature with another status than its last event": """
        SELECT f.id, f.status, e.data FROM features f JOIN LATERAL (
            SELECT data FROM events WHERE tenant_id = f.tenant_id AND feature_id = f.id AND type = 'status.changed'
            ORDER BY sequence DESC LIMIT 1) e ON true
        WHERE f.status <> e.data->>'to' OR f.revision <> (e.data->>'revision')::integer""",
    # Once, and once more for each retry, each repair and each rework in that revision.
    "a transition that happened twice": """
        SELECT * FROM (
            SELECT tenant_id, feature_id, data->>'from' AS "from", data->>'to' AS "to", data->>'revision' AS revision,
                count(*) AS times FROM events WHERE type = 'status.changed'
            GROUP BY tenant_id, feature_id, data->>'from', data->>'to', data->>'revision') step
        WHERE times > 1 + (
            SELECT count(*) FROM events again WHERE again.tenant_id = step.tenant_id
                AND again.feature_id = step.feature_id AND again.type = 'status.changed'
                AND again.data->>'revision' = step.revision AND (again.data->>'from' = 'failed' OR again.data ? 'rework'
                    OR (again.data->>'from' = 'review' AND again.data->>'to' = 'implementing')))""",
    "an event of a run that was told twice": """
        SELECT feature_id, type, coalesce(data->>'run_id', data->>'id') AS run, count(*) FROM events
        WHERE type IN ('run.started', 'run.finished')
        GROUP BY tenant_id, feature_id, type, coalesce(data->>'run_id', data->>'id') HAVING count(*) > 1""",
    "a build that was told twice": """
        SELECT feature_id, data->>'build' AS build, count(*) FROM events WHERE type = 'build.ready'
        GROUP BY tenant_id, feature_id, data->>'build' HAVING count(*) > 1""",
    # A retry or a repair is another run, which tells what it writes itself.
    "files that a run told twice": """
        SELECT feature_id, told FROM (
            SELECT tenant_id, feature_id, type, data->>'turn' AS turn, count(*) AS told FROM (
                SELECT *, count(*) FILTER (WHERE type = 'run.started' AND data->>'agent' = 'implementer')
                    OVER (PARTITION BY tenant_id, feature_id ORDER BY sequence) AS run FROM events) e
            WHERE type = 'files.written' GROUP BY tenant_id, feature_id, type, run, data->>'turn') turns
        WHERE told > 1""",
    "a message that was told twice": """
        SELECT feature_id, data->>'message_id' AS message, count(*) FROM events WHERE type = 'message.added'
        GROUP BY tenant_id, feature_id, data->>'message_id' HAVING count(*) > 1""",
    "a run whose turns do not add up": """
        WITH RECURSIVE chain AS (
            SELECT tenant_id, id AS run, continues FROM agent_runs WHERE continues IS NOT NULL
            UNION ALL
            SELECT c.tenant_id, c.run, r.continues FROM chain c
            JOIN agent_runs r ON r.tenant_id = c.tenant_id AND r.id = c.continues WHERE r.continues IS NOT NULL
        )
        SELECT r.id, r.agent, r.turns, count(t.turn) AS kept FROM agent_runs r
        LEFT JOIN agent_turns t ON t.tenant_id = r.tenant_id AND t.run_id = r.id
        GROUP BY r.tenant_id, r.id
        HAVING r.turns <> count(t.turn) OR r.turns > 0 AND (max(t.turn) - min(t.turn) + 1 <> r.turns OR min(t.turn) <> 1 + (
                SELECT count(*) FROM chain c JOIN agent_turns e ON e.tenant_id = c.tenant_id AND e.run_id = c.continues
                WHERE c.tenant_id = r.tenant_id AND c.run = r.id))
            OR ARRAY[coalesce(sum(t.input_tokens), 0), coalesce(sum(t.output_tokens), 0),
                    coalesce(sum(t.cache_read_tokens), 0), coalesce(sum(t.cache_write_tokens), 0),
                    coalesce(sum(t.cost_microdollars), 0)] <> (
                SELECT ARRAY[coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0),
                    coalesce(sum(cache_read_tokens), 0), coalesce(sum(cache_write_tokens), 0),
                    coalesce(sum(cost_microdollars), 0)]
                FROM ledger l WHERE l.tenant_id = r.tenant_id AND l.run_id = r.id AND l.kind <> 'failed')""",
    "a run that does not agree with the ledger": """
        SELECT r.id, r.agent, r.cost_microdollars, sum(l.cost_microdollars) AS booked FROM agent_runs r
        LEFT JOIN ledger l ON l.tenant_id = r.tenant_id AND l.run_id = r.id
        GROUP BY r.tenant_id, r.id
        HAVING r.input_tokens <> coalesce(sum(l.input_tokens), 0) OR r.output_tokens <> coalesce(sum(l.output_tokens), 0)
            OR r.cost_microdollars <> coalesce(sum(l.cost_microdollars), 0)""",
    "a budget that does not agree with the ledger": """
        SELECT c.scope, c.subject, c.spent, c.reserved FROM budget_counters c
        WHERE c.spent <> (SELECT coalesce(sum(l.cost_microdollars), 0) FROM ledger l WHERE l.tenant_id = c.tenant_id
                AND c.subject = CASE c.scope WHEN 'month' THEN l.month WHEN 'feature' THEN l.feature_id::text
                    ELSE l.run_id::text END)
            OR c.reserved <> (SELECT coalesce(sum(r.amount), 0) FROM reservations r WHERE r.tenant_id = c.tenant_id
                AND c.subject = CASE c.scope WHEN 'month' THEN r.month WHEN 'feature' THEN r.feature_id::text
                    ELSE r.run_id::text END)""",
    "a run that never ended": "SELECT id, agent, feature_id FROM agent_runs WHERE status = 'running'",
    "an answer that was never finished": "SELECT id, feature_id FROM chat_messages WHERE status = 'streaming'",
    "a job that is left": "SELECT id, kind, attempt, last_error, run_at, lease_until FROM jobs",
}


async def check(world, machine) -> None:
    database = machine.database
    for words, sql in NEVER.items():
        rows = await database.json(sql)
        for row in rows[:5]:
            world.breach(f"{words}: {json.dumps(row)}")
        if len(rows) > 5:
            world.breach(f"{words}: {len(rows) - 5} more")
    await check_acknowledged(world, database)
    await check_followers(world, database)
    await check_objects(world, machine)


async def check_acknowledged(world, database) -> None:
    """What a client was told has happened has happened."""
    features = {row["id"]: row for row in await database.json("SELECT id, status FROM features")}
    messages = {row["id"] for row in await database.json("SELECT id FROM chat_messages")}
    changes = collections.defaultdict(set)
    for row in await database.json("SELECT feature_id, data FROM events WHERE type = 'status.changed'"):
        data = row["data"]
        changes[row["feature_id"]].add((data["from"], data["to"], data["revision"]))
    for life in world.lives:
        for kind, *facts in life.acknowledged:
            world.figures["acknowledgements checked"] += 1
            if life.is_deleted:
                is_kept = life.id not in features
            elif kind == "created":
                is_kept = life.id in features
            elif kind == "message":
                is_kept = facts[0] in messages
            else:
                revision, gate, now = facts
                is_kept = any(
                    kind == "confirm" and change == ("drafting", "spec_generating", revision)
                    or kind == "approve" and change == (f"{gate}_ready", f"{gate}_approved", revision)
                    or kind == "rework" and change == (f"{gate}_ready", f"{gate}_generating", revision)
                    or kind == "revise" and change[1:] == ("spec_generating", now)
                    or kind == "retry" and (change[0], change[2]) == ("failed", revision)
                    or kind == "cancel" and change[1] == "cancelled"
                    or kind in ("pause", "resume")
                    for change in changes[life.id])
            if not is_kept:
                world.breach(f"feature {life.number} ({life.id}): {kind} {facts} was acknowledged and is lost")
    known = {life.id for life in world.lives}
    world.figures["drafts nobody was told of"] = len(set(features) - known)


async def check_followers(world, database) -> None:
    """Each stream brought exactly what is in the table."""
    stored = collections.defaultdict(list)
    for row in await database.json("SELECT feature_id, sequence, type, data FROM events ORDER BY feature_id, sequence"):
        stored[row["feature_id"]].append((row["sequence"], row["type"], json.dumps(row["data"], sort_keys=True)))
    for life in world.lives:
        if not life.is_deleted and life.id:
            world.figures["events checked"] += len(stored[life.id])
            if life.canonical != stored[life.id]:
                world.breach(f"feature {life.number} ({life.id}): its stream brought {len(life.seen)} events, "
                             f"and {len(stored[life.id])} are stored, or they differ")


async def check_objects(world, machine) -> None:
    """A row never points at a missing or damaged object. An object without a row is counted: a sweep collects it."""
    rows = await machine.database.json("SELECT DISTINCT object_key, sha256, bytes FROM artifacts")
    bucket = machine.objects / "specwright"
    there = {str(path.relative_to(bucket)): path for path in bucket.rglob("*") if path.is_file()}
    for row in rows:
        path = there.pop(row["object_key"], None)
        content = path.read_bytes() if path else None
        if content is None:
            world.breach(f"object {row['object_key']} is missing")
        elif len(content) != row["bytes"] or hashlib.sha256(content).hexdigest() != row["sha256"]:
            world.breach(f"object {row['object_key']} is damaged")
    world.figures["objects checked"] = len(rows)
    world.figures["objects without a row"] = len(there)


async def check_calls(world, database, calls: list, interruptions: collections.Counter) -> None:
    """Answers that were asked for without a fault and are in no checkpoint: each was lost to an interruption.

    An answer's id stands for the request. A stage that was retried asks the same again in another run, so a feature's runs
    of an agent are looked at together.
    """
    owners = {}
    interrupted = collections.Counter()
    for row in await database.json("SELECT id, feature_id, agent FROM agent_runs"):
        owners[row["id"]] = (row["feature_id"], row["agent"])
        interrupted[owners[row["id"]]] += interruptions[row["id"]]
    kept, askers, holders = collections.Counter(), {}, collections.defaultdict(list)
    for row in await database.json("SELECT run_id, reply::text AS reply FROM agent_turns"):
        answer = re.findall(r"msg_dev_[0-9a-f]{16}", row["reply"])[-1]
        kept[answer] += 1
        askers[answer] = owners[row["run_id"]]
        holders[answer].append(row["run_id"])
    excluded = {life.tenant.account for life in world.lives if life.tenant.is_restless}
    asked = collections.Counter(
        call.answer for call in calls if call.answer and not call.fault and call.account not in excluded)
    lost, unknown = collections.Counter(), 0
    for answer, count in asked.items():
        more = count - kept[answer]
        if more > 0 and answer in askers:
            lost[askers[answer]] += more
        elif more > 0:
            unknown += more
    for asker, count in lost.items():
        if count > interrupted[asker]:
            world.breach(f"{asker[1]} of feature {asker[0]} asked {count} times again, with {interrupted[asker]} interruptions")
    world.figures["model calls"] = len(calls)
    world.figures["model calls repeated"] = sum(lost.values())
    world.figures["model calls whose answer was never kept"] = unknown
    await check_retries(world, database, holders)
    if unknown > sum(interruptions.values()) - sum(lost.values()):
        world.breach(f"{unknown} answers were paid for and never kept")


async def check_retries(world, database, holders: dict) -> None:
    """A retry goes on from the answers that were kept. Those of a conversation that led nowhere are asked for anew, and so
    is advice, which is given afresh."""
    runs = {row["id"]: row for row in await database.json(
        "SELECT id, step, agent, feature_id, continues, reusable, status, started_at FROM agent_runs")}
    followers = {run["continues"]: run for run in runs.values() if run["continues"]}

    def is_spoilt(run: dict) -> bool:
        return not run["reusable"] or run["id"] in followers and is_spoilt(followers[run["id"]])

    repeated = 0
    for answer, ids in holders.items():
        earlier = sorted((runs[run] for run in ids), key=lambda run: run["started_at"])[:-1]
        for run in earlier:
            if run["step"] in ("run_chat", "run_alignment", "run_title") or is_spoilt(run):
                world.figures["kept answers asked for again with reason"] += 1
                continue
            repeated += 1
            world.breach(f"{run['agent']} of feature {run['feature_id']}: answer {answer} was kept by run {run['id']} "
                         f"({run['status']}) and asked for again by a retry")
    world.figures["kept answers that a retry asked for again"] = repeated
    world.figures["runs that went on from another's answers"] = len(followers)
