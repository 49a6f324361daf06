"""Write synthetic_hospital.xlsx: invented patients of a bone tumour clinic, as a Japanese hospital keeps them.

Nothing in it was measured and nobody in it exists. One sheet for each kind of record with Japanese headings, titles
above them, headings in two rows, dates of eras, full-width digits and letters, choices such as 男 and 溶骨性.

Run: python docs/examples/make_synthetic_hospital.py
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

TITLE = "骨・軟部腫瘍外来（架空の患者）　令和７年度"

PATIENTS = [
    ["患者ID", "性別", "生年", "転帰", "死亡日", "最終受診日", "PS", "同意"],
    ["ＳＹＮ－Ｊ０１", "女", "昭和４８年", "生存", "", "令和7年3月12日", "０", "同意あり"],
    ["SYN-J02", "男", "S23", "死亡", "R4.11.2", "", 1, "同意"],
    ["SYN-J03", "女性", "１９９２年", "生存", "", "R7/2/28", "", "不要"],
    ["SYN-J04", "M", 1961, "不明", "", "令和6年", "２", "同意あり"],
]
DIAGNOSES = [
    ["患者ID", "診断", "", "", "区分", "主診断", "巨細胞"],
    ["", "組織型", "診断日", "原発部位", "", "", ""],
    ["SYN-J01", "骨巨細胞腫", "平成30年4月", "Ｃ４０．２", "骨腫瘍", "○", "あり"],
    ["SYN-J02", "平滑筋肉腫", "H31.4.30", "C49.9", "軟部腫瘍", "○", "あり"],
    ["SYN-J03", "線維性骨異形成", "令和元年", "下肢長骨", "骨腫瘍", "○", "なし"],
    ["SYN-J04", "動脈瘤様骨嚢腫", "R2/10/1", "脊柱", "骨腫瘍", "○", ""],
]
LESIONS = [
    ["患者ID", "病変番号", "部位", "患側", "組織", "画像型", "最大径（mm）", "標的病変"],
    ["SYN-J01", "L1", "C40.2", "左", "骨", "溶骨性", "４５", "○"],
    ["SYN-J02", "L1", "C41.2", "正中", "骨", "混合性", "32,5", "○"],
    ["SYN-J03", "L1", "C40.2", "右", "骨", "溶骨性", 28, "○"],
]
TREATMENTS = [
    ["患者ID", "治療", "", "", "期間", ""],
    ["", "薬剤", "用量（mg）", "投与経路", "開始日", "終了日"],
    ["SYN-J01", "デノスマブ", "１２０", "皮下注", "平成30年5月8日", "R1.11.20"],
    ["SYN-J02", "デノスマブ", 120, "皮下", "令和元年5月14日", ""],
]
SPECIMENS = [
    ["患者ID", "標本番号", "種類", "採取日", "採取方法", "脱灰"],
    ["SYN-J01", "SYN-J01-B1", "FFPE", "平成30年4月20日", "針生検", "EDTA"],
    ["SYN-J02", "SYN-J02-B1", "パラフィンブロック", "H31.4.22", "切開生検", "なし"],
    ["SYN-J03", "ＳＹＮ－Ｊ０３－Ｂ１", "FFPE", "令和元年", "掻爬術", "酸"],
]
STAINS = [
    ["患者ID", "標本番号", "一次抗体", "細胞", "局在", "陽性細胞の割合（％）", "", "", "", "評価", "判定者", "判定日"],
    ["", "", "", "", "", "０", "１＋", "２＋", "３＋", "", "", ""],
    ["SYN-J01", "SYN-J01-B1", "RANKL-12A", "間質", "細胞膜", 5, "１５", 30, 50, "可", "MK", "令和7年6月2日"],
    ["SYN-J02", "SYN-J02-B1", "RANKL-12A", "腫瘍", "細胞質", "40", 30, 20, 10, "可", "ＭＫ", "R7.6.2"],
    ["SYN-J03", "SYN-J03-B1", "RANKL-12A", "間質", "細胞膜", "", "", "", "", "脱落", "MK", "R7.6.2"],
]
SHEETS = {
    "患者": PATIENTS,
    "診断": DIAGNOSES,
    "病変": LESIONS,
    "治療": TREATMENTS,
    "標本": SPECIMENS,
    "IHC": STAINS,
}


def write_merged(sheet: Any, rows: list[list[Any]], *, top: int) -> None:
    """Headings in two rows, as people merge them: a group across its columns, the others across both rows."""
    above, below = rows[0], rows[1]
    for column, heading in enumerate(above):
        last = column
        while heading and below[column] and last + 1 < len(above) and not above[last + 1] and below[last + 1]:
            last += 1
        if heading and not below[column]:
            sheet.merge_range(top, column, top + 1, column, heading)
        elif heading:
            sheet.merge_range(top, column, top, last, heading)
    for column, heading in enumerate(below):
        if heading:
            sheet.write(top + 1, column, heading)


def main() -> None:
    path = Path(__file__).with_name("synthetic_hospital.xlsx")
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime(2025, 7, 1), "comments": "Synthetic: nobody in it exists."})
        for name, rows in SHEETS.items():
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, TITLE)
            has_groups = not rows[1][0]
            if has_groups:
                write_merged(sheet, rows, top=2)
            for number, row in enumerate(rows[2:] if has_groups else rows, start=4 if has_groups else 2):
                sheet.write_row(number, 0, row)


if __name__ == "__main__":
    main()
