"""Decides whose each submission is: somebody new, a known person's further attempt, or one that only looks alike."""

from itertools import count

import msgspec

from autograder.gradebook.records import Person
from autograder.gradebook.store import Gradebook
from autograder.intake.finding import Found
from autograder.text import Text


class Roll:
    """The people of a gradebook, and those that this command adds.

    Who has the same id of a platform is the same person, and so is what lies in the same place. Where an equal name
    is all that ties two submissions, the second is refused unless `replace` says that it is the same person's.
    """

    def __init__(self, book: Gradebook, replace: bool):
        self.replace = replace
        self.refused: list[Text] = []
        self.people: dict[str, Person] = {}
        self.by_id: dict[tuple[str, str], str] = {}
        self.by_place: dict[tuple[str, str], str] = {}
        self.origins: dict[str, str] = {}
        self.seen: dict[tuple[str, str], tuple[str, ...]] = {}  # the places of this command, by their very bytes
        for name, (person, places) in book.people().items():
            self._note(name, person, places)

    def call(self, found: list[Found]) -> list[Found]:
        """Those that can be graded, each under the name of its person; the others are named in `refused`."""
        once = {(one.origin, one.members, one.person): one for one in found}  # paths may overlap
        return [placed for one in once.values() if (placed := self._place(one))]

    def _place(self, found: Found) -> Found | None:
        name = self._known(found) or self._new_name(found)
        if not name:
            return None
        self._note(name, found.person, {found.origin.place}, found.where)
        return msgspec.structs.replace(found, name=name)

    def _known(self, found: Found) -> str:
        """The name under which the person of a submission is known, by id or by place."""
        if key := _id(found.person):
            return self.by_id.get(key, "")
        place = (found.origin.place, found.person.name)
        if self.seen.setdefault(place, found.members) != found.members:
            return ""  # é in one piece and in two look alike, and are two
        return self.by_place.get(place, "")

    def _new_name(self, found: Found) -> str:
        """The name of somebody new; an empty string where the name alone says that they are not."""
        other = self.people.get(found.name)
        if other is None:
            return found.name
        mine = found.person
        if _id(mine) and _id(other):
            return self._free(found.name)
        if mine.section != other.section and mine.section and other.section:
            return self._free(f"{found.name} ({mine.section})")
        if self.replace:
            return found.name
        self.refused.append(
            Text(
                f"{found.name}: {found.where} is not graded, since {self.origins[found.name]} has the same name and "
                "nothing else says that it is the same person: rename one of them, or say --replace to take it as a "
                "further attempt",
                f"{found.name}：未批改 {found.where}，因为 {self.origins[found.name]} 同名，"
                "又没有别的信息表明是同一个人：请给其中一个改名，或用 --replace 作为同一个人的新提交",
            )
        )
        return ""

    def _free(self, name: str) -> str:
        names = (name if k == 1 else f"{name} ({k})" for k in count(1))
        return next(name for name in names if name not in self.people)

    def _note(self, name: str, person: Person, places: set[str], where: str = "") -> None:
        self.people[name] = person
        self.origins[name] = where or ", ".join(sorted(places))
        if key := _id(person):
            self.by_id[key] = name
        for place in places:
            self.by_place[place, person.name] = name


def _id(person: Person) -> tuple[str, str] | None:
    """What a platform knows a person by; `None` where it tells nothing."""
    known = person.id or person.email
    return (person.platform, known) if known and person.platform else None
