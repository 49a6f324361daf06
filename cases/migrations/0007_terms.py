"""Agents, adverse events and laboratory tests of this field. What a group adds itself stays as it is.

Adverse events are CTCAE 5.0 terms where CTCAE has one, otherwise MedDRA terms.
"""

from django.db import migrations

# code, name, Japanese name, class, synonyms
AGENTS = [
    ("denosumab", "Denosumab", "デノスマブ", "antiresorptive", ["Xgeva", "Prolia", "Ranmark", "ランマーク", "プラリア"]),
    ("zoledronic-acid", "Zoledronic acid", "ゾレドロン酸", "antiresorptive", ["Zometa", "zoledronate", "ゾメタ"]),
    ("pamidronate", "Pamidronate", "パミドロン酸", "antiresorptive", []),
    ("ibandronate", "Ibandronate", "イバンドロン酸", "antiresorptive", []),
    ("doxorubicin", "Doxorubicin", "ドキソルビシン", "chemotherapy", ["adriamycin"]),
    ("ifosfamide", "Ifosfamide", "イホスファミド", "chemotherapy", []),
    ("cisplatin", "Cisplatin", "シスプラチン", "chemotherapy", []),
    ("carboplatin", "Carboplatin", "カルボプラチン", "chemotherapy", []),
    ("methotrexate", "Methotrexate", "メトトレキサート", "chemotherapy", []),
    ("docetaxel", "Docetaxel", "ドセタキセル", "chemotherapy", []),
    ("paclitaxel", "Paclitaxel", "パクリタキセル", "chemotherapy", []),
    ("gemcitabine", "Gemcitabine", "ゲムシタビン", "chemotherapy", []),
    ("eribulin", "Eribulin", "エリブリン", "chemotherapy", []),
    ("trabectedin", "Trabectedin", "トラベクテジン", "chemotherapy", []),
    ("pemetrexed", "Pemetrexed", "ペメトレキセド", "chemotherapy", []),
    ("etoposide", "Etoposide", "エトポシド", "chemotherapy", []),
    ("osimertinib", "Osimertinib", "オシメルチニブ", "kinase_inhibitor", []),
    ("gefitinib", "Gefitinib", "ゲフィチニブ", "kinase_inhibitor", []),
    ("erlotinib", "Erlotinib", "エルロチニブ", "kinase_inhibitor", []),
    ("afatinib", "Afatinib", "アファチニブ", "kinase_inhibitor", []),
    ("alectinib", "Alectinib", "アレクチニブ", "kinase_inhibitor", []),
    ("crizotinib", "Crizotinib", "クリゾチニブ", "kinase_inhibitor", []),
    ("lorlatinib", "Lorlatinib", "ロルラチニブ", "kinase_inhibitor", []),
    ("pazopanib", "Pazopanib", "パゾパニブ", "kinase_inhibitor", []),
    ("pexidartinib", "Pexidartinib", "ペキシダルチニブ", "kinase_inhibitor", []),
    ("vimseltinib", "Vimseltinib", "ビムセルチニブ", "kinase_inhibitor", []),
    ("letrozole", "Letrozole", "レトロゾール", "endocrine", []),
    ("tamoxifen", "Tamoxifen", "タモキシフェン", "endocrine", []),
    ("fulvestrant", "Fulvestrant", "フルベストラント", "endocrine", []),
    ("leuprorelin", "Leuprorelin", "リュープロレリン", "endocrine", []),
    ("enzalutamide", "Enzalutamide", "エンザルタミド", "endocrine", []),
    ("abiraterone", "Abiraterone", "アビラテロン", "endocrine", []),
    ("pembrolizumab", "Pembrolizumab", "ペムブロリズマブ", "immunotherapy", []),
    ("nivolumab", "Nivolumab", "ニボルマブ", "immunotherapy", []),
    ("atezolizumab", "Atezolizumab", "アテゾリズマブ", "immunotherapy", []),
    ("trastuzumab", "Trastuzumab", "トラスツズマブ", "other", []),
    ("external-beam-radiotherapy", "External beam radiotherapy", "外部放射線照射", "radiotherapy", ["EBRT"]),
    ("radium-223", "Radium-223", "塩化ラジウム（223Ra）", "radiotherapy", []),
    ("curettage", "Curettage", "掻爬", "surgery", []),
    ("wide-resection", "Wide resection", "広範切除", "surgery", []),
    ("marginal-resection", "Marginal resection", "辺縁切除", "surgery", []),
    ("amputation", "Amputation", "切断", "surgery", []),
    ("internal-fixation", "Internal fixation", "内固定", "surgery", []),
    ("decompression", "Decompression", "除圧術", "surgery", []),
    ("embolisation", "Embolisation", "塞栓術", "other", []),
]

