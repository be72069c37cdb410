# The public names with their types, as `__init__.py` imports them when they are first used; tests/test_typed.py compares the two.
from discourse.analyses.base import (
    Analysis as Analysis,
)
from discourse.analyses.base import (
    Found as Found,
)
from discourse.analyses.data import (
    Data as Data,
)
from discourse.analyses.data import (
    Tokens as Tokens,
)
from discourse.analyses.outcome import (
    Certainty as Certainty,
)
from discourse.analyses.outcome import (
    Outcome as Outcome,
)
from discourse.analyses.settings import (
    Settings as Settings,
)
from discourse.compare import (
    compare_terms as compare_terms,
)
from discourse.compare.against import (
    compare_with_reference as compare_with_reference,
)
from discourse.compare.agreement import (
    agreement as agreement,
)
from discourse.compare.agreement import (
    krippendorff_alpha as krippendorff_alpha,
)
from discourse.compare.association import (
    collocates as collocates,
)
from discourse.compare.breaks import (
    change_points as change_points,
)
from discourse.compare.contexts import (
    compare_contexts as compare_contexts,
)
from discourse.compare.decompose import (
    Cells as Cells,
)
from discourse.compare.decompose import (
    kitagawa as kitagawa,
)
from discourse.compare.decompose import (
    oaxaca as oaxaca,
)
from discourse.compare.events import (
    event_test as event_test,
)
from discourse.compare.influence import (
    without_each as without_each,
)
from discourse.compare.keyness import (
    bic as bic,
)
from discourse.compare.keyness import (
    chi2 as chi2,
)
from discourse.compare.keyness import (
    g2 as g2,
)
from discourse.compare.keyness import (
    log_odds as log_odds,
)
from discourse.compare.keyness import (
    log_ratio as log_ratio,
)
from discourse.compare.nulls import (
    placebo_dates as placebo_dates,
)
from discourse.compare.nulls import (
    random_halves as random_halves,
)
from discourse.compare.of_features import (
    quantities_of as quantities_of,
)
from discourse.compare.permutation import (
    permutation_test as permutation_test,
)
from discourse.compare.positions import (
    correspondence as correspondence,
)
from discourse.compare.positions import (
    wordfish as wordfish,
)
from discourse.compare.positions import (
    wordscores as wordscores,
)
from discourse.compare.power import (
    smallest_differences as smallest_differences,
)
from discourse.compare.quantities import (
    Contrast as Contrast,
)
from discourse.compare.quantities import (
    Quantities as Quantities,
)
from discourse.compare.quantities import (
    against_rest as against_rest,
)
from discourse.compare.quantities import (
    pair as pair,
)
from discourse.compare.quantities import (
    trend as trend,
)
from discourse.compare.resample import (
    Design as Design,
)
from discourse.compare.shifts import (
    word_shift as word_shift,
)
from discourse.corpus import (
    read_conllu as read_conllu,
)
from discourse.corpus import (
    read_convokit as read_convokit,
)
from discourse.corpus import (
    read_digest as read_digest,
)
from discourse.corpus import (
    read_folder as read_folder,
)
from discourse.corpus import (
    read_html as read_html,
)
from discourse.corpus import (
    read_parlamint as read_parlamint,
)
from discourse.corpus import (
    read_rss as read_rss,
)
from discourse.corpus import (
    read_sotu as read_sotu,
)
from discourse.corpus import (
    read_stored as read_stored,
)
from discourse.corpus import (
    read_table as read_table,
)
from discourse.corpus import (
    read_ussos as read_ussos,
)
from discourse.corpus.attribution import (
    attribute as attribute,
)
from discourse.corpus.attribution import (
    split_turns as split_turns,
)
from discourse.corpus.turns import (
    Document as Document,
)
from discourse.corpus.turns import (
    Speaker as Speaker,
)
from discourse.encode import (
    count_terms as count_terms,
)
from discourse.encode import (
    document_term_matrix as document_term_matrix,
)
from discourse.encode import (
    encode_corpus as encode_corpus,
)
from discourse.encode import (
    ngram_matrix as ngram_matrix,
)
from discourse.errors import (
    DiscourseError as DiscourseError,
)
from discourse.experiment import (
    Experiment as Experiment,
)
from discourse.experiment import (
    Results as Results,
)
from discourse.experiment import (
    compute as compute,
)
from discourse.experiment import (
    load as load,
)
from discourse.experiment import (
    resolve as resolve,
)
from discourse.experiment import (
    run as run,
)
from discourse.experiment import (
    run_to_folder as run_to_folder,
)
from discourse.experiment.comparing import experiment as experiment
from discourse.features import (
    Target as Target,
)
from discourse.features import (
    dispersion as dispersion,
)
from discourse.features import (
    kwic as kwic,
)
from discourse.features import (
    mentions as mentions,
)
from discourse.features import (
    stance as stance,
)
from discourse.features import (
    term_frequency as term_frequency,
)
from discourse.features import (
    topics as topics,
)
from discourse.features.contexts import (
    context_vectors as context_vectors,
)
from discourse.features.deeds import (
    deeds as deeds,
)
from discourse.features.dictionary import (
    Dictionary as Dictionary,
)
from discourse.features.dictionary import (
    dictionary_rates as dictionary_rates,
)
from discourse.features.dictionary import (
    read_dictionary as read_dictionary,
)
from discourse.features.diversity import (
    lexical_diversity as lexical_diversity,
)
from discourse.features.frequency import (
    stop_words as stop_words,
)
from discourse.features.readability import (
    readability as readability,
)
from discourse.features.reference import (
    read_reference as read_reference,
)
from discourse.features.reference import (
    reference_counts as reference_counts,
)
from discourse.features.repetition import (
    repetition as repetition,
)
from discourse.features.scores import (
    WordScores as WordScores,
)
from discourse.features.scores import (
    read_scores as read_scores,
)
from discourse.features.vectors import (
    load_vectors as load_vectors,
)
from discourse.types import (
    Comparison as Comparison,
)
from discourse.types import (
    Corpus as Corpus,
)
from discourse.types import (
    EncodedCorpus as EncodedCorpus,
)
from discourse.types import (
    Features as Features,
)

__all__: list[str]
