"""Regions whose own rules and holidays are kept: the provinces, by the letters of ISO 3166-2:CN."""

REGIONS: dict[str, tuple[str, str]] = {
    "BJ": ("北京", "Beijing"),
    "TJ": ("天津", "Tianjin"),
    "HE": ("河北", "Hebei"),
    "SX": ("山西", "Shanxi"),
    "NM": ("内蒙古", "Inner Mongolia"),
    "LN": ("辽宁", "Liaoning"),
    "JL": ("吉林", "Jilin"),
    "HL": ("黑龙江", "Heilongjiang"),
    "SH": ("上海", "Shanghai"),
    "JS": ("江苏", "Jiangsu"),
    "ZJ": ("浙江", "Zhejiang"),
    "AH": ("安徽", "Anhui"),
    "FJ": ("福建", "Fujian"),
    "JX": ("江西", "Jiangxi"),
    "SD": ("山东", "Shandong"),
    "HA": ("河南", "Henan"),
    "HB": ("湖北", "Hubei"),
    "HN": ("湖南", "Hunan"),
    "GD": ("广东", "Guangdong"),
    "GX": ("广西", "Guangxi"),
    "HI": ("海南", "Hainan"),
    "CQ": ("重庆", "Chongqing"),
    "SC": ("四川", "Sichuan"),
    "GZ": ("贵州", "Guizhou"),
    "YN": ("云南", "Yunnan"),
    "XZ": ("西藏", "Tibet"),
    "SN": ("陕西", "Shaanxi"),
    "GS": ("甘肃", "Gansu"),
    "QH": ("青海", "Qinghai"),
    "NX": ("宁夏", "Ningxia"),
    "XJ": ("新疆", "Xinjiang"),
}


def called(code: str, *, chinese: bool) -> str:
    """The region's name; '' for the whole country, the code itself where it is unknown."""
    if not code:
        return ""
    names = REGIONS.get(code, (code, code))
    return names[0] if chinese else names[1]
