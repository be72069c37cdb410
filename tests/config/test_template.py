import re
from pathlib import Path

from discourse.config import load
from discourse.config.template import template
from discourse.experiment import resolve

ROOT = Path(__file__).parents[2]


def test_the_shipped_template_is_current():
    assert (ROOT / "experiments" / "_template.yaml").read_text(encoding="utf-8") == template()


def test_every_setting_stands_in_it_with_its_default(tmp_path):
    _head, _, rest = template().partition("name:")
    path = tmp_path / "all.yaml"
    path.write_text(re.sub(r"(?m)^# ", "", "name:" + rest), encoding="utf-8")
    opened = resolve(load(path)).config
    shut = load(ROOT / "experiments" / "_template.yaml").experiment
    for section in ("frequency", "stance", "topics", "inference"):
        assert getattr(opened, section) == getattr(shut, section), section
    assert opened.compare is not None
    assert opened.targets["Russia"].exclude == []
    assert opened.sensitivity[0].name == "my-experiment"


def test_no_setting_is_forgotten():
    from discourse.config import schema

    text = template()
    for model in vars(schema).values():
        if isinstance(model, type) and issubclass(model, schema._Section) and model is not schema._Section:
            for name, field in model.model_fields.items():
                assert re.search(rf"\b{field.alias or name}:", text), f"{model.__name__}.{name}"
                assert field.description or model is schema.Experiment, f"{model.__name__}.{name}"
