# SPDX-License-Identifier: Apache-2.0
"""Which settings of a training, written out, may be all of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged

ENOUGH: tuple[dict[str, Any], ...] = (
    {"learning_rate": 0.1, "epochs": 3},
    {"lr": 1e-4, "bs": 32},
    {"optimizer": "AdamW", "peakLearningRate": 3e-4},
    {"optim": {"name": "sgd"}, "max_iter": 1000},
    {"trainer": {"train_micro_batch_size_per_gpu": 4, "optimizer": {"type": "Adam", "params": {"lr": 1e-3}}}},
    {"num_train_epochs": 3, "per_device_train_batch_size": 8},
    {"args": "--lr 1e-4 --batch-size 32 --bf16"},
    {"args": ["--lr", "1e-4", "--steps=500"]},
    {"command": "train.py optimizer=adamw trainer.max_steps=500"},
    {"solver": "lbfgs", "iterations": 200},
    {"n_estimators": 100, "batch": [{"at_step": 1, "value": 512}]},
    {"steps": 1000} | {f"setting_{letter}": 1 for letter in "abcdefghijk"},
    {"lr_scheduler": {"type": "cosine", "lr": 3e-4}, "optimizer": "adamw"},
    {"learning_rate": "6e-4, cosine to 6e-5", "batch": "about 4M tokens"},
    {"learning_rate": "optimal", "max_iter": 1000},
    {"steps_per_epoch": 100, "optimizer": "adam"},
    {"lr": "linear warmup to 3e-4, then cosine", "batch_size": "16 x 8 GPUs"},
    {"lr": "10^-3", "batch": "2^15 tokens"},
    {"lr": "peak 0.001", "epochs": "3 epochs"},
    {"lr": 0.1, "epochs": 3, "val_loss": 1.9},
)
OF_OTHER_FAMILIES: tuple[dict[str, Any], ...] = (
    {"n_estimators": 100, "max_depth": 8, "min_samples_leaf": 2, "criterion": "gini", "random_state": 0},
    {"RandomForestClassifier": {"n_estimators": 100, "max_depth": None, "criterion": "gini", "bootstrap": False}},
    {"ntree": 500, "mtry": 3},
    {"criterion": "entropy", "max_depth": 4},
    {"kernel": "rbf", "C": 10, "gamma": "scale", "max_iter": -1, "tol": 0.001},
    {"svc__kernel": "linear", "svc__C": 1},
    {"nu": 0.5, "kernel": "rbf"},
    {"n_neighbors": 5, "weights": "uniform", "metric": "minkowski", "p": 2},
    {"n_clusters": 8, "init": "k-means++", "n_init": 10},
    {"eps": 0.5, "min_samples": 5},
    {"n_components": 8, "covariance_type": "full"},
    {"alpha": 1.0, "fit_prior": True},
    {"model": "GaussianNB", "var_smoothing": 1e-9},
    {"penalty": "l2", "C": 1.0},
    {"alpha": 0.1, "l1_ratio": 0.5},
    {"objective": "binary:logistic", "max_depth": 6, "eta": 0.3, "n_estimators": 100, "subsample": 0.8},
    {"num_leaves": 31, "learning_rate": 0.05, "num_iterations": 200},
    {"hidden_layer_sizes": [64, 32], "solver": "adam", "alpha": 1e-4, "activation": "relu"},
    {"vector_size": 100, "window": 5, "min_count": 2, "sg": 1, "negative": 5, "epochs": 5},
    {"dim": 100, "wordNgrams": 2, "minn": 3, "maxn": 6},
    {"order": [2, 1, 2], "trend": "c"},
    {"p": 1, "d": 1, "q": 1},
    {"alpha": 0.1, "max_iter": 1000, "tol": 1e-4},
    {"alpha": 1.0, "solver": "auto"},
    {"C": 1.0, "max_iter": 100, "multi_class": "ovr"},
    {"method": "OLS"},
    {"model": "LinearRegression", "fit_intercept": True},
    {"GaussianNB": {}},
    {"estimator": "GaussianNB() of scikit-learn 1.5.0"},
    {"formula": "price ~ rooms + area", "family": "gaussian"},
    {"ngram": 5, "smoothing": "Kneser-Ney", "pruning": "0 1 1"},
    {"prior": "normal(0, 1)", "chains": 4, "draws": 2000, "tune": 1000},
    {"estimator": "RandomForestRegressor(n_estimators=200, max_depth=8)"},
    {"optimizer": "AdamW(lr=3e-4, betas=(0.9, 0.95))"},
)
IN_OTHER_LANGUAGES: tuple[dict[str, Any], ...] = (
    {"Lernrate": 1e-3, "Stapelgröße": 32},
    {"taux_d'apprentissage": 1e-3, "taille de lot": 32},
    {"学习率": 0.001, "批大小": 32, "轮数": 10},
    {"Abnahme": 0.1, "Mischung": 0.3, "Dämpfung": 0.9, "Fenster": 5, "Grenze": 100, "Art": "linear"},
)
TOO_FEW: tuple[dict[str, Any], ...] = (
    {"days": 14},
    {"learning_rate": 0, "epochs": 3},
    {"see": "the paper"},
    {"context": 2048},
    {"seed": 1},
    {"experts": 8, "experts_per_token": 2, "context": 32768},
    {"epochs": 3},
    {"learning_rate": "see the paper", "batch_size": "as described in the report"},
    {"learning_rate": "default", "batch_size": "standard"},
    {"learning_rate": 0, "epochs": -1},
    {"learning_rate": None, "epochs": 3},
    {"optimizer": False, "epochs": 3},
    {"optimizer": "TODO", "epochs": 3},
    {"dropout_rate": 0.1, "epochs": 3},
    {"eval_batch_size": 8, "warmup_steps": 100, "save_steps": 500, "learning_rate": 0.1},
    {"steps": 1000} | {f"setting_{letter}": 1 for letter in "abcdefghij"},
    {f"setting_{letter}": 1 for letter in "abcdefghijklmnop"},
    {"optimizer": "adam", "batch_norm": True},
    {"optimizer": "adam", "batch_norm": {"momentum": 0.1}, "batch_first": 1},
    {"lr_scheduler_type": "cosine", "optimizer": "adamw"},
    {"optimizer": "adam", "learning_rate_schedule": "warm up 100, then linear"},
    {"optimizer": "adam", "steps_per_print": 10},
    {"optimizer": "adam", "report_every_n_steps": 10, "time_steps": 50},
    {"learning_rate": "tuned on our cluster", "batch_size": "as large as fits"},
    {"optimizer": "adam", "epochs": "until it converged"},
    {"betas1": 0.9, "global_step": 1, "seed_batch": 1},
    {"offload_optimizer": "cpu", "epochs": 3},
    {"lora_alpha": 16, "loss": "mse"},
    {"optimizer": {"eps": 1e-8}, "metric": "accuracy"},
    {"kernel": 3, "gamma": 2.0},
    {"repetition_penalty": 1.2, "loss": "mse"},
    {"n_estimators": 100, "random_state": 0},
    {"alpha": 1.0},
    {"alpha": 0.5, "temperature": 2},
    {"order": [2, 1, 2]},
    {"d": 64, "window": 5},
    {"学習": 1, "見": 2, "数": 3},
    {"layers": 24, "heads": 16, "hidden": 1024, "vocab_size": 50000, "context": 2048, "ffn": 4096},
    {"loss": 1.93, "accuracy": 0.6, "perplexity": 12, "bleu": 33, "f1": 0.2, "rouge": 3},
    {"epochs": 3}
    | {f"{kind}_{name}": 0.5 for kind in ("train", "val", "test") for name in ("loss", "acc", "f1", "auc")},
    {"lr": "tuned with 3 runs", "batch_size": "as large as 1 GPU allows"},
    {"learning_rate": "secret1", "epochs": "secret2"},
    {"metric": "accuracy", "n_components": 2},
    {"model": "linear regression head on BERT", "epochs": 3},
    {"estimator": "MyNetwork(width=64)"},
    {"nb_epochs": 3},
    {"wandb_api_key": "abc", "id2label": {str(number): f"name {number}" for number in range(9)}},
)


def outcome(settings: Any, **stage: Any) -> str:
    return judged("OSAID-CODE-SETTINGS", stages=[{"id": "s", "kind": "train", "settings": settings} | stage]).outcome


@pytest.mark.parametrize("settings", ENOUGH, ids=str)
def test_a_person_could_train_with_these(settings: dict[str, Any]) -> None:
    assert outcome(settings) == "met"


@pytest.mark.parametrize("settings", OF_OTHER_FAMILIES, ids=str)
def test_models_that_no_gradient_trains_have_other_settings(settings: dict[str, Any]) -> None:
    assert outcome(settings) == "met"


@pytest.mark.parametrize("settings", IN_OTHER_LANGUAGES, ids=str)
def test_names_are_read_in_other_languages_and_many_values_are_believed(settings: dict[str, Any]) -> None:
    assert outcome(settings) == "met"


@pytest.mark.parametrize("settings", TOO_FEW, ids=str)
def test_a_person_must_judge_whether_these_are_all(settings: dict[str, Any]) -> None:
    assert outcome(settings) == "undetermined"


@pytest.mark.parametrize(
    "settings", [{}, {"a": {}}, {"a": []}, {"a": None}, {"a": "TODO"}, {"a": {"b": [None, "unknown"]}}], ids=str
)
def test_without_any_value_nothing_is_said(settings: dict[str, Any]) -> None:
    assert outcome(settings) == "unmet"


def test_what_stands_beside_the_settings_counts_with_them() -> None:
    segments = [{"id": "a", "steps": [1, 500], "batch": [{"at_step": 1, "value": 32}], "batch_unit": "sequences"}]
    assert outcome({"learning_rate": 0.1}, segments=segments) == "met"
    assert outcome({"seed": 1}, segments=segments) == "undetermined"


def test_groups_of_parameters_that_stand_still_take_no_step_size_away() -> None:
    assert outcome({"epochs": 3, "groups": [{"lr": 0.1}, {"lr": 0}]}) == "met"


def test_the_finding_names_what_is_given() -> None:
    stage = {"id": "s", "kind": "train", "settings": {"training": {"days": 14}}}
    (finding,) = judged("OSAID-CODE-SETTINGS", stages=[stage]).findings
    assert finding.where == "/stages/0/settings"
    assert finding.message == (
        "Only 1 setting of s is given (training days); a person must judge whether these are the arguments and "
        "settings that were used."
    )
    stage["settings"] = {"args": "--seed 1"}
    (finding,) = judged("OSAID-CODE-SETTINGS", stages=[stage]).findings
    assert finding.message.startswith("Only 1 setting of s is given (seed);")
    stage["settings"] = {"层数": 2, "词表": 300, "trend": "c"}
    (finding,) = judged("OSAID-CODE-SETTINGS", stages=[stage]).findings
    assert finding.message.startswith("Only 3 settings of s are given (层数, 词表, trend);")


def test_whatever_has_a_value_counts_once_and_the_fix_says_what_to_do_when_that_is_all() -> None:
    settings = {"max_iter": -1, "hidden": [128, 64], "shuffle": False, "cache": None, "verbose": 0}
    (finding,) = judged("OSAID-CODE-SETTINGS", stages=[{"id": "s", "kind": "train", "settings": settings}]).findings
    assert "Only 4 settings of s are given (max iter, hidden, shuffle, verbose)" in finding.message
    assert finding.fix.startswith("If there are others, give them, or the component and file that has them. A person's")
    assert finding.fix.count("review") == 1


KEPT_BACK: tuple[tuple[dict[str, Any], str], ...] = (
    ({"dropout": "withheld", "optimizer": "adamw", "lr": 0.1}, "dropout"),
    ({"lr": "TBD", "optimizer": "adamw", "batch": "undisclosed", "epochs": 3}, "lr, batch"),
    ({"optimizer": {"name": "adamw", "weightDecay": "unknown"}, "lr": 0.1}, "optimizer weight decay"),
    ({"args": "--lr <lr> --optimizer adamw --epochs 3"}, "lr"),
    ({"lr": "", "optimizer": "adamw", "epochs": 3}, "lr"),
    ({"seed": "未知", "lr": 0.1, "epochs": 3}, "seed"),
    ({"seed": "???", "lr": 0.1, "epochs": 3}, "seed"),
    ({"mixture": "We do not disclose it.", "lr": 0.1, "epochs": 3}, "mixture"),
    ({"mixture": "[not disclosed]", "lr": 0.1, "epochs": 3}, "mixture"),
    ({"schedule": "TODO: look it up", "lr": 0.1, "epochs": 3}, "schedule"),
    ({"label_smoothing": "withheld", "lr": 0.1, "epochs": 3}, "label smoothing"),
    ({"user_batch_size": "withheld", "lr": 0.1, "epochs": 3}, "user batch size"),
)
HONEST: tuple[dict[str, Any], ...] = (
    {"pad_token": "<pad>", "mask_token": "[MASK]", "template": "{text}", "cache": "${oc.env:HOME}"},
    {"run_name": "", "separator": ",", "fp16_opt_level": "1", "task_type": "text", "dtype": "string"},
    {"evaluation_strategy": "no", "max_steps": "none", "scheduler": None, "warmup_steps": "n/a", "save": False},
    {"visibility": "private", "data_dir": "internal/v3", "precision": "auto", "notes": "Nothing was kept constant."},
    {"prompt": "[INST] What is not known? [/INST]", "filter": "drop rows that are confidential or unknown to us: no"},
    {"wandb_api_key": "withheld", "aws_secret": "confidential", "author_email": "not provided"},
    {"wandb_api_key": {"undisclosed": "withheld"}, "hub": {"token": {"undisclosed": "withheld"}}},
    {"args": "--wandb_api_key <secret> --hf-token withheld", "credentials": {"proxy": "withheld"}},
    {"id2label": {"0": "unknown at this time", "1": "not available"}, "missing_value": "not available"},
    {"system_prompt": "If you do not know, say: not available.", "prompts": ["not available"]},
)


@pytest.mark.parametrize(("settings", "names"), KEPT_BACK, ids=str)
def test_a_person_must_judge_what_is_left_when_some_are_kept_back(settings: dict[str, Any], names: str) -> None:
    report = judged("OSAID-CODE-SETTINGS", stages=[{"id": "s", "kind": "train", "settings": settings}])
    (finding,) = report.findings
    assert (report.outcome, finding.kind, finding.where) == ("undetermined", "judge", "/stages/0/settings")
    assert f"kept back or not known ({names})" in finding.message


def test_a_setting_that_is_said_to_be_withheld_is_so_though_a_secret_is_none() -> None:
    withheld = {"undisclosed": "withheld"}
    assert outcome({"learning_rate": 0.1, "epochs": 3, "dropout": withheld}) == "unmet"
    assert outcome({"learning_rate": 0.1, "epochs": 3, "max_tokens": withheld}) == "unmet"
    assert outcome({"wandb_api_key": withheld, "dropout": 0.1}) == "undetermined"


@pytest.mark.parametrize("settings", HONEST, ids=str)
def test_values_that_only_look_like_that_are_believed(settings: dict[str, Any]) -> None:
    assert outcome({"learning_rate": 0.1, "num_train_epochs": "3"} | settings) == "met"


def test_a_file_of_settings_has_a_path_and_is_in_no_data_card() -> None:
    def outcome_of(path: str, kinds: list[str]) -> str:
        held = {"id": "c", "name": "C", "kinds": kinds, "where": [{"url": "https://e.org/code"}]}
        stage = {"id": "s", "kind": "train", "settings": {"component": "c", "path": path}}
        return judged("OSAID-CODE-SETTINGS", components=[held], stages=[stage]).outcome

    assert outcome_of("base.yaml", ["training_code"]) == "met"
    assert outcome_of("TBD", ["training_code"]) == "unmet"
    assert outcome_of("base.yaml", ["data_card", "data_information"]) == "undetermined"
    assert outcome_of("base.yaml", ["technical_report"]) == "met"


@pytest.mark.parametrize(
    ("reason", "outcome_of"),
    [
        ("Ordinary least squares has no settings.", "met"),
        ("The tables were counted; there was nothing that could be set.", "undetermined"),
        ("The settings are our trade secret.", "unmet"),
        ("n/a", "unmet"),
        (None, "unmet"),
    ],
)
def test_a_training_may_be_said_to_have_no_settings(reason: str | None, outcome_of: str) -> None:
    assert outcome({"undisclosed": "not_applicable"} | ({"reason": reason} if reason else {})) == outcome_of
