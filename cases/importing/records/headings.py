"""What sheets and columns hold, guessed from their names: one table of words, beside the labels of the fields."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from cases.importing.records.double_headings import GROUP_SIGN
from cases.importing.records.targets import Target, target_named, targets
from cases.importing.words import plain

LANGUAGES = ("en", "ja")

PROBLEMS = gettext_noop("Problems (not imported)")
"""The column of a file of problems that says what is wrong with each row."""

FEWEST_TELLING = 2
"""How many headings tell a kind of record."""

PATIENT_WORDS = (
    "patient; patient id; patient code; patient no; case; case id; case code; case no; subject; subject id; "
    "患者; 患者id; 患者コード; 患者番号; 症例; 症例id; 症例コード; 症例番号"
)
DATE_WORDS = "date; day; 日付; 日; 年月日; 実施日"
LESION_WORDS = "lesion; lesion code; lesion id; lesion no; 病変; 病変コード; 病変番号"
SPECIMEN_WORDS = (
    "specimen; specimen id; specimen code; sample; sample id; sample code; block; block no; "
    "検体; 検体id; 検体コード; 検体番号; 標本; 標本id; 標本番号; ブロック; ブロック番号"
)

COLUMN_WORDS: dict[str, dict[str, str]] = {
    "patient": {
        "code": PATIENT_WORDS,
        "site": "institution; hospital; centre; center; 施設; 病院",
        "sex": "gender; 性",
        "birth_year": "year of birth; born; 生年; 出生年; 生まれ年",
        "vital_status": "status; outcome; survival; 転帰; 生死; 生存",
        "death_date": "death; died; date of death; 死亡日; 死亡年月日",
        "cause_of_death": "死因",
        "last_follow_up_date": "last follow up; follow up; last seen; last visit; 最終確認日; 最終観察日; 最終受診日",
        "consent_status": "consent; 同意; 同意状況",
        "consent_date": "同意日; 同意取得日",
        "ecog_at_entry": "ecog; ps; ecog ps; performance status",
    },
    "diagnosis": {
        "histology": "diagnosis; histological type; histologic type; histological diagnosis; 診断; 組織型; 病理診断",
        "primary_site": "primary; primary tumour; primary tumor; topography; 原発; 原発巣; 原発部位; 部位",
        "giant_cells": "giant cells; 巨細胞",
        "date": "date of diagnosis; diagnosis date; diagnosed; 診断日; " + DATE_WORDS,
        "is_index": "index; main diagnosis; 主診断",
        "category": "tumour type; tumor type; 分類; 区分",
    },
    "alteration": {
        "gene": "gene symbol; symbol; 遺伝子; 遺伝子名",
        "kind": "alteration; alteration type; type; 異常; 種類",
        "partner": "fusion; fusion partner; 融合相手",
        "hgvs": "variant; change; protein change; 変異; バリアント",
        "date": DATE_WORDS,
    },
    "lesion": {
        "code": LESION_WORDS,
        "site": "location; anatomical site; bone; topography; 部位; 骨",
        "site_detail": "detail; site detail; level; 詳細部位",
        "laterality": "side; 左右; 患側",
        "radiographic_type": "x ray type; pattern; 画像型; 骨病変型",
        "largest_diameter_mm": "size; diameter; largest diameter; 径; 最大径; 大きさ",
        "is_index": "index; target; 標的病変",
    },
    "treatment": {
        "agent": "drug; treatment; therapy; medication; 薬剤; 薬; 治療; 治療内容",
        "lesion": LESION_WORDS,
        "dose_mg": "dose; 用量; 投与量",
        "interval_days": "interval; 間隔; 投与間隔",
        "loading_days": "loading; loading doses; ローディング",
        "start": "start date; from; begin; 開始; 開始日; 投与開始日; 治療開始日",
        "end": "end date; until; stop; 終了; 終了日; 投与終了日; 治療終了日",
        "stopping_reason": "reason; reason for stopping; 中止理由; 終了理由",
    },
    "administration": {
        "treatment": "agent; drug; 薬剤; 治療",
        "date": "date of dose; given; 投与日; " + DATE_WORDS,
        "dose_mg": "dose; 用量; 投与量",
    },
    "assessment": {
        "lesion": LESION_WORDS,
        "date": "date of assessment; scan date; 評価日; 撮影日; 検査日; " + DATE_WORDS,
        "criterion": "criteria; 評価基準; 基準",
        "category": "response; overall response; 効果; 効果判定",
        "sclerosis": "hardening; 硬化",
        "mean_attenuation_hu": "hu; ct value; attenuation; ct値; 平均ct値",
        "region_mm2": "roi; area; 関心領域; 面積",
        "reader": "read by; 読影者; 評価者",
    },
    "skeletal-event": {
        "type": "event; sre; event type; 事象; イベント; 骨関連事象",
        "date": "date of event; 発生日; 発現日; " + DATE_WORDS,
        "lesion": LESION_WORDS,
    },
    "adverse-event": {
        "term": "event; adverse event; ae; 有害事象; 事象; 有害事象名",
        "date": "onset; date of onset; 発現日; 発生日; " + DATE_WORDS,
        "resolved_date": "resolved; resolution; 回復日; 消失日",
        "ctcae_version": "ctcae",
        "treatment": "suspected drug; 被疑薬",
    },
    "laboratory-result": {
        "test": "laboratory test; analyte; item; parameter; 検査; 検査項目; 項目",
        "date": "date of test; sampling date; 検査日; 採血日; " + DATE_WORDS,
        "value": "result; 値; 検査値; 結果",
        "comparator": "sign; 符号",
    },
    "specimen": {
        "code": SPECIMEN_WORDS,
        "kind": "specimen type; type; material; 種類; 検体種別",
        "lesion": LESION_WORDS,
        "parent": "parent; source; made from; 由来; 元検体",
        "collection_date": "collected; collection; sampled; 採取; 採取日; " + DATE_WORDS,
        "tumour_content_percent": "tumour content; tumor content; tumour cells; 腫瘍含有率; 腫瘍割合",
        "cold_ischaemia_minutes": "cold ischaemia; cold ischemia; 冷阻血時間",
        "storage_place": "storage; freezer; 保管場所",
        "rna_integrity_number": "rin; rna integrity number",
        "a260_a280": "260/280; a260/280",
    },
    "pathology-finding": {"specimen": SPECIMEN_WORDS, "read_on": DATE_WORDS, "reader": "pathologist; 病理医"},
    "ihc-reading": {
        "specimen": SPECIMEN_WORDS,
        "antibody": "clone; stain; 一次抗体; 染色",
        "cell_type": "cells; cell; 細胞; 染色細胞",
        "evaluability": "evaluability; 評価; 評価可否; 判定可否",
        "percent_0": "0; 陰性",
        "percent_1": "1+; 弱陽性",
        "percent_2": "2+; 中等度陽性",
        "percent_3": "3+; 強陽性",
        "intensity": "染色強度; 強度",
        "recorded_score": "score; スコア",
        "recorded_scale": "scale; スコアの種類; 尺度",
        "read_on": DATE_WORDS,
        "reader": "pathologist; observer; 病理医; 判定者",
    },
}
"""Beside the name and the labels of a field, as :func:`cases.importing.words.plain` writes words."""

SHEET_WORDS = {
    "patient": "patients; cases; case; subjects; 患者; 症例; 患者一覧; 症例一覧",
    "diagnosis": "diagnoses; 診断; 病理診断",
    "alteration": "alterations; molecular; mutations; 遺伝子異常; 遺伝子検査",
    "lesion": "lesions; 病変",
    "treatment": "treatments; therapy; drugs; 治療; 投薬",
    "administration": "administrations; doses; 投与; 投与記録",
    "assessment": "assessments; responses; response; 効果判定; 評価",
    "skeletal-event": "sre; skeletal events; skeletal related events; 骨関連事象",
    "adverse-event": "adverse events; ae; 有害事象",
    "laboratory-result": "laboratory; lab; labs; laboratory results; blood; 検査; 血液検査; 検査値",
    "specimen": "specimens; samples; blocks; 検体; 標本",
    "pathology-finding": "pathology; pathology findings; 病理; 病理所見",
    "ihc-reading": "ihc; ihc readings; immunohistochemistry; 免疫染色",
}


def without_unit(heading: str) -> str:
    """The heading as words compare, without what stands in brackets.

    >>> without_unit("Largest diameter (mm)")
    'largest diameter'
    """
    return plain(re.sub(r"[(（\[［][^)）\]］]*[)）\]］]", " ", heading))


@cache
def column_words(target_name: str) -> dict[str, str]:
    """Word -> name of the column, most certain meaning first: names, then labels, then other words."""
    target = target_named(target_name)
    found: dict[str, str] = {}
    for words_of in (_names, _labels, _labels_without_unit, _others):
        for column in target.columns:
            for word in words_of(target, column):
                found.setdefault(word, column)
    return found


def tells_problems(heading: str) -> bool:
    """Whether it is the heading of what a file of problems says about its rows."""
    return plain(heading) in _problem_headings()


def guess_columns(target: Target, header: Iterable[str]) -> list[str]:
    """The column each heading names, blank where none or where another heading was nearer.

    Of a heading below another one the whole counts first, then its own part: 治療 › 開始日.
    """
    words = column_words(target.name)
    guessed: list[str] = []
    for heading in header:
        column = next((words[word] for word in _readings(heading) if word in words), "")
        guessed.append("" if column in guessed else column)
    return guessed


@lru_cache(maxsize=1024)
def _readings(heading: str) -> tuple[str, ...]:
    own = heading.rpartition(GROUP_SIGN)[2]
    return plain(heading), without_unit(heading), plain(own), without_unit(own)


def guess_target(*, names: Iterable[str], header: Iterable[str]) -> Target | None:
    """What a sheet holds: by its name or the file's, else by the headings that only one kind of record explains best.

    A name does not count where another kind explains more than twice as many headings. None where nothing fits.
    """
    header = list(header)
    scores = {target.name: sum(map(bool, guess_columns(target, header))) for target in targets()}
    best = max(scores.values())
    named = [target for name in names for target in targets() if plain(name) in _sheet_words(target.name)]
    if named and (best < FEWEST_TELLING or 2 * scores[named[0].name] >= best):
        return named[0]
    fits = [target for target in targets() if scores[target.name] == best]
    return fits[0] if best >= FEWEST_TELLING and len(fits) == 1 else None


@cache
def _sheet_words(target_name: str) -> set[str]:
    target = target_named(target_name)
    words = {plain(target_name), plain(f"{target_name}s")}
    for language in LANGUAGES:
        with translation.override(language):
            words |= {plain(str(target.heading)), plain(str(target.model._meta.verbose_name))}
    others = SHEET_WORDS.get(target_name, target.called)
    return words | set(others.split("; ")) - {""}


def _names(target: Target, column: str) -> Iterator[str]:
    yield plain(column)
    if target.names_patient(column):
        yield from PATIENT_WORDS.split("; ")


def _labels(target: Target, column: str) -> Iterator[str]:
    for language in LANGUAGES:
        with translation.override(language):
            yield plain(target.label(column))


@cache
def _problem_headings() -> frozenset[str]:
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(plain(gettext(PROBLEMS)))
    return frozenset(found)


def _labels_without_unit(target: Target, column: str) -> Iterator[str]:
    for label in _labels(target, column):
        yield without_unit(label)


def _others(target: Target, column: str) -> Iterator[str]:
    words = COLUMN_WORDS.get(target.name, target.words).get(column, "")
    yield from filter(None, words.split("; "))
