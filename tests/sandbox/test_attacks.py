"""Run every attack against every tier of this machine: none gains a point, learns, leaves, changes or stops anything.

In the tier `process` only the attacks on marks are run: that tier promises nothing else, and says so in every report.
"""

import pytest

from tests.arena import AIMS, ATTACKS, Arena, Attack, attacks

TIERS = {"isolated": AIMS, "restricted": AIMS, "process": ("forge",)}
CASES = [
    (tier, attack) for tier, aims in TIERS.items() for attack in attacks(*aims) if tier != "process" or not attack.needs
]


@pytest.fixture(scope="module")
def table(request):
    """What every attack came to, printed when all are done."""
    rows = []
    yield rows
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        reporter.write("\n\nattacks: what each tried, in which tier, and what it came to\n")
        for tier, attack, outcome in rows:
            verdict = "HARM: " + "; ".join(outcome.harm) if outcome.harm else "held"
            measured = f"{outcome.seconds:5.1f} s  {outcome.peak_mb:4} MB"
            reporter.write(f"{tier:10}  {attack.name:36}  {measured}  {verdict:6}  {attack.tries}\n")
        held = sum(not outcome.harm for _, _, outcome in rows)
        reporter.write(f"{held} of {len(rows)} attacks held off; {len(ATTACK_NAMES)} different ones\n")


ATTACK_NAMES = {attack.name for _, attack in CASES}


@pytest.fixture(scope="module")
def arenas(tmp_path_factory):
    """One world a tier, made when it is first needed; None where the machine does not offer the tier."""
    made = {}

    def arena(tier: str) -> Arena | None:
        if tier not in made:
            new = Arena(tmp_path_factory.mktemp(tier), tier)
            if new.grader.sandbox.report["tier"] != tier:
                new.close()
                new = None
            made[tier] = new
        return made[tier]

    yield arena
    for arena in reversed([each for each in made.values() if each]):  # each restores what it found
        arena.close()


@pytest.mark.parametrize(("tier", "attack"), CASES, ids=[f"{tier}-{attack.name}" for tier, attack in CASES])
def test_attack(tier: str, attack: Attack, arenas, table):
    arena = arenas(tier)
    if arena is None:
        pytest.skip(f"this machine does not offer the tier {tier}")
    outcome = arena.run(attack)
    table.append((tier, attack, outcome))
    assert not outcome.harm, "\n".join([*outcome.harm, *dict.fromkeys(outcome.messages)])


def test_there_are_enough_attacks():
    assert len(ATTACK_NAMES) >= 60
    assert all(len([path for path in (ATTACKS / aim).iterdir() if path.name[0] not in "._"]) >= 4 for aim in AIMS)


def test_the_canaries_would_be_seen(arenas, tmp_path):
    """A module that knows a canary and says it is caught: the watch is not blind."""
    arena = arenas("isolated") or arenas("restricted") or arenas("process")
    teller = tmp_path / "teller.py"
    teller.write_text(f'"""Tells.\n\nObserved: it is seen.\n"""\nraise RuntimeError("{arena.canary}")\n')
    outcome = arena.run(Attack(teller, "", "", 0.0, ()))
    assert outcome.harm == ["learned a secret"]
