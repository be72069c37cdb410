import gzip
import json

import pytest

from discourse.corpus.language import other_language


@pytest.mark.parametrize(
    "text",
    [
        "Minister Kovar welcomes #Norland's President @PerLind to @MinistryOfState https://t.example/AbCd12",
        "Ostmark designates Ada Maria Kovar, Per Anders Lind & Jon Erik Dahl Brandt as terrorists. https://t.example/x",
        "(Photos) #MinKovar visits #Norland, #Ostmark, Westland, Sudmark, Port Ada, Lindholm, Dahlem, Brandtburg",
        "🇳🇴 Kovar 🤝 Lind 🎉",
        "@a_b @c_d #hoy #mañana #siempre https://a.example/el/de/la/que/los/las/por/con",
    ],
)
def test_names_links_and_handles_are_no_language(text):
    assert other_language(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Слава Остмарку! #Norland", "Cyrillic letters"),
        ("مرحبا بالوزير #Norland https://t.example/x", "Arabic letters"),
        ("欢迎部长来访 @MinRoe", "Chinese letters"),
        ("El ministro habló ayer con su colega sobre la paz y la seguridad en el estrecho del norte", "Spanish"),
        ("LE MINISTRE A PARLÉ HIER AVEC SON COLLÈGUE DE LA PAIX ET DE LA SÉCURITÉ DANS LE DÉTROIT DU NORD", "French"),
        (
            "Der Minister sprach gestern mit seinem Kollegen über den Frieden und die Lage an der Grenze im Norden",
            "German",
        ),
    ],
)
def test_short_texts_that_are_clearly_of_another_language(text, reason):
    assert other_language(text) == f"written in {reason}, not in English"


@pytest.mark.parametrize(
    ("folder", "file", "others"),
    [
        # By hand: one post each in Russian and Ukrainian, and one in English and Spanish.
        ("state_department_posts", "posts", 3),
        ("state_department_tweets", "tweets", 0),
    ],
)
def test_posts_in_english_are_kept(data, folder, file, others):
    with gzip.open(data / folder / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    assert sum(bool(other_language(text)) for text in texts) == others
