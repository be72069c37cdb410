"""Do two results say the same? Numbers, sets, rankings, tables, texts and whole reports, compared by the rule of their kind."""

from discourse.verify.folders import Verification, compare_folders
from discourse.verify.values import Difference, Rule, Rules, same_ranking, same_set

__all__ = ["Difference", "Rule", "Rules", "Verification", "compare_folders", "same_ranking", "same_set"]
