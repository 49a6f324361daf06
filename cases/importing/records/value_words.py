"""What words in cells of records mean, beside codes and labels: one table for choices, yes and no, missing reasons."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils import translation

from cases.importing.records.headings import LANGUAGES
from cases.importing.words import plain
from cases.models import Missing

CHOICE_WORDS: dict[str, dict[str, str]] = {
    "sex": {"female": "f; w; woman; 女; 女性", "male": "m; man; 男; 男性"},
    "vital_status": {"alive": "living; ned; awd; 生; 生存; 生存中", "dead": "deceased; died; dod; 死; 死亡"},
    "consent_status": {
        "given": "yes; consented; 同意; 同意あり; あり; 有; 済",
        "withdrawn": "撤回; 同意撤回",
        "not_required": "不要; 同意不要",
    },
    "giant_cells": {
        "present": "yes; +; (+); positive; あり; 有; 有り; 陽性",
        "absent": "no; negative; なし; 無; 無し; 陰性",
    },
    "category": {
        "primary_bone": "primary bone; bone tumour; bone tumor; 原発性骨腫瘍; 骨腫瘍",
        "soft_tissue": "soft tissue; soft tissue tumour; soft tissue tumor; 軟部腫瘍",
        "bone_metastasis": "bone metastases; metastasis; bone mets; 骨転移",
        "bone_marrow": "marrow; 骨髄",
        "CR": "complete response; 完全奏効",
        "PR": "partial response; 部分奏効",
        "SD": "stable disease; 安定",
        "PD": "progressive disease; progression; 進行; 増悪",
        "NE": "not evaluable; 評価不能",
    },
    "kind": {
        "mutation": "mut; point mutation; 変異; 点突然変異",
        "fusion": "translocation; 融合; 融合遺伝子; 転座",
        "amplification": "amp; 増幅",
        "deletion": "del; 欠失",
        "ffpe_block": "ffpe; block; paraffin block; paraffin; ブロック; パラフィンブロック; パラフィン",
        "fresh_frozen": "frozen; 凍結; 凍結組織",
        "section": "slide; 切片; 標本",
        "rna_extract": "rna",
        "protein_extract": "protein; lysate; 蛋白; タンパク",
        "cell_pellet": "cells; ペレット",
    },
    "result": {
        "detected": "positive; +; mutated; mutant; 陽性; 検出",
        "not_detected": "negative; wild type; wt; 陰性; 野生型; 検出せず",
    },
    "laterality": {"left": "l; lt; 左", "right": "r; rt; 右", "midline": "正中", "bilateral": "both; 両側"},
    "tissue": {"bone": "骨", "soft_tissue": "soft; 軟部"},
    "radiographic_type": {
        "lytic": "osteolytic; 溶骨; 溶骨性",
        "mixed": "混合; 混合性; 混合型",
        "blastic": "osteoblastic; sclerotic; 造骨; 造骨性; 硬化性",
    },
    "route": {
        "subcutaneous": "sc; s.c.; 皮下; 皮下注; 皮下注射",
        "intravenous": "iv; i.v.; 静注; 点滴; 点滴静注",
        "oral": "po; p.o.; 経口; 内服",
    },
    "stopping_reason": {
        "completed": "complete; 完了; 終了",
        "progression": "pd; progressive disease; 増悪; 病勢進行",
        "adverse_event": "ae; toxicity; 有害事象; 副作用",
        "surgery": "operation; 手術",
        "death": "died; 死亡",
    },
    "modality": {"radiograph": "x ray; xray; xp; レントゲン; 単純x線", "bone_scan": "scintigraphy; 骨シンチ"},
    "criterion": {"recist": "recist", "percist": "percist 1.0", "eortc": "eortc", "inverse_choi": "choi; inverse choi"},
    "sclerosis": {"none": "no; 0; なし; 無", "partial": "部分", "complete": "yes; 完全"},
    "type": {
        "pathological_fracture": "fracture; pathologic fracture; 骨折; 病的骨折",
        "radiation_to_bone": "radiation; radiotherapy; rt; 放射線; 放射線治療; 放射線照射",
        "surgery_to_bone": "surgery; operation; 手術; 骨手術",
        "spinal_cord_compression": "cord compression; scc; 脊髄圧迫",
        "hypercalcaemia": "hypercalcemia; hypercalcaemia; 高カルシウム血症",
    },
    "procedure": {
        "biopsy": "needle biopsy; open biopsy; 生検; 針生検; 切開生検",
        "curettage": "掻爬; 掻爬術",
        "resection": "excision; surgery; 切除; 切除術; 手術",
        "autopsy": "剖検",
    },
    "status": {
        "evaluable": "ok; present; 評価可; 評価可能",
        "lost": "missing; 欠損; 脱落; 剥離",
        "no_tumour": "no tumor; no tumour cells; 腫瘍なし; 腫瘍無し",
    },
    "scale": {
        "h_score": "h score; hscore; hスコア",
        "irs": "immunoreactive score; remmele; remmele stegner",
        "allred": "allred; quick score",
        "percent_positive": "percent positive; % positive; 陽性率",
    },
    "task": {
        "unknown": "unkn; unk; sample; 検体",
        "no_template": "ntc; no template control; 陰性対照",
        "no_rt": "nrt; nac; no rt control; rt マイナス",
        "standard": "std; 標準",
    },
    "reading": {"detected": "ok; 検出", "undetermined": "undet; not detected; 未検出; 検出されず"},
    "role": {
        "target": "goi; gene of interest; 目的遺伝子",
        "reference": "housekeeping; reference; endogenous control; 参照遺伝子; 内部標準",
    },
    "form": {
        "phospho": "p; phosphorylated; リン酸化",
        "total": "t; 総; 総量",
        "loading_control": "loading; control; 内部標準",
    },
    "culture": {
        "mono": "monoculture; alone; none; 単独; 単培養",
        "osteoclast_precursors": "precursors; 前駆細胞",
        "osteoclasts": "osteoclast; 破骨細胞",
        "marrow": "bone marrow; marrow cells; 骨髄細胞",
    },
    "cell_type": {"tumour": "tumor; 腫瘍", "stromal": "stroma; 間質", "haematopoietic": "hematopoietic; 血液細胞"},
    "compartment": {"membrane": "細胞膜", "cytoplasm": "cytoplasmic; 胞体", "nucleus": "nuclear; 核内"},
    "evaluability": {
        "evaluable": "yes; 可; 可能",
        "lost": "missing; 欠損; 脱落; 剥離",
        "no_tumour": "no tumor; 腫瘍なし",
        "not_assessable": "no; x; 不可; 評価不能",
    },
    "decalcification": {"none": "no; なし; 無", "acid": "formic acid; hcl; 酸; 酸脱灰; ギ酸", "edta": "edta脱灰"},
}
"""Name of a field -> code -> words as :func:`cases.importing.words.plain` writes them."""

YES = frozenset(map(plain, ("yes", "y", "true", "t", "1", "+", "はい", "有", "あり", "有り", "○", "〇", "レ", "✓")))
NO = frozenset(map(plain, ("no", "n", "false", "f", "0", "いいえ", "無", "なし", "無し", "×", "✗")))

MISSING_WORDS = {
    Missing.NOT_DONE: "not tested; not performed; nd; n.d.; 未検; 未検査; 未実施; 未施行",
    Missing.NOT_APPLICABLE: "not applicable; n/a; 該当なし; 非該当; 対象外",
    Missing.BELOW_DETECTION: "below detection; bdl; lod; < lod; 検出限界以下; 検出限界未満",
    Missing.PENDING: "awaited; 検査中; 結果待ち; 保留",
    Missing.UNKNOWN: "not known; ?; 不明",
}


@cache
def choices_by_word(field: Any) -> dict[str, Any]:
    """Word -> code of a field with choices: the code itself, its label in each language, and other words for it."""
    codes = [code for code, _label in field.flatchoices]
    words = CHOICE_WORDS.get(field.name, {})
    found: dict[str, Any] = {plain(str(code)): code for code in codes}
    for language in LANGUAGES:
        with translation.override(language):
            for code, label in field.flatchoices:
                found.setdefault(plain(str(label)), code)
    for code in codes:
        for word in words.get(str(code), "").split("; "):
            found.setdefault(word, code)
    found.pop("", None)
    return found


@cache
def missing_by_word() -> dict[str, str]:
    """Word -> code of :class:`cases.models.Missing`."""
    found = {plain(code): code for code in Missing.values}
    for language in LANGUAGES:
        with translation.override(language):
            for reason in Missing:
                found.setdefault(plain(str(reason.label)), reason.value)
    for reason, words in MISSING_WORDS.items():
        for word in words.split("; "):
            found.setdefault(plain(word), reason.value)
    return found


def in_words(labels: Iterable[Any], *, limit: int = 12) -> list[str]:
    """The first labels, in English, for a stored sentence that says what could stand in a cell."""
    with translation.override("en"):
        listed = [str(label) for label in labels]
    return listed[:limit] + ["…"] * (len(listed) > limit)
