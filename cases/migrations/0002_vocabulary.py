"""The terms of this field: WHO 2020 histologies with ICD-O-3 morphology and OncoTree codes, ICD-O-3 topographies.

OncoTree codes: Memorial Sloan Kettering Cancer Center, version 2025-10-03, CC BY 4.0. Where OncoTree has no code for a
term (localised tenosynovial giant cell tumour, aneurysmal bone cyst, fibrous dysplasia) the code is blank.
"""

from django.db import migrations

PRIMARY_BONE, SOFT_TISSUE = "primary_bone", "soft_tissue"
BONE_METASTASIS, BONE_MARROW = "bone_metastasis", "bone_marrow"

# name, Japanese name, short name, morphology, OncoTree, usual category, synonyms
HISTOLOGIES = [
    (
        "Giant cell tumour of bone",
        "骨巨細胞腫",
        "GCTB",
        "9250/1",
        "GCTB",
        PRIMARY_BONE,
        ["giant cell tumor of bone", "GCT of bone"],
    ),
    ("Aneurysmal bone cyst", "動脈瘤様骨嚢腫", "ABC", "9260/0", "", PRIMARY_BONE, []),
    ("Fibrous dysplasia", "線維性骨異形成", "FD", "8818/0", "", PRIMARY_BONE, []),
    ("Osteosarcoma", "骨肉腫", "OS", "9180/3", "OS", PRIMARY_BONE, []),
    ("Chondroblastoma", "軟骨芽細胞腫", "CB", "9230/0", "CHBL", PRIMARY_BONE, []),
    ("Chondrosarcoma", "軟骨肉腫", "CS", "9220/3", "CHS", PRIMARY_BONE, []),
    ("Ewing sarcoma", "ユーイング肉腫", "ES", "9364/3", "ES", PRIMARY_BONE, []),
    ("Chordoma", "脊索腫", "", "9370/3", "CHDM", PRIMARY_BONE, []),
    (
        "Tenosynovial giant cell tumour, localised",
        "腱滑膜巨細胞腫（限局型）",
        "TGCT-L",
        "9252/0",
        "",
        SOFT_TISSUE,
        ["giant cell tumour of tendon sheath", "giant cell tumor of tendon sheath", "腱鞘巨細胞腫"],
    ),
    (
        "Tenosynovial giant cell tumour, diffuse",
        "腱滑膜巨細胞腫（びまん型）",
        "TGCT-D",
        "9252/1",
        "TGCT",
        SOFT_TISSUE,
        ["pigmented villonodular synovitis", "PVNS", "色素性絨毛結節性滑膜炎"],
    ),
    ("Leiomyosarcoma", "平滑筋肉腫", "LMS", "8890/3", "LMS", SOFT_TISSUE, []),
    (
        "Undifferentiated pleomorphic sarcoma",
        "未分化多形肉腫",
        "UPS",
        "8802/3",
        "MFH",
        SOFT_TISSUE,
        ["malignant fibrous histiocytoma", "MFH"],
    ),
    ("Synovial sarcoma", "滑膜肉腫", "SS", "9040/3", "SYNS", SOFT_TISSUE, ["synovial sarcoma NOS"]),
    (
        "Synovial sarcoma, monophasic",
        "滑膜肉腫（単相型）",
        "SS mono",
        "9041/3",
        "SYNS",
        SOFT_TISSUE,
        ["monophasic", "spindle cell synovial sarcoma"],
    ),
    ("Synovial sarcoma, biphasic", "滑膜肉腫（二相型）", "SS bi", "9043/3", "SYNS", SOFT_TISSUE, ["biphasic"]),
    (
        "Synovial sarcoma, poorly differentiated",
        "滑膜肉腫（低分化型）",
        "SS poor",
        "9040/3",
        "SYNS",
        SOFT_TISSUE,
        ["poorly differentiated"],
    ),
    ("Myxofibrosarcoma", "粘液線維肉腫", "MFS", "8811/3", "MFS", SOFT_TISSUE, []),
    ("Dedifferentiated liposarcoma", "脱分化型脂肪肉腫", "DDLS", "8858/3", "DDLS", SOFT_TISSUE, []),
    ("Well-differentiated liposarcoma", "高分化型脂肪肉腫", "WDLS", "8851/3", "WDLS", SOFT_TISSUE, []),
    ("Myxoid liposarcoma", "粘液型脂肪肉腫", "MLS", "8852/3", "MRLS", SOFT_TISSUE, []),
    ("Rhabdomyosarcoma", "横紋筋肉腫", "RMS", "8900/3", "RMS", SOFT_TISSUE, []),
    (
        "Malignant peripheral nerve sheath tumour",
        "悪性末梢神経鞘腫瘍",
        "MPNST",
        "9540/3",
        "MPNST",
        SOFT_TISSUE,
        ["malignant peripheral nerve sheath tumor"],
    ),
    ("Solitary fibrous tumour", "孤立性線維性腫瘍", "SFT", "8815/1", "SFT", SOFT_TISSUE, ["solitary fibrous tumor"]),
    ("Angiosarcoma", "血管肉腫", "AS", "9120/3", "ANGS", SOFT_TISSUE, []),
    ("Uterine carcinosarcoma", "子宮癌肉腫", "UCS", "8980/3", "UCS", SOFT_TISSUE, ["carcinosarcoma"]),
    (
        "Breast carcinoma",
        "乳癌",
        "Breast",
        "8500/3",
        "BRCA",
        BONE_METASTASIS,
        ["breast cancer", "invasive breast carcinoma"],
    ),
    ("Lung adenocarcinoma", "肺腺癌", "LUAD", "8140/3", "LUAD", BONE_METASTASIS, []),
    ("Small cell lung carcinoma", "小細胞肺癌", "SCLC", "8041/3", "SCLC", BONE_METASTASIS, ["small cell lung cancer"]),
    ("Lung squamous cell carcinoma", "肺扁平上皮癌", "LUSC", "8070/3", "LUSC", BONE_METASTASIS, []),
    ("Prostate adenocarcinoma", "前立腺癌", "Prostate", "8140/3", "PRAD", BONE_METASTASIS, ["prostate cancer"]),
    (
        "Clear cell renal cell carcinoma",
        "淡明細胞型腎細胞癌",
        "ccRCC",
        "8310/3",
        "CCRCC",
        BONE_METASTASIS,
        ["renal cell carcinoma", "renal cancer"],
    ),
    ("Papillary thyroid carcinoma", "甲状腺乳頭癌", "PTC", "8260/3", "THPA", BONE_METASTASIS, []),
    ("Follicular thyroid carcinoma", "甲状腺濾胞癌", "FTC", "8330/3", "THFO", BONE_METASTASIS, []),
    ("Hepatocellular carcinoma", "肝細胞癌", "HCC", "8170/3", "HCC", BONE_METASTASIS, []),
    ("Colorectal adenocarcinoma", "大腸癌", "CRC", "8140/3", "COADREAD", BONE_METASTASIS, ["colorectal cancer"]),
    (
        "Gastric adenocarcinoma",
        "胃癌",
        "Gastric",
        "8140/3",
        "STAD",
        BONE_METASTASIS,
        ["stomach adenocarcinoma", "gastric cancer"],
    ),
    ("Plasma cell myeloma", "形質細胞骨髄腫", "MM", "9732/3", "PCM", BONE_MARROW, ["multiple myeloma", "多発性骨髄腫"]),
    ("Chemotherapy-related marrow fibrosis", "化学療法後骨髄線維化", "MF", "", "", BONE_MARROW, ["marrow fibrosis"]),
]

