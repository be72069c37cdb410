import re
from pathlib import Path

from discourse.analyses.settings import ListSettings, NoSettings
from discourse.experiment import load, resolve
from discourse.experiment.settings import (
    CompareSection,
    Core,
    CorpusSection,
    GroupSection,
    InferenceSection,
    ReportSection,
    SpeakerSection,
    TargetSection,
    sections,
)
from discourse.experiment.template import template

ROOT = Path(__file__).parents[2]
CORE = (
    Core, CorpusSection, SpeakerSection, GroupSection, CompareSection, TargetSection, InferenceSection, ReportSection,
)  # fmt: skip


def test_the_shipped_template_is_current():
    assert (ROOT / "experiments" / "_template.yaml").read_text(encoding="utf-8") == template()


def test_every_setting_occurs_in_it_with_its_default(tmp_path):
    _head, _, rest = template().partition("name:")
    path = tmp_path / "all.yaml"
    path.write_text(re.sub(r"(?m)^# ", "", "name:" + rest), encoding="utf-8")
    opened = resolve(load(path)).config
    closed = resolve(load(ROOT / "experiments" / "_template.yaml")).config
    named = [n for n, a in sections().items() if a.on and n not in ("stance", "sensitivity")]
    assert {"frequency", "topics", "breakdown", "mix", "repetition"} <= set(named)
    for section in (*named, "inference", "report"):
        assert getattr(opened, section) == getattr(closed, section), section
    # By default the record of a validation lies beside the file, and the two files are in two folders.
    assert opened.stance.model_copy(update={"validation": closed.stance.validation}) == closed.stance
    assert opened.compare is not None
    assert opened.targets["Russia"].exclude == []
    assert opened.sensitivity.root[0].name == "my-experiment"


def test_no_setting_is_forgotten():
    text = template()
    own = [a.settings for a in sections().values()]
    assert NoSettings not in own
    for model in (*CORE, *(s.entry if issubclass(s, ListSettings) else s for s in own)):
        for name, field in model.model_fields.items():
            # An analysis beyond the default has one line, the one that switches it on.
            assert getattr(model, "switch", "") or re.search(rf"\b{field.alias or name}:", text), (
                f"{model.__name__}.{name}"
            )
            assert field.description or model is Core, f"{model.__name__}.{name}"