# code, name, Japanese name, dictionary
ADVERSE_EVENTS = [
    ("osteonecrosis-of-jaw", "Osteonecrosis of jaw", "顎骨壊死", "ctcae"),
    ("hypocalcaemia", "Hypocalcaemia", "低カルシウム血症", "ctcae"),
    ("hypophosphataemia", "Hypophosphataemia", "低リン酸血症", "ctcae"),
    ("atypical-femur-fracture", "Atypical femur fracture", "非定型大腿骨骨折", "meddra"),
    ("rebound-hypercalcaemia", "Hypercalcaemia after stopping", "中止後の高カルシウム血症", "ctcae"),
    ("vertebral-fracture-after-stopping", "Vertebral fracture after stopping", "中止後の椎体骨折", "meddra"),
    ("fatigue", "Fatigue", "疲労", "ctcae"),
    ("nausea", "Nausea", "悪心", "ctcae"),
    ("arthralgia", "Arthralgia", "関節痛", "ctcae"),
    ("fever", "Fever", "発熱", "ctcae"),
    ("neutrophil-count-decreased", "Neutrophil count decreased", "好中球数減少", "ctcae"),
]

# code, name, Japanese name, usual unit
LABORATORY_TESTS = [
    ("calcium", "Calcium", "カルシウム", "mg/dL"),
    ("corrected-calcium", "Calcium, corrected for albumin", "補正カルシウム", "mg/dL"),
    ("ionised-calcium", "Ionised calcium", "イオン化カルシウム", "mmol/L"),
    ("phosphate", "Phosphate", "リン", "mg/dL"),
    ("alp", "ALP", "ALP", "U/L"),
    ("bap", "Bone-specific ALP (BAP)", "骨型 ALP（BAP）", "µg/L"),
    ("tracp-5b", "TRACP-5b", "TRACP-5b", "mU/dL"),
    ("ntx", "NTx, urine", "尿中 NTx", "nmol BCE/mmol Cr"),
    ("p1np", "P1NP", "P1NP", "µg/L"),
    ("parathyroid-hormone", "Parathyroid hormone", "副甲状腺ホルモン", "pg/mL"),
    ("25-hydroxyvitamin-d", "25-hydroxyvitamin D", "25-ヒドロキシビタミン D", "ng/mL"),
    ("creatinine", "Creatinine", "クレアチニン", "mg/dL"),
    ("crp", "CRP", "CRP", "mg/dL"),
    ("ldh", "LDH", "LDH", "U/L"),
    ("psa", "PSA", "PSA", "ng/mL"),
    ("cea", "CEA", "CEA", "ng/mL"),
]


def add(apps, schema_editor):
    agent = apps.get_model("cases", "TreatmentAgent").objects
    for code, name, name_ja, treatment_class, synonyms in AGENTS:
        values = {"name": name, "name_ja": name_ja, "treatment_class": treatment_class, "synonyms": synonyms}
        agent.get_or_create(code=code, defaults=values)
    term = apps.get_model("cases", "AdverseEventTerm").objects
    for code, name, name_ja, dictionary in ADVERSE_EVENTS:
        term.get_or_create(code=code, defaults={"name": name, "name_ja": name_ja, "dictionary": dictionary})
    test = apps.get_model("cases", "LaboratoryTest").objects
    for code, name, name_ja, unit in LABORATORY_TESTS:
        test.get_or_create(code=code, defaults={"name": name, "name_ja": name_ja, "usual_unit": unit})


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_clinical_record")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