# code, name, Japanese name
TOPOGRAPHIES = [
    ("C40.0", "Long bones of upper limb, scapula", "上肢長骨・肩甲骨"),
    ("C40.1", "Short bones of upper limb", "上肢短骨"),
    ("C40.2", "Long bones of lower limb", "下肢長骨"),
    ("C40.3", "Short bones of lower limb", "下肢短骨"),
    ("C41.0", "Skull and face", "頭蓋骨・顔面骨"),
    ("C41.1", "Mandible", "下顎骨"),
    ("C41.2", "Vertebral column", "脊柱"),
    ("C41.3", "Rib, sternum, clavicle", "肋骨・胸骨・鎖骨"),
    ("C41.4", "Pelvic bones, sacrum, coccyx", "骨盤骨・仙骨・尾骨"),
    ("C42.1", "Bone marrow", "骨髄"),
    ("C48.0", "Retroperitoneum", "後腹膜"),
    ("C49.0", "Soft tissue of head, face and neck", "頭頸部軟部組織"),
    ("C49.1", "Soft tissue of upper limb and shoulder", "上肢・肩軟部組織"),
    ("C49.2", "Soft tissue of lower limb and hip", "下肢・股関節部軟部組織"),
    ("C49.3", "Soft tissue of thorax", "胸部軟部組織"),
    ("C49.4", "Soft tissue of abdomen", "腹部軟部組織"),
    ("C49.5", "Soft tissue of pelvis", "骨盤部軟部組織"),
    ("C49.6", "Soft tissue of trunk, unspecified", "体幹軟部組織（部位不明）"),
    ("C49.9", "Soft tissue, unspecified", "軟部組織（部位不明）"),
    ("C16.9", "Stomach", "胃"),
    ("C18.9", "Colon", "結腸"),
    ("C20.9", "Rectum", "直腸"),
    ("C22.0", "Liver", "肝臓"),
    ("C34.9", "Lung", "肺"),
    ("C50.9", "Breast", "乳房"),
    ("C54.1", "Endometrium", "子宮内膜"),
    ("C55.9", "Uterus", "子宮"),
    ("C61.9", "Prostate", "前立腺"),
    ("C64.9", "Kidney", "腎臓"),
    ("C67.9", "Bladder", "膀胱"),
    ("C73.9", "Thyroid", "甲状腺"),
    ("C80.9", "Unknown primary site", "原発不明"),
]


def load(apps, schema_editor):
    Histology = apps.get_model("cases", "Histology")
    Topography = apps.get_model("cases", "Topography")
    names = ("name", "name_ja", "short_name", "morphology", "oncotree", "usual_category", "synonyms")
    Histology.objects.bulk_create(Histology(**dict(zip(names, row, strict=True))) for row in HISTOLOGIES)
    Topography.objects.bulk_create(
        Topography(code=code, name=name, name_ja=name_ja) for code, name, name_ja in TOPOGRAPHIES
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
